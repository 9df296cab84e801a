"""Nothing that people read is left in English; dates, times and numbers are read and written the Indonesian way."""

from datetime import date, datetime, time
from pathlib import Path

import django
import polib
import pytest
from django import forms
from django.conf import settings
from django.utils import formats, translation
from django.utils.timezone import get_current_timezone
from django.utils.translation import trans_real

OURS = sorted((settings.BASE_DIR / "locale").rglob("*.po"))
DJANGO = Path(django.__file__).parent
ROOMS = ["conf", *(f"contrib/{app}" for app in ("admin", "auth", "contenttypes", "messages", "postgres", "sessions"))]
SOURCES = [(room, domain) for room in ROOMS for domain in ("django", "djangojs") if (DJANGO / room).exists()]


def in_english(room: str, domain: str) -> list[polib.POEntry]:
    path = DJANGO / room / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po"
    return [entry for entry in polib.pofile(str(path)) if entry.msgid] if path.exists() else []


def keys(entry: polib.POEntry) -> set[object]:
    name = f"{entry.msgctxt}\4{entry.msgid}" if entry.msgctxt else entry.msgid
    return {name, (name, 0), (name, 1)}


@pytest.mark.parametrize(("room", "domain"), SOURCES)
def test_every_sentence_of_django_has_its_indonesian(room, domain):
    catalogue = vars(trans_real.DjangoTranslation("id", domain=domain))["_catalog"]
    known = {key for part in catalogue._catalogs for key in part}

    assert [entry.msgid for entry in in_english(room, domain) if not keys(entry) & known] == []


@pytest.mark.parametrize("source", OURS, ids=lambda path: path.stem)
def test_compiled_words_match_their_source(source):
    compiled = polib.mofile(str(source.with_suffix(".mo")))

    assert {e.msgid: (e.msgstr, e.msgstr_plural) for e in compiled} == {
        e.msgid: (e.msgstr, e.msgstr_plural) for e in polib.pofile(str(source))
    }


@pytest.mark.parametrize("source", OURS, ids=lambda path: path.stem)
def test_words_are_all_filled_in(source):
    assert not [e.msgid for e in polib.pofile(str(source)) if not (e.msgstr or all(e.msgstr_plural.values()))]
    assert not polib.pofile(str(source)).fuzzy_entries()


def test_ours_wins_over_django():
    assert translation.gettext("- Select an option -") == "- Pilih salah satu -"
    assert translation.gettext("This field is required.") == "Isian ini wajib diisi."


# ---- Dates, times, numbers -----------------------------------------------------------------------


@pytest.mark.parametrize("written", ["11/03/2019", "11-03-2019", "2019-03-11", "11/03/19"])
def test_date_is_read_day_first(written):
    assert forms.DateField().clean(written) == date(2019, 3, 11)


@pytest.mark.parametrize("written", ["03/25/2019", "25.03.2019", "03-25-2019", "31/02/2019"])
def test_month_before_day_is_refused(written):
    with pytest.raises(forms.ValidationError, match="Tulis tanggal seperti 11/03/2019"):
        forms.DateField().clean(written)


@pytest.mark.parametrize("written", ["08.30", "08:30", "8.30"])
def test_time_is_read_with_dot_or_colon(written):
    assert forms.TimeField().clean(written) == time(8, 30)


@pytest.mark.parametrize("written", ["11/03/2019 08.30", "2019-03-11T08:30", "11-03-2019 08:30"])
def test_moment_is_read_in_the_usual_spellings(written):
    assert forms.DateTimeField().clean(written) == datetime(2019, 3, 11, 8, 30, tzinfo=get_current_timezone())


def test_dates_are_written_as_the_office_does():
    moment = datetime(2019, 3, 1, 8, 5)  # noqa: DTZ001  (a clock on a wall)

    assert formats.date_format(moment) == "1 Maret 2019"
    assert formats.time_format(moment) == "08.05"
    assert formats.localize_input(moment.date()) == "01/03/2019"


def test_years_and_ids_have_no_thousands():
    assert formats.localize(2019) == "2019"
    assert formats.number_format(1250, force_grouping=True) == "1.250"
