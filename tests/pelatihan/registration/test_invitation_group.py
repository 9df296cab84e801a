"""An ormas names its people together: all or none, and nothing typed is lost."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from ormas.models import Ormas
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, Registration
from pelatihan.registration import often, writer
from tests.factories import NOON, AngkatanFactory, a_registration, clerk
from tests.pelatihan.hostile.values import HOSTILE
from tests.pelatihan.registration.invitations import PHONE, a_row, address, an_invitation, fill, named, rows

pytestmark = pytest.mark.django_db
