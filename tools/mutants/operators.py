"""Ways to break a piece of code: mutmut's, and those that suit rules kept in tables, chains of queries and writers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import libcst as cst
from mutmut.mutation import mutators

# Decorators without which Python itself would object, or all be the same but slower.
NO_RULE = ("property", "classmethod", "staticmethod", "overload", "cache", "wraps(view)", "wraps(act)")

type Operator = Callable[[Any], Iterable[cst.CSTNode]]


def other_word(node: cst.SimpleString) -> Iterator[cst.CSTNode]:
    """Another key, status or code. Sentences and words that people see (a space, Capital first) are not rules."""
    text = node.evaluated_value
    is_shown = not isinstance(text, str) or text.istitle() or any(sign.isspace() for sign in text)
    if text and not is_shown:
        yield from list(mutators.operator_string(node))[:1]


def weaker_call(node: cst.Call) -> Iterator[cst.CSTNode]:
    """An argument less: None by its place, the default by its name. A method not called: what it is called on."""
    for place, argument in enumerate(node.args):
        if argument.star or is_label(argument):
            continue
        rest = [*node.args[:place], *node.args[place + 1 :]]
        if argument.keyword:
            yield node.with_changes(args=rest)
        elif not _is(argument.value, "None"):
            none = argument.with_changes(value=cst.Name("None"))
            yield node.with_changes(args=[*node.args[:place], none, *node.args[place + 1 :]])
    if isinstance(node.func, cst.Attribute) and not _is(node.func.value, "super()"):
        yield node.func.value


def forced(node: cst.If | cst.CompIf) -> Iterator[cst.CSTNode]:
    """A condition that always holds, and one that never does."""
    for answer in ("True", "False"):
        if not _is(node.test, answer):
            yield node.with_changes(test=cst.Name(answer))


def one_side(node: cst.BooleanOperation) -> Iterator[cst.CSTNode]:
    yield node.left
    yield node.right


def one_less(node: cst.Set | cst.List | cst.Tuple | cst.Dict) -> Iterator[cst.CSTNode]:
    """A table with a row missing."""
    unpacked = isinstance(node, cst.Tuple) and not node.lpar  # ``for place, sign in``
    if len(node.elements) > 1 and not unpacked:
        for place in range(len(node.elements)):
            yield node.with_changes(elements=[*node.elements[:place], *node.elements[place + 1 :]])


def nothing_done(node: cst.Expr | cst.Raise) -> Iterator[cst.CSTNode]:
    if not (isinstance(node, cst.Expr) and isinstance(node.value, (cst.BaseString, cst.Ellipsis))):
        yield cst.Pass()


def nothing_returned(node: cst.Return) -> Iterator[cst.CSTNode]:
    if node.value is not None and not _is(node.value, "None"):
        yield node.with_changes(value=cst.Name("None"))


def undecorated(node: cst.FunctionDef) -> Iterator[cst.CSTNode]:
    """A rule that hangs on a decorator (a transaction, a permission)."""
    for decorator in node.decorators:
        if not any(_is(decorator.decorator, name) for name in NO_RULE):
            yield node.with_changes(decorators=[other for other in node.decorators if other is not decorator])


def is_label(node: cst.CSTNode) -> bool:
    """``code="short"``: how a refusal is named among machines; no rule hangs on it."""
    if not isinstance(node, cst.Arg) or not node.keyword or not isinstance(node.value, cst.SimpleString):
        return False
    return node.keyword.value == "code"


def _is(node: cst.CSTNode, code: str) -> bool:
    return cst.Module([]).code_for_node(node) == code


OPERATORS: Sequence[tuple[type[cst.CSTNode] | tuple[type[cst.CSTNode], ...], Operator]] = [
    (cst.BaseNumber, mutators.operator_number),
    (cst.Name, mutators.operator_name),
    ((cst.Assign, cst.AnnAssign), mutators.operator_assignment),
    (cst.AugAssign, mutators.operator_augmented_assignment),
    (cst.UnaryOperation, mutators.operator_remove_unary_ops),
    (cst.Call, mutators.operator_symmetric_string_methods_swap),
    (cst.Call, mutators.operator_unsymmetrical_string_methods_swap),
    (cst.Lambda, mutators.operator_lambda),
    (cst.CSTNode, mutators.operator_keywords),
    (cst.CSTNode, mutators.operator_swap_op),
    (cst.Match, mutators.operator_match),
    (cst.IfExp, mutators.operator_if_exp),
    (cst.SimpleString, other_word),
    (cst.Call, weaker_call),
    ((cst.If, cst.CompIf), forced),
    (cst.BooleanOperation, one_side),
    ((cst.Set, cst.List, cst.Tuple, cst.Dict), one_less),
    ((cst.Expr, cst.Raise), nothing_done),
    (cst.Return, nothing_returned),
    (cst.FunctionDef, undecorated),
]
