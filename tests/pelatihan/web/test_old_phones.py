"""Nothing that delegates and desks load hangs on what came after Chrome 80."""

import re

import pytest

from tests.pelatihan.web.old_phones import (
    FLEX_GAP,
    MARKUP,
    OLDEST,
    SELECTORS,
    Find,
    as_read_by,
    every,
    finds,
    parse,
    version_of,
)
from tests.pelatihan.web.test_looks import STATIC, TEMPLATES, name_of, whole

SHEETS = ("site", "organiser", "desk", "ormas")
COMFORTS = {  # what is lost without them
    "accent-color": "ticks have the browser's own colour",
    "color-scheme": "nothing: the page has one scheme",
    "forced-color-adjust": "nothing: it came with the high contrast that it speaks to",
    "page": "the recap is printed upright",
    "scrollbar-width": "a bar below the sheets, as Chrome hides it by a pseudo-element",
    "text-decoration-thickness": "underlines have the font's own thickness",
    "text-underline-offset": "underlines stand nearer",
    "text-wrap": "lines end where they fall",
}
COMFORTABLE_RULES = {
    ".form-control: appearance": "a field with a border of its own has no other look",
    "::file-selector-button": "nothing: no file is asked for",
    ":focus-visible": "old.css draws the ring for :focus",
    "@page wide": "the recap is printed upright",
    "details::details-content": "unfold.js opens what is folded, for paper",
    ".tabs-list:not(:has(> :nth-child(4)))": "a few tabs stand apart",
    ".choice-boxed:has(:checked)": "the dot alone shows the choice",
    ".field:has(> .form-error) .choice-boxed": "the error's words stand above",
    ".field:has(> .choice) + .field:has(> .choice)": "ticks stand farther apart",
    "body:has(.page-desk)": "a small phone shows banner and name above the desk",
    ".answer-word:has(~ .answer-name-longest)": "a long answer scrolls",
    "@supports selector(:has(a))": "the time of leaving early is asked from the start",
    ".mark-form:not(:has(": "the same",
    "body:has(.page-grid)": "the recap is printed upright",
}


def said(one: Find) -> str:
    return one.what if one.what in one.rule else f"{one.rule}: {one.what}"


@pytest.mark.parametrize("sheet", SHEETS)
def test_style_sheet_hangs_on_nothing_newer(sheet):
    found = [one for one in finds(whole(f"css/{sheet}.css")) if not one.fallback and one.what not in COMFORTS]

    assert [one for one in found if not any(known in said(one) for known in COMFORTABLE_RULES)] == []


@pytest.mark.parametrize("sheet", SHEETS)
def test_selector_that_is_unknown_takes_no_other_rule_with_it(sheet):
    """One unknown selector voids the whole rule."""
    rules = [block for _, block in every(parse(whole(f"css/{sheet}.css"))) if block.is_rule]
    mixed = [rule.head for rule in rules if len({version_of(one, SELECTORS) > OLDEST for one in rule.selectors}) > 1]

    assert mixed == []


def test_no_comfort_is_listed_for_nothing():
    css = "".join(whole(f"css/{sheet}.css") for sheet in SHEETS)
    used = list(finds(css))

    assert set(COMFORTS) - {one.what for one in used} == set()
    assert [known for known in COMFORTABLE_RULES if not any(known in said(one) for one in used)] == []


def flex_gaps(css: str) -> set[str]:
    """Selectors of flex rows with a gap between their parts."""
    rules = [block for _, block in every(parse(css)) if block.is_rule]
    is_flex = {
        one for rule in rules if dict(rule.declarations).get("display", "").endswith("flex") for one in rule.selectors
    }
    gaps = set()
    for rule in rules:
        said = dict(rule.declarations)
        if any(said.get(name, "0") != "0" for name in ("gap", "column-gap")) and "grid" not in said.get("display", ""):
            gaps |= is_flex & set(rule.selectors)
    return gaps


@pytest.mark.parametrize("sheet", SHEETS)
def test_parts_of_a_row_never_touch(sheet):
    """Chrome knows ``gap`` in flex rows since 84; old.css has a margin for each of them."""
    heads = [
        block.head for around, block in every(parse((STATIC / "css/old.css").read_text())) if "appearance" in around
    ]
    covered = {re.sub(r" > [^>]+$", "", one) for head in heads for one in head.split(", ")}

    assert OLDEST < FLEX_GAP
    assert flex_gaps(whole(f"css/{sheet}.css")) - covered == set()


@pytest.mark.parametrize("template", [path for path in TEMPLATES if "admin" not in path.parts], ids=name_of)
def test_template_hangs_on_nothing_newer(template):
    html = template.read_text()

    assert {what for what, version in MARKUP.items() if version > OLDEST and re.search(what, html)} == set()


# ---- The reader itself ---------------------------------------------------------------------------


def test_old_browser_drops_what_it_does_not_know():
    css = (
        "a:has(b), i { color: red } p { inset: 0; min-height: 100vh; min-height: 100svh } @layer x { p { margin: 0 } }"
    )

    assert as_read_by(css) == "p { min-height: 100vh; }"


def test_old_browser_takes_what_stands_there_for_it():
    css = "@supports not (inset: 0) { i { margin: 0 } } @media (min-width: 600px) { p { gap: 1px } }"

    assert as_read_by(css) == (
        "@supports not (unknown: unknown) { i { margin: 0; } }\n@media (min-width: 600px) { p { gap: 1px; } }"
    )


def test_table_knows_what_came_later():
    css = "a:is(b) {} a { aspect-ratio: 1; width: 5dvh } @container (width > 1px) { a { color: color-mix(red) } }"

    assert [(one.what, one.version) for one in finds(css)] == [
        ("a:is(b)", 88), ("aspect-ratio", 88), ("width", 108), ("@container (width > 1px)", 105), ("color", 111),
    ]  # fmt: skip
