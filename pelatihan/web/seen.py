"""Forms that know what their reader saw: whoever saves takes nothing back that somebody else saved meanwhile.

A form sends along a keyed digest of every value that it showed. When it comes back, each field is one of four things:
nobody else changed it (saved as typed), only somebody else did (theirs stays), both wrote the same, or both wrote
something else. Of the last kind nothing is saved: both values are shown, nothing typed is lost, and the person chooses.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import is_aware, localtime

from pelatihan import dates

NAME, KEEP, SAVED, MINE = "as-seen", "keep", "saved", "mine"
SALT, LENGTH = "pelatihan.web.seen", 12
NOTHING_CHANGED = "Tidak ada yang berubah."
TAKEN_MEANWHILE = "Sementara Anda mengisi, orang lain menyimpan “{}”. Pilih di kotak di atas, lalu simpan lagi."
ROW_GONE = (
    "Baris ini sudah dihapus orang lain. Tandai “Hapus” untuk melepasnya;"
    " bila masih perlu, tulis lagi sebagai baris baru."
)
ROW_CHANGED = (
    "“{}” yang akan dihapus baru saja diubah orang lain. Periksa isinya; simpan lagi bila memang akan dihapus."
)


# ---- Values --------------------------------------------------------------------------------------


def plain(field: forms.Field, value: Any) -> str:
    """One writing for every way to write the same value; what stands in the row and what was typed compare by it."""
    if isinstance(value, QuerySet | list | tuple):
        return " ".join(sorted(str(_key(each)) for each in value))
    if isinstance(value, datetime):
        return f"{localtime(value) if is_aware(value) else value:%Y-%m-%dT%H:%M}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, bool):
        return "1" if value else ""
    if value is None:
        return ""
    if isinstance(field, forms.CharField):
        value = _as_cleaned(field, value)
    return str(_key(value)).replace("\r\n", "\n").strip()


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


def _digest(field: forms.Field, value: Any) -> str:
    return salted_hmac(SALT, plain(field, value), algorithm="sha256").hexdigest()[:LENGTH]


def _as_cleaned(field: forms.Field, stored: Any) -> Any:
    """A stored value as the field would have read it; rules that are newer than the value do not matter here."""
    if isinstance(field, forms.ModelMultipleChoiceField):
        known: Any = field.queryset
        return known.filter(pk__in=[_key(each) for each in stored or []])
    if isinstance(field, forms.ModelChoiceField):  # what can no longer be chosen may still stand there
        rows: Any = field.queryset
        return rows.model._default_manager.filter(pk=_key(stored)).first() if stored else None
    try:
        return field.clean(stored) if isinstance(field, forms.CharField) else stored
    except ValidationError:
        return stored


def shown(field: forms.Field, value: Any) -> str:
    """A value for people."""
    if value in (None, "", []):
        return "(kosong)"
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, datetime):
        return dates.long_moment(value)
    if isinstance(value, date):
        return dates.plain_date(value)
    if isinstance(value, time):
        return f"{value:%H.%M}"
    if isinstance(field, forms.ModelChoiceField):
        value = _as_cleaned(field, value)
        return ", ".join(map(str, value)) if isinstance(value, QuerySet) else str(value)
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]  # groups are nowhere used
    return str(field.prepare_value(value))


@dataclass(frozen=True)
class Conflict:
    """One field that two people wrote differently. ``name``: of the choice between the two."""

    name: str
    label: str
    mine: str
    saved: str


# ---- Forms ---------------------------------------------------------------------------------------


class SeenForm(forms.BaseForm):
    """A form over something that exists. Beside the fields it needs ``as_seen`` and ``conflicts`` on its page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts: list[Conflict] = []
        self.is_outdated = False  # somebody else changed something since the form was shown
        self._left_alone: set[str] = set()  # fields in which what somebody else saved stays
        self._unsettled: set[str] = set()  # fields with another fault, about which nobody was asked yet

    @property
    def is_of_something(self) -> bool:
        """Whether there is a row that somebody else may change meanwhile."""
        instance = getattr(self, "instance", None)
        return instance is None or instance.pk is not None

    @property
    def as_seen(self) -> SafeString | str:
        """The hidden input that says what the page shows."""
        sent = self._sent()
        if self.is_of_something:
            digests = {name: _digest(field, stored) for name, field, stored in self._comparable()}
            sent = digests | {name: sent[name] for name in self._unsettled}
        pairs = " ".join(f"{name}:{digest}" for name, digest in sent.items())
        return format_html('<input type="hidden" name="{}" value="{}">', self.add_prefix(NAME), pairs) if sent else ""

    @property
    def is_gone_untouched(self) -> bool:
        """Whether somebody deleted what it stood for, and nothing was written here since it was shown."""
        sent = {} if self.is_of_something else self._sent()
        return bool(sent) and sent == {
            name: _digest(field, self.cleaned_data.get(name)) for name, field, _stored in self._comparable()
        }

    def _comparable(self) -> Iterable[tuple[str, forms.Field, Any]]:
        for name, field in self.fields.items():
            if not field.disabled and not isinstance(field.widget, forms.HiddenInput):
                yield name, field, self._stored_value(name)

    def _stored_value(self, name: str) -> Any:
        """What the form was filled with, to the microsecond (Django's own way cuts them off)."""
        value = self.initial.get(name, self.fields[name].initial)
        return value() if callable(value) else value

    def _sent(self) -> dict[str, str]:
        pairs = (pair.partition(":") for pair in str(self.data.get(self.add_prefix(NAME), "")).split())
        return {name: digest for name, _colon, digest in pairs}

    @property
    def changed_data(self) -> list[str]:
        """Fields in which something else is to stand than stands there: another spelling of the same is no change."""
        told, cleaned = super().changed_data, getattr(self, "cleaned_data", {})
        same = {name: self._is_same(name, stored) for name, _field, stored in self._comparable() if name in cleaned}
        return [name for name in self.fields if not same.get(name, name not in told)]

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]  # private, but between reading and comparing nothing else is
        if self.is_of_something:
            sent = self._sent()
            for name, field, stored in list(self._comparable()):
                self._settle(name, field, stored, sent.get(name))

    def _settle(self, name: str, field: forms.Field, stored: Any, seen: str | None) -> None:
        """Decide for one field whose value holds."""
        theirs = _digest(field, stored)
        is_fresh = seen is None or seen == theirs
        self.is_outdated |= not is_fresh
        if name in self.errors:
            if is_fresh and self._keeps_saved(name):
                del self.errors[name]
                self._leave(name, field, stored)
            elif not is_fresh:
                self._unsettled.add(name)
            return
        mine = _digest(field, self.cleaned_data.get(name))
        if mine == theirs or mine == seen != theirs or (is_fresh and self._keeps_saved(name)):
            self._leave(name, field, stored)
        elif not is_fresh:
            self._ask(name, field, stored)

    def _keeps_saved(self, name: str) -> bool:
        return bool(self.data.get(f"{KEEP}-{self.add_prefix(name)}") == SAVED)

    def _leave(self, name: str, field: forms.Field, stored: Any) -> None:
        """What is stored stays, and stands on the page if that is shown again."""
        if not isinstance(self.cleaned_data.get(name), Model | QuerySet) or not self._is_same(name, stored):
            self.cleaned_data[name] = _as_cleaned(field, stored)
        field.bound_data = lambda data, initial: initial  # type: ignore[method-assign]  # of this form alone

    def _is_same(self, name: str, stored: Any) -> bool:
        field = self.fields[name]
        return plain(field, self.cleaned_data.get(name)) == plain(field, stored)

    def shown(self, name: str, value: Any) -> str:
        """A value of that field for people."""
        return shown(self.fields[name], value)

    def _ask(self, name: str, field: forms.Field, stored: Any) -> None:
        saved, html_name = self.shown(name, stored), self.add_prefix(name)
        label = str(self[name].label)
        mine = self.shown(name, self.cleaned_data.get(name))
        self.conflicts.append(Conflict(f"{KEEP}-{html_name}", label[:1].upper() + label[1:], mine, saved))
        self.add_error(name, TAKEN_MEANWHILE.format(saved))


class SeenModelForm(SeenForm, forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """A form over a row: of the columns only those that were changed are written."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stored = self._columns()

    def _columns(self) -> dict[str, Any]:
        row = self.instance
        return {
            column.attname: getattr(row, column.attname)
            for column in row._meta.concrete_fields
            if column.attname in vars(row) and not column.primary_key and not column.generated
        }

    def edits(self) -> dict[str, tuple[Any, Any]]:
        """By column what stood there when the row was read, and what stands there now; only where that differs."""
        now = self._columns()
        return {name: (self._stored[name], now[name]) for name in now if now[name] != self._stored[name]}

    def edited_columns(self) -> list[str]:
        """The columns that hold something else than when the row was read; with them the time of the change."""
        edited = self.edits()
        stamps = [
            column.attname for column in self.instance._meta.concrete_fields if getattr(column, "auto_now", False)
        ]
        return [*edited, *stamps] if edited else []

    def save_edited(self) -> None:
        self.instance.save(update_fields=self.edited_columns())


# ---- Rows ----------------------------------------------------------------------------------------


class SeenRows(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # generic in the stubs alone
    """Rows of another table: those that were edited are written, and of them what was edited."""

    model: Any
    forms: Any
    initial_forms: Any

    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)
        key = form.fields.get(self.model._meta.pk.name)
        if key is not None:
            key.error_messages["invalid_choice"] = ROW_GONE

    def clean(self) -> None:
        super().clean()
        for form in self.initial_forms:
            if self._should_delete_form(form) and form.instance.pk and form.is_outdated:
                raise ValidationError(ROW_CHANGED.format(form.instance))

    def _should_delete_form(self, form: Any) -> bool:
        return bool(super()._should_delete_form(form)) or form.is_gone_untouched  # type: ignore[misc]  # private

    def save_existing(self, form: Any, obj: Any, commit: bool = True) -> Any:
        if commit:
            form.save_edited()
        return obj

    def conflicts(self) -> list[Conflict]:
        """Those of all rows, each with its row."""
        word = str(self.model._meta.verbose_name).capitalize()
        return [
            Conflict(each.name, f"{word} {number}, {each.label}", each.mine, each.saved)
            for number, form in enumerate(self.forms, start=1)
            for each in form.conflicts
        ]

    def line_up(self) -> None:
        """For a page that is shown again: its rows as they were sent, whatever was added or deleted meanwhile."""
        if self.is_bound:
            self._queryset = [form.instance for form in self.initial_forms]
