"""How values look on every page: icons, badges, dates, numbers, phones. Built in: needs no ``{% load %}``.

Words come from where the rules live (``lifecycle``, ``dates``, ``ormas.phones``); this module only gives them
a colour and a picture.
"""

from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ormas import phones
from pelatihan import dates
from pelatihan.lifecycle import Status
from pelatihan.models import AttendanceState

register = template.Library()

SPRITE, STAFF_SPRITE = (f"vendor/bootstrap-icons/{name}.svg" for name in ("icons", "icons-staff"))
STAFF_ICONS = frozenset({
    "archive", "arrow-counterclockwise", "arrow-repeat", "camera", "camera-video", "camera-video-off", "check2-all",
    "cloud-slash", "eye", "files", "image", "images", "info-square-fill", "keyboard", "lightning-charge",
    "pause-circle", "plus-lg", "printer", "qr-code-scan", "search", "trash", "volume-mute", "volume-up", "wifi",
    "wifi-off", "x-lg", "zoom-in", "zoom-out",
})  # fmt: skip
STATUS_ICONS = {
    Status.SUBMITTED: "hourglass-split",
    Status.NEEDS_FIX: "pencil-square",
    Status.ACCEPTED: "check-circle-fill",
    Status.WAITLISTED: "list-ol",
    Status.REJECTED: "x-circle-fill",
    Status.CANCELLED: "slash-circle",
    Status.REPLACED: "arrow-left-right",
}
ATTENDANCE_ICONS = {
    AttendanceState.PRESENT: "check-circle-fill",
    AttendanceState.LATE: "clock-fill",
    AttendanceState.EXCUSED: "envelope",
    AttendanceState.SICK: "bandaid",
    AttendanceState.ABSENT: "question-circle-fill",
    AttendanceState.LEFT: "door-open",
}
MESSAGE_LOOKS = {
    "success": ("success", "check-circle-fill", "Berhasil"),
    "warning": ("warning", "exclamation-triangle-fill", "Perhatian"),
    "error": ("danger", "x-circle-fill", "Gagal"),
}

# ---- Pictures and badges -------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """An icon of a sprite (tools/icons.txt, icons-staff.txt), silent for who listens: a word must stand beside it."""
    return format_html(
        '<svg class="icon{}" width="20" height="20" aria-hidden="true"><use href="{}#{}"></use></svg>',
        f" {css_class}" if css_class else "",
        static(STAFF_SPRITE if name in STAFF_ICONS else SPRITE),
        name,
    )


def badge(value: str, word: str, picture: str) -> SafeString:
    look = value.replace("_", "-")
    return format_html('<span class="status status-{}">{}{}</span>', look, icon(picture), word)


@register.simple_tag
def status(value: str) -> SafeString:
    """``{% status registration.status %}``: the status as a coloured word."""
    known = Status(value)
    return badge(known.value, str(known.label), STATUS_ICONS[known])


@register.filter
def status_icon(value: str) -> str:
    """``{% icon registration.status|status_icon %}``: for where the status is more than a badge."""
    return STATUS_ICONS[Status(value)]


@register.simple_tag
def attendance_state(value: str | None) -> SafeString:
    """``{% attendance_state state %}``; nothing recorded reads "Belum"."""
    if not value:
        return badge("not_yet", "Belum", "dash-circle")
    known = AttendanceState(value)
    return badge(known.value, str(known.label), ATTENDANCE_ICONS[known])


@register.simple_tag
def bar(part: int, whole: int) -> SafeString:
    """A bar filled to part of whole. Silent: the numbers stand in words beside it."""
    return format_html(
        '<svg class="bar" width="640" height="12" viewBox="0 0 {} 1" preserveAspectRatio="none"'
        ' aria-hidden="true"><rect class="bar-fill" width="{}" height="1"></rect></svg>',
        max(whole, 1),
        min(part, whole),
    )


@register.simple_tag
def parts_bar(parts: list[tuple[str, str, int]], label: str) -> SafeString:
    """A bar of several coloured parts, (colour, word, number) each, read aloud as the label; "rest" stays empty."""
    gap, x, drawn = 0.35, 0, []
    for colour, _word, number in parts:
        if number and colour != "rest":
            drawn.append((colour, x, max(number - gap, gap)))
        x += number
    return format_html(
        '<svg class="bar" width="640" height="12" viewBox="0 0 {} 1" preserveAspectRatio="none" role="img"'
        ' aria-label="{}">{}</svg>',
        max(x, 1),
        label,
        format_html_join("", '<rect class="bar-{}" x="{}" width="{}" height="1"></rect>', drawn),
    )


@register.filter
def message_look(tags: str) -> tuple[str, str, str]:
    """Colour, icon and spoken word of a Django message by its tags."""
    found = (MESSAGE_LOOKS[tag] for tag in tags.split() if tag in MESSAGE_LOOKS)
    return next(found, ("info", "info-circle-fill", "Keterangan"))


# ---- Dates and numbers ---------------------------------------------------------------------------

register.filter("long_date", dates.long_date)
register.filter("plain_date", dates.plain_date)
register.filter("day_name", dates.day_name)
register.filter("clock", dates.clock)
register.filter("thousands", dates.thousands)
register.filter("roman", dates.roman)
register.filter("long_moment", dates.long_moment)
register.filter("short_date", dates.short_date)


@register.filter
def file_size(size: int) -> str:
    """``340 KB``, ``1,2 MB``."""
    if size < 1_000_000:
        return f"{max(round(size / 1000), 1)} KB"
    return f"{size / 1_000_000:.1f} MB".replace(".", ",")


@register.filter
def date_range(first: date, last: date) -> str:
    """``{{ first|date_range:last }}``: ``11–13 Maret 2019``."""
    return dates.date_range(first, last)


@register.filter
def day_range(first: date, last: date) -> str:
    """``{{ first|day_range:last }}``: ``Senin–Rabu, 11–13 Maret 2019``."""
    return dates.day_range(first, last)


@register.filter
def clock_range(start: datetime, end: datetime) -> str:
    """``{{ start|clock_range:end }}``: ``08.00–09.30``."""
    return dates.clock_range(start, end)


@register.simple_tag
def printed_at() -> str:
    """The moment a page was made, for its printed foot."""
    return dates.long_moment(timezone.now())


# ---- Phones --------------------------------------------------------------------------------------

register.filter("phone", phones.display)
register.filter("masked_phone", phones.masked)


@register.simple_tag
def wa_link(number: str, text: str = "") -> str:
    """``{% wa_link phone "Yth. panitia" %}``: the address that opens WhatsApp with a ready text."""
    return phones.wa_link(number, text)


# ---- Forms ---------------------------------------------------------------------------------------


def first_input(field: BoundField) -> str:
    """The id that a link to a field goes to: of its first choice where it is a group."""
    if field.id_for_label:
        return field.id_for_label
    return next((part.id_for_label for part in field.subwidgets), "") or f"div_{field.auto_id}"


@register.inclusion_tag("includes/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """What must be mended, with a link to each field. Takes the focus when the page opens."""
    fields = [(field, first_input(field)) for field in form if field.errors and not field.is_hidden]
    hidden = [error for field in form.hidden_fields() for error in field.errors]
    return {
        "fields": fields,
        "others": [*form.non_field_errors(), *hidden],
        "id": f"{form.prefix or 'form'}-errors",
    }
