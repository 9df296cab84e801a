"""The mutants of one module: every way to break one place of it, as whole new sources."""

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from tools.mutants.operators import OPERATORS, is_label

ROOT = Path(__file__).resolve().parents[2]
MODULE_LEVEL = "(module)"
# What no test of a rule can or should notice: types, imports, what is checked for the type checker's sake.
LEFT_ALONE = (cst.Annotation, cst.TypeAlias, cst.TypeParameters, cst.Import, cst.ImportFrom, cst.Assert, cst.Decorator)


@dataclass(frozen=True)
class Mutant:
    """One broken place. ``lines`` are those that a test must run to notice it; empty: when the module is imported."""

    module: str
    function: str
    before: str
    after: str
    key: str
    lines: frozenset[int]
    source: str = field(repr=False)

    @property
    def name(self) -> str:
        return f"{self.module}:{self.function}"


def mutants_of(module: str, *, functions_only: bool = False) -> list[Mutant]:
    """All mutants of a module (a path from the project's root), in the order of the source, each once."""
    source = (ROOT / module).read_text()
    finder = _Finder(source, functions_only=functions_only)
    MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True).visit(finder)
    found: dict[str, Mutant] = {}
    for place, broken in finder.found:
        if broken not in found and _compiles(broken):
            before, after = _difference(source, broken)
            found[broken] = Mutant(module, place.name, before, after, "", place.lines, broken)
    return _with_keys(list(found.values()), finder.texts)


@dataclass(frozen=True)
class _Place:
    name: str
    lines: frozenset[int]


class _Finder(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, source: str, *, functions_only: bool) -> None:
        super().__init__()
        self.source = source
        self.tree = cst.parse_module(source)
        self.top: cst.CSTNode | None = None
        self.functions_only = functions_only
        self.names: list[str] = []
        self.functions: list[cst.FunctionDef] = []
        self.statements: list[cst.CSTNode] = []
        self.found: list[tuple[_Place, str]] = []
        self.texts: dict[str, str] = {}

    def visit_Module(self, node: cst.Module) -> None:
        self.tree = node  # the very nodes that are visited

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, LEFT_ALONE) or is_label(node):
            return False
        if not self.statements:
            self.top = node
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            self.names.append(node.name.value)
        if isinstance(node, cst.FunctionDef):
            self.functions.append(node)
            self.texts[self._name()] = self.tree.code_for_node(node)
        if isinstance(node, (cst.BaseStatement, cst.SimpleStatementLine)):
            self.statements.append(node)
        if self.functions or not self.functions_only:
            self.found.extend((self._place(node), broken) for broken in self._broken(node))
        return super().on_visit(node)

    def on_leave(self, original_node: cst.CSTNode) -> None:
        super().on_leave(original_node)
        if isinstance(original_node, (cst.FunctionDef, cst.ClassDef)):
            self.names.pop()
        if isinstance(original_node, cst.FunctionDef):
            self.functions.pop()
        if isinstance(original_node, (cst.BaseStatement, cst.SimpleStatementLine)):
            self.statements.pop()

    def _broken(self, node: cst.CSTNode) -> Iterator[str]:
        for kind, operator in OPERATORS:
            if isinstance(node, kind):
                yield from (self._with(node, _in_brackets(other)) for other in operator(node))

    def _with(self, node: cst.CSTNode, other: cst.CSTNode) -> str:
        """The source with one node replaced. Only its part of the module is written anew: the rest costs seconds."""
        assert self.top is not None
        part = self.tree.code_for_node(self.top)
        start = self.source.index(part)
        changed = other if node is self.top else self.top.deep_replace(node, other)
        assert isinstance(changed, cst.CSTNode)
        return self.source[:start] + self.tree.code_for_node(changed) + self.source[start + len(part) :]

    def _name(self) -> str:
        return ".".join(self.names) if self.functions else MODULE_LEVEL

    def _place(self, node: cst.CSTNode) -> _Place:
        if not self.functions:
            return _Place(MODULE_LEVEL, frozenset())
        if isinstance(node, cst.FunctionDef):  # a decorator less: who was kept out never got to the body
            return _Place(self._name(), frozenset())
        statement = self.statements[-1]
        if isinstance(statement, cst.FunctionDef):  # its defaults: whoever calls it may notice
            return _Place(self._name(), self._lines(statement.body))
        first = self._lines(statement) if isinstance(statement, cst.SimpleStatementLine) else self._lines(node)
        return _Place(self._name(), first or self._lines(statement))

    def _lines(self, node: cst.CSTNode) -> frozenset[int]:
        where = self.get_metadata(PositionProvider, node, None)
        return frozenset(range(where.start.line, where.end.line + 1)) if isinstance(where, CodeRange) else frozenset()


def _in_brackets(node: cst.CSTNode) -> cst.CSTNode:
    """Keep what an expression means where it is put."""
    if isinstance(node, (cst.BooleanOperation, cst.Comparison, cst.IfExp)) and not node.lpar:
        return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return node


def _compiles(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _difference(source: str, broken: str) -> tuple[str, str]:
    """The lines that differ, before and after, with their white space evened out: so they outlive a move."""
    old, new = source.splitlines(), broken.splitlines()
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return " ".join(" ".join(old).split()), " ".join(" ".join(new).split())


def _with_keys(mutants: list[Mutant], texts: dict[str, str]) -> list[Mutant]:
    """A key each that stands as long as its function does."""
    seen: dict[str, int] = {}
    keyed = []
    for mutant in mutants:
        text = "\n".join([mutant.name, texts.get(mutant.function, ""), mutant.before, mutant.after])
        key = hashlib.sha256(text.encode()).hexdigest()[:16]
        seen[key] = seen.get(key, 0) + 1
        parts = {name: getattr(mutant, name) for name in ("module", "function", "before", "after", "lines", "source")}
        keyed.append(Mutant(**parts, key=f"{key}-{seen[key]}"))
    return keyed
