"""Signed pages with truth, made out of the program's own printed pages: everything from a seed.

``for one in pages(range(50)): one.picture, one.blank, one.leaf, one.truth``. Seeds below 10,000 set thresholds, those
from there on try them. Needs Django's settings, no database.
"""

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from bench.signed.making import FIRST_TRIED, SignedPage, is_tried, kinds_of, page, pages, signed

__all__ = ["FIRST_TRIED", "SignedPage", "is_tried", "kinds_of", "page", "pages", "signed"]
