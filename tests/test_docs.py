"""The docs say what is: the diagram is the table's, links lead somewhere, every picture is shown."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from pelatihan.lifecycle import Status, as_mermaid
from tools.screenshots import PICTURES

ROOT = settings.BASE_DIR
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r'\]\(([^)\s]+)\)|<img src="([^"]+)"')


def links(page: Path) -> list[Path]:
    """What a page points at inside the repository."""
    found = (one or other for one, other in LINK.findall(page.read_text()))
    return [(page.parent / link.split("#")[0]).resolve() for link in found if "://" not in link and link[0] != "#"]


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def test_lifecycle_diagram_is_the_table():
    text = (ROOT / "docs/architecture.md").read_text()
    start, end = "<!-- lifecycle: as_mermaid() -->\n```mermaid\n", "```\n<!-- /lifecycle -->"

    assert text.split(start)[1].split(end)[0] == as_mermaid()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    assert [link for link in links(page) if not link.exists()] == []


# ---- docs/security.md ----------------------------------------------------------------------------

SECURITY = (ROOT / "docs/security.md").read_text()
TABLE_ROW = re.compile(r"^\| (\d[\d., –]*) \| [^|]+ \| (\S+) \|", re.MULTILINE)
LEVELS_1_AND_2 = 253  # requirements of ASVS 5.0.0


def numbers(text: str) -> list[str]:
    """Requirements as they are written, ``4.4.1–4.4.4`` one by one."""
    found = []
    for first, last in re.findall(r"(\d+\.\d+\.\d+)(?:–(\d+\.\d+\.\d+))?", text):
        section, _, start = first.rpartition(".")
        end = (last or first).rpartition(".")[2]
        found += [f"{section}.{number}" for number in range(int(start), int(end) + 1)]
    return found


def answered() -> list[tuple[str, str]]:
    """Each requirement with its state."""
    return [(number, state) for listed, state in TABLE_ROW.findall(SECURITY) for number in numbers(listed)]


def test_each_requirement_is_answered_once():
    answers = answered()

    assert len(answers) == len(dict(answers)) == LEVELS_1_AND_2
    assert {state for _, state in answers} == {"met", "office", "open", "–"}


def test_what_is_open_is_named_with_what_stands_instead():
    named = numbers(SECURITY.split("## What is open")[1].split("\n## ")[0])

    assert sorted(named) == sorted(number for number, state in answered() if state == "open")


def test_evidence_exists():
    files = re.findall(r"`([\w.-]+/[\w./-]+|[\w-]+\.lock)`", SECURITY)

    assert len(files) > 80
    assert [file for file in files if not (ROOT / file).exists()] == []


def test_every_picture_is_shown_and_taken():
    shown = {link.name for page in PAGES for link in links(page) if link.suffix == ".png"}
    kept = {picture.name for picture in (ROOT / "docs/gambar").iterdir()}

    assert shown == kept == {f"{name}.png" for name in PICTURES}


def test_pictures_stay_small():
    sizes = [picture.stat().st_size for picture in (ROOT / "docs/gambar").iterdir()]

    assert max(sizes) < 150_000
    assert sum(sizes) < 2_300_000


def test_pictures_say_what_they_show():
    for page in PAGES:
        assert "![](" not in page.read_text()
        assert not re.search(r"<img(?![^>]*alt=\"\w)", page.read_text()), name_of(page)


def test_readme_is_read_in_one_go():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 150


def test_guide_explains_every_status():
    guide = (ROOT / "docs/panduan/peserta.md").read_text()

    assert [status.label for status in Status if str(status.label) not in guide] == []
