"""The row of pages under ``/panitia/`` that a person may open. Built in: needs no ``{% load %}``."""

from typing import Any

from django import template
from django.urls import reverse

from pelatihan.accounts import access

register = template.Library()

# key of the page, word, who may open it, address by name
TABS = (
    ("board", "Papan", access.BOARD, "board"),
    ("desk", "Presensi", access.DESK, "desk"),
    ("recap", "Rekap", access.RECAP, "recap"),
    ("print", "Cetak", access.PRINT, "print"),
)


@register.inclusion_tag("includes/tabs.html", takes_context=True)
def committee_tabs(context: template.Context) -> dict[str, Any]:
    """The pages of ``angkatan`` that this person may open; ``tab`` names the present one."""
    angkatan, user = context["angkatan"], context["request"].user
    tabs = [
        {"word": word, "href": reverse(name, args=[angkatan.slug]), "current": context.get("tab") == key}
        for key, word, permission, name in TABS
        if access.has(user, permission)
    ]
    if access.has(user, access.ADMIN) and access.has(user, "pelatihan.view_angkatan"):
        settings_page = f"{reverse('admin:index')}pelatihan/angkatan/{angkatan.pk}/change/"
        tabs.append({"word": "Pengaturan", "href": settings_page, "current": False})
    return {"tabs": tabs}
