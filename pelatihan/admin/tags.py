"""What the admin's templates ask: the list one came from, a value that may only be read. Needs no ``{% load %}``."""

from typing import Any

from django import template
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ormas import phones
from pelatihan.admin import came_from

register = template.Library()


@register.simple_tag(takes_context=True)
def list_address(context: template.Context, opts: Any, angkatan: str = "") -> str:
    """``{% list_address opts %}``: the list of these, narrowed as it was when one left it."""
    return came_from.address(context["request"], opts, angkatan)


@register.simple_tag(takes_context=True)
def readonly(context: template.Context, field: Any) -> SafeString | str:
    """``{% readonly field %}``: yes and no in words, phone numbers in groups, links only to what one may open."""
    found, value = _column(field), getattr(field.form.instance, str(field.field["field"]), None)
    if isinstance(found, models.BooleanField):
        return {True: "Ya", False: "Tidak"}.get(value, "–")  # type: ignore[arg-type]  # of a column of that kind
    if found is not None and found.name.endswith("phone") and value:
        return format_html('<span class="nowrap">{}</span>', phones.display(str(value)))
    contents: SafeString = field.contents()
    if isinstance(found, models.ForeignKey) and not _may_open(context["request"].user, found.related_model):
        return str(value or "–")
    return contents


def _column(field: Any) -> "models.Field[Any, Any] | None":
    try:
        column: Any = field.form.instance._meta.get_field(str(field.field["field"]))
    except FieldDoesNotExist:
        return None
    return column if isinstance(column, models.Field) else None


def _may_open(user: Any, model: Any) -> bool:
    app, name = model._meta.app_label, model._meta.model_name
    return any(user.has_perm(f"{app}.{verb}_{name}") for verb in ("view", "change"))
