"""Which features of browsers came after Chrome 80 (February 2020), and style sheets as such a browser reads them.

Versions are those of MDN's browser-compat-data. What delegates and desks load is held to it; the admin runs on an
office's PC. JavaScript is held by .oxlintrc.json and tests/js/baseline.test.js.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

OLDEST = 80

# Patterns of a selector, a property, "property: value", and the head of an @-rule, with the Chrome that brought it.
SELECTORS = {
    r"&": 120, r":autofill\b": 110, r":dir\(": 120, r":focus-visible\b": 86, r":has\(": 105, r":is\(": 88,
    r":modal\b": 105, r":not\([^()]*,": 88, r":not\(:has\(": 105, r":nth-(last-)?child\([^)]* of ": 111,
    r":open\b": 133,
    r":popover-open\b": 114, r":user-(in)?valid\b": 119, r":where\(": 88, r"::backdrop\b": 37,
    r"::details-content\b": 131,
    r"::file-selector-button\b": 89, r"::highlight\(": 105, r"::marker\b": 86, r"::target-text\b": 89,
}  # fmt: skip
PROPERTIES = {
    r"accent-color": 93, r"anchor-name": 125, r"appearance": 84, r"aspect-ratio": 88,
    r"border-(inline|block)(-\w+)?": 87,
    r"color-scheme": 81, r"contain-intrinsic-.+": 83, r"container(-\w+)?": 105, r"content-visibility": 85,
    r"counter-set": 85, r"field-sizing": 123, r"font-palette": 101, r"font-size-adjust": 127,
    r"forced-color-adjust": 89,
    r"hyphens": 88, r"inset(-.+)?": 87, r"interpolate-size": 129, r"(margin|padding)-(inline|block)": 87, r"mask": 120,
    r"overflow-clip-margin": 90, r"page": 85, r"print-color-adjust": 136, r"rotate|scale|translate": 104,
    r"scrollbar-(color|width)": 121, r"scrollbar-gutter": 94, r"text-box(-\w+)?": 133, r"text-decoration-thickness": 89,
    r"text-underline-offset": 87, r"text-wrap(-\w+)?": 114, r"view-transition-\w+": 111,
}  # fmt: skip
VALUES = {
    r".*\b\d[\d.]*[sld]v(h|w|i|b|min|max)\b": 108, r".*\b\d[\d.]*cq(w|h|i|b|min|max)\b": 105,
    r".*\b\d[\d.]*r?lh\b": 109,
    r".*\b(color-mix|lab|lch|oklab|oklch)\(": 111, r".*\blight-dark\(": 123, r".*[ :]image-set\(": 113,
    r".*\b(round|mod|rem)\(": 125, r".*\b(sin|cos|tan|sqrt|pow)\(": 120, r"overflow(-.)?: clip": 90,
    r"grid-template-.*subgrid": 117, r"[\w-]+: revert\b": 84, r"[\w-]+: revert-layer": 99, r"display: \w+ \w+": 115,
    r"(min-|max-)?(width|height): stretch": 138, r"word-break: auto-phrase": 119,
}  # fmt: skip
HEADS = {
    r"@layer": 99, r"@import .*\blayer\b": 99, r"@container": 105, r"@counter-style": 91, r"@position-try": 125,
    r"@property": 85, r"@scope": 118, r"@starting-style": 117, r"@supports .*selector\(": 83, r"@view-transition": 126,
    r"@media .*[<>]": 104, r"@media .*\((forced-colors)": 89, r"@media .*\((prefers-contrast)": 96,
    r"@media .*\((scripting)": 120, r"@media .*\((update)": 113, r"@page [a-z]": 85,
}  # fmt: skip
FLEX_GAP = 84
MARKUP = {
    r"<dialog": 37, r"<search\b": 118, r"<selectedcontent": 135, r"<details[^>]* name=": 120, r" inert\b": 102,
    r" popover\b": 114, r" command(for)?=": 135, r" closedby=": 134, r" shadowrootmode=": 111, r' hidden="until': 102,
}  # fmt: skip


@dataclass(frozen=True)
class Block:
    """A rule, an @-rule, or a statement such as an @import."""

    head: str
    declarations: tuple[tuple[str, str], ...] = ()
    blocks: tuple["Block", ...] = ()
    is_statement: bool = False

    @property
    def is_rule(self) -> bool:
        return not self.head.startswith("@")

    @property
    def selectors(self) -> list[str]:
        return _parts(self.head, ",")


# ---- Reading and writing -------------------------------------------------------------------------


def parse(css: str) -> list[Block]:
    return list(_blocks(re.sub(r"/\*.*?\*/", "", css, flags=re.S)))


def _blocks(css: str) -> Iterator[Block]:
    place = 0
    while css[place:].strip():
        end, sign = _next(css, place, ";{")
        head = " ".join(css[place:end].split())
        if sign != "{":
            yield Block(head, is_statement=True)
            place = end + 1
            continue
        close = _closing(css, end)
        inner = css[end + 1 : close]
        is_group = head.startswith(("@media", "@supports", "@layer", "@container", "@scope", "@starting-style"))
        yield Block(head, blocks=tuple(_blocks(inner))) if is_group else Block(head, tuple(_declarations(inner)))
        place = close + 1


def _declarations(inner: str) -> Iterator[tuple[str, str]]:
    for part in _parts(inner, ";"):
        name, _, value = part.partition(":")
        yield name.strip(), " ".join(value.split())


def _parts(text: str, sign: str) -> list[str]:
    """The text cut at each sign outside of brackets and quotes."""
    parts, place = [], 0
    while place <= len(text):
        end, _ = _next(text, place, sign)
        parts.append(text[place:end].strip())
        place = end + 1
    return [part for part in parts if part]


def _next(text: str, start: int, signs: str) -> tuple[int, str]:
    depth, quote = 0, ""
    for place in range(start, len(text)):
        sign = text[place]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        elif depth == 0 and sign in signs:
            return place, sign
    return len(text), ""


def _closing(text: str, opening: int) -> int:
    depth = 0
    for place in range(opening, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place
    raise ValueError(f"never closed: {text[opening : opening + 60]}")


def write(blocks: list[Block]) -> str:
    return "\n".join(_written(block) for block in blocks)


def _written(block: Block) -> str:
    if block.is_statement:
        return f"{block.head};"
    inner = write(list(block.blocks)) if block.blocks else " ".join(f"{n}: {v};" for n, v in block.declarations)
    return f"{block.head} {{ {inner} }}"


def every(blocks: list[Block] | tuple[Block, ...], around: str = "") -> Iterator[tuple[str, Block]]:
    """Each block with the heads of those around it."""
    for block in blocks:
        yield around, block
        yield from every(block.blocks, f"{around} {block.head}".strip())


# ---- What is too new -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Find:
    """A feature that came after the oldest browser."""

    what: str
    version: int
    rule: str
    fallback: bool = field(default=False, compare=False)  # an older declaration of the same property stands before it


def version_of(text: str, table: dict[str, int], *, whole: bool = False) -> int:
    """The newest Chrome that one of the patterns in this text asks for; 0 for old ones."""
    match = re.fullmatch if whole else re.match if table is VALUES else re.search
    return max((version for pattern, version in table.items() if match(pattern, text)), default=0)


def too_new(name: str, value: str, oldest: int = OLDEST) -> int:
    """The Chrome that a declaration needs; 0 when the oldest reads it."""
    version = max(version_of(name, PROPERTIES, whole=True), version_of(f"{name}: {value}", VALUES))
    return version if version > oldest else 0


def finds(css: str, oldest: int = OLDEST) -> Iterator[Find]:
    for _, block in every(parse(css)):
        if not block.is_rule and (version := version_of(block.head, HEADS)) > oldest:
            yield Find(block.head, version, block.head)
        for selector in block.selectors if block.is_rule else ():
            if (version := version_of(selector, SELECTORS)) > oldest:
                yield Find(selector, version, block.head)
        for place, (name, value) in enumerate(block.declarations):
            if version := too_new(name, value, oldest):
                before = [one for one in block.declarations[:place] if not too_new(*one, oldest)]
                yield Find(name, version, block.head, any(old.endswith(name) for old, _ in before))


# ---- As an old browser reads it ------------------------------------------------------------------


def as_read_by(css: str, oldest: int = OLDEST) -> str:
    """The style sheet without all that this Chrome drops: declarations, rules of which one selector is unknown,
    @-rules; an @supports that asks for what it lacks holds no longer, and its ``not`` does."""
    return write(list(_read(parse(css), oldest)))


def _read(blocks: list[Block] | tuple[Block, ...], oldest: int) -> Iterator[Block]:
    for block in blocks:
        if block.is_rule:
            if not any(version_of(one, SELECTORS) > oldest for one in block.selectors):
                kept = tuple(one for one in block.declarations if not too_new(*one, oldest))
                yield replace(block, declarations=kept)
        elif version_of(block.head, HEADS) <= oldest:
            yield replace(block, head=_asked(block.head, oldest), blocks=tuple(_read(block.blocks, oldest)))


def _asked(head: str, oldest: int) -> str:
    if not head.startswith("@supports"):
        return head
    return re.sub(
        r"\(([\w-]+): ([^()]+)\)",
        lambda asked: "(unknown: unknown)" if too_new(asked[1], asked[2], oldest) else asked[0],
        head,
    )
