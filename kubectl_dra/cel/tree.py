"""The syntax tree: what the parser builds, with macros expanded as upstream expands them.

Every node knows its `id`, the text it stands for (`start` to `end`, offsets in characters) and the `position` that messages about it
name. `id` is unique within a tree; the checker's findings are kept by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.cel.values import Value


class Node(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """What all nodes have."""

    id: int
    start: int
    end: int
    position: int


class Literal(Node, frozen=True, kw_only=True, eq=False):
    """A number, text, bytes, true, false or null."""

    value: Value


class Identifier(Node, frozen=True, kw_only=True, eq=False):
    """A name; with a leading dot where the text had one."""

    name: str


class Select(Node, frozen=True, kw_only=True, eq=False):
    """`operand.field`, or with `test_only` the presence test `has(operand.field)`."""

    operand: Expression
    field: str
    test_only: bool = False


class Call(Node, frozen=True, kw_only=True, eq=False):
    """A function, method or operator (`_==_`, `_[_]`, `_?._`, …) applied to arguments."""

    function: str
    target: Expression | None
    arguments: tuple[Expression, ...]

    @property
    def operands(self) -> tuple[Expression, ...]:
        """The target, where there is one, and the arguments."""
        return self.arguments if self.target is None else (self.target, *self.arguments)


class ListLiteral(Node, frozen=True, kw_only=True, eq=False):
    """`[a, ?b]`; `optional` holds the indices of elements that may be left out."""

    elements: tuple[Expression, ...]
    optional: frozenset[int] = frozenset()


class MapEntry(Node, frozen=True, kw_only=True, eq=False):
    """One `key: value` of a map literal."""

    key: Expression
    value: Expression
    optional: bool


class MapLiteral(Node, frozen=True, kw_only=True, eq=False):
    """`{key: value, ?key: optional}`."""

    entries: tuple[MapEntry, ...]


class MessageLiteral(Node, frozen=True, kw_only=True, eq=False):
    """`Name{field: value}`, a protocol buffer message."""

    name: str
    fields: tuple[tuple[str, Expression], ...]


class Comprehension(Node, frozen=True, kw_only=True, eq=False):
    """A macro over a range, in upstream's expanded form, and what it was before in `macro`, `predicate` and `transform`."""

    macro: str
    iteration_range: Expression
    variable: str
    second_variable: str
    accumulator: str
    initial: Expression
    condition: Expression
    step: Expression
    result: Expression
    predicate: Expression | None = None
    transform: Expression | None = None


Expression = Literal | Identifier | Select | Call | ListLiteral | MapLiteral | MessageLiteral | Comprehension


def children(node: Expression) -> tuple[Expression, ...]:
    """The nodes directly below, in the order in which upstream walks them."""
    if isinstance(node, Call):
        return node.operands
    if isinstance(node, Select):
        return (node.operand,)
    if isinstance(node, ListLiteral):
        return node.elements
    if isinstance(node, MapLiteral):
        return tuple(part for entry in node.entries for part in (entry.key, entry.value))
    if isinstance(node, MessageLiteral):
        return tuple(value for _, value in node.fields)
    if isinstance(node, Comprehension):
        return node.iteration_range, node.initial, node.condition, node.step, node.result
    return ()


def walk(node: Expression) -> Iterator[Expression]:
    """The node and all below it, each before its children."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(children(current)))
