"""Where the pages of messages are found, below ``/admin/pesan/``."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from pelatihan.admin import message_log, message_many, message_texts, message_whatsapp, trial_mail

type Page = Callable[..., HttpResponse]

PAGES: tuple[tuple[str, Page, str], ...] = (
    ("pesan/", message_log.log, "messages"),
    ("pesan/<int:pk>/", message_log.show, "message"),
    ("pesan/<int:pk>/putuskan/", message_log.settle, "message_settle"),
    ("pesan/wa/", message_whatsapp.work, "messages_by_hand"),
    ("pesan/wa/<int:pk>/", message_whatsapp.act, "message_by_hand"),
    ("pesan/wa/<int:pk>/keadaan/", message_whatsapp.state, "message_state"),
    ("pesan/teks/", message_texts.listed, "message_texts"),
    ("pesan/teks/<str:kind>/", message_texts.edit, "message_text"),
    ("pesan/teks/<str:kind>/asli/", message_texts.reset, "message_text_reset"),
    ("pesan/banyak/", message_many.choose, "mailing_new"),
    ("pesan/banyak/<uuid:key>/", message_many.result, "mailing"),
    ("pesan/banyak/<uuid:key>/hentikan/", message_many.stop, "mailing_stop"),
    ("pesan/surel/", trial_mail.listed, "trial_mail"),
    ("pesan/surel/<str:name>/<int:number>/", trial_mail.show, "trial_letter"),
)


def of(site: Any) -> list[URLPattern]:
    """The addresses of that admin."""
    return [path(address, site.admin_view(_bound(site, page)), name=name) for address, page, name in PAGES]


def _bound(site: Any, page: Page) -> Page:
    def bound(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return page(site, request, **kwargs)

    return bound
