"""What an application server loads."""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pelatihan.settings")
os.environ.setdefault("PELATIHAN_WEB", "1")  # before the settings are read: database connections get time limits
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018  # every view is loaded now, once for all workers, not by the first visitors
import_module("pelatihan.web.health").known_migrations()
