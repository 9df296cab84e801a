"""What the committee types about rooms, and whom it puts where."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ormas import names
from ormas.models import Gender
from pelatihan.lodging import typed
from pelatihan.lodging.house import House, Lodger, Room
from pelatihan.lodging.typed import NewRoom
from pelatihan.models import Bedroom
from pelatihan.models.lodging import MOST_BEDS
from pelatihan.registration.fields import TOO_LONG, UNREADABLE, LetterField
from pelatihan.web.seen import SeenModelForm

LONGEST = 2_000  # letters of what is typed at once
BEDS_OWED = f"Tulis angka 1 sampai {MOST_BEDS}."
MIXED, TOGETHER = "campur", "seormas"
WAYS = ((MIXED, "Ormas dicampur: sekamar dari ormas yang berbeda"), (TOGETHER, "Seormas sekamar sejauh bisa"))

_NUMBER = forms.NumberInput(attrs={"class": "width-short", "inputmode": "numeric"})
_BEDS_ERRORS = dict.fromkeys(("required", "invalid", "min_value", "max_value"), BEDS_OWED)


class RoomsForm(forms.Form):
    """Many rooms at once."""

    rooms = forms.CharField(
        label="Kamar",
        help_text="Misalnya 101–110, 201. Baris lain boleh menyebut tempat tidurnya sendiri: 301–305, 3 tempat tidur.",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "class": "width-medium", "spellcheck": "false"}),
        error_messages={
            "required": "Tulis nomor atau nama kamarnya, misalnya 101–110.",
            "max_length": TOO_LONG,
            "null_characters_not_allowed": UNREADABLE,
        },
    )
    beds = forms.IntegerField(
        label="Tempat tidur tiap kamar", min_value=1, max_value=MOST_BEDS, initial=2, widget=_NUMBER,
        error_messages=_BEDS_ERRORS,
    )  # fmt: skip
    note = LetterField(
        names.check_text, label="Lantai atau keterangan", required=False, max_length=80,
        error_messages={"max_length": TOO_LONG},
    )  # fmt: skip
    is_near = forms.BooleanField(
        label="Mudah dicapai (lantai dasar atau dekat lift)",
        required=False,
        help_text="Didahulukan bagi yang berkebutuhan khusus.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)  # nothing is cut silently

    def clean_rooms(self) -> str:
        text: str = self.cleaned_data["rooms"]
        for line in text.splitlines():
            names.check_text(names.tidy(line))
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.made: list[NewRoom] = []
        if "rooms" in data and "beds" in data:
            try:
                self.made = typed.rooms(data["rooms"], data["beds"])
            except typed.Unreadable as sentence:
                self.add_error("rooms", str(sentence))
        return data


class RoomForm(SeenModelForm):
    """One room."""

    beds = forms.IntegerField(
        label="Tempat tidur", min_value=1, max_value=MOST_BEDS, widget=_NUMBER, error_messages=_BEDS_ERRORS
    )

    class Meta:
        model = Bedroom
        fields = ("name", "beds", "note", "is_near")
        error_messages = {
            "name": {"required": "Tulis nomor atau nama kamarnya.", "max_length": TOO_LONG},
            "note": {"max_length": TOO_LONG},
        }
        labels = {
            "name": "Nomor atau nama kamar",
            "note": "Lantai atau keterangan",
            "is_near": "Mudah dicapai (lantai dasar atau dekat lift)",
        }
        help_texts = {"is_near": "Didahulukan bagi yang berkebutuhan khusus."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["class"] = "width-phone"
        for name in ("name", "note"):
            self.fields[name].widget.attrs.pop("maxlength", None)

    def clean_name(self) -> str:
        name = names.tidy(self.cleaned_data["name"])
        if not name:
            raise ValidationError("Tulis nomor atau nama kamarnya.")
        return name

    def clean_note(self) -> str:
        return names.tidy(self.cleaned_data["note"])

    def validate_constraints(self) -> None:
        """The writer compares names under the batch's lock, and says it."""


class WayForm(forms.Form):
    """How a suggestion is made."""

    cara = forms.ChoiceField(
        label="Yang sekamar",
        choices=WAYS,
        initial=MIXED,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Pilih ormas dicampur atau seormas sekamar."),
    )


class PlaceForm(forms.Form):
    """A room for one person; of whom nobody knows it, whether a man or a woman."""

    sex = forms.ChoiceField(
        label="Laki-laki atau perempuan", choices=Gender, widget=forms.RadioSelect, required=False,
        help_text="Datanya belum memuatnya.",
        error_messages={"invalid_choice": "Pilih laki-laki atau perempuan."},
    )  # fmt: skip
    room = forms.TypedChoiceField(
        label="Kamar",
        coerce=int,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Pilih kamar yang masih punya tempat dari daftar ini."
        ),
    )

    def __init__(self, one: Lodger, now: House, data: Any = None) -> None:
        super().__init__(data)
        if one.known_sex:
            del self.fields["sex"]
        here = one.stay.bedroom_id if one.stay else None
        others = [room for room in now.rooms if room.free > 0 and room.bedroom.pk != here]
        shared = [room for room in others if room.people and room.sex == (one.known_sex or room.sex)]
        empty = [room for room in others if not room.people]
        groups = [("Sudah ada penghuninya", shared), ("Masih kosong", empty)]
        field = self.fields["room"]
        assert isinstance(field, forms.TypedChoiceField)
        self.has_rooms = bool(shared or empty)
        field.choices = [("", "Pilih kamar"), *((word, [*map(_choice, some)]) for word, some in groups if some)]


class SwapForm(forms.Form):
    """With whom one person changes places: each choice says where the page showed them."""

    other = forms.ChoiceField(
        label="Tukar dengan",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Pilih orangnya dari daftar ini."),
    )

    def __init__(self, one: Lodger, now: House, data: Any = None) -> None:
        super().__init__(data)
        found = [
            (f"{other.key} {other.seen}", f"{other.name} ({room.bedroom})")
            for room in now.rooms
            for other in room.people
            if one not in room.people and other.sex == one.sex and other.is_expected
        ]
        self.has_others = bool(found)
        field = self.fields["other"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Pilih orang"), *sorted(found, key=lambda pair: pair[1].casefold())]


def _choice(room: Room) -> tuple[int, str]:
    """``203 · lantai 2 · 1 dari 2 terisi (perempuan): Ani Sulastri``."""
    words = [room.bedroom.name, room.bedroom.note]
    if room.people:
        people = ", ".join(one.name for one in room.people)
        words.append(f"{len(room.people)} dari {room.bedroom.beds} terisi ({room.sex_word.lower()}): {people}")
    else:
        words.append(f"{room.bedroom.beds} tempat tidur")
    return room.bedroom.pk, " · ".join(filter(None, words))
