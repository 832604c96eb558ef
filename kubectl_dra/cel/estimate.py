"""What an evaluation can cost at most, before it is run: `checker/cost.go`.

The tree is walked as upstream walks it, macros expanded. What Kubernetes' own functions cost is in `function_estimates`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import msgspec

from kubectl_dra.cel.cost import LIST_COST, MAP_COST, MESSAGE_COST, PATTERN, TRAVERSAL
from kubectl_dra.cel.macros import ACCUMULATOR
from kubectl_dra.cel.tree import Call, Comprehension, Expression, Identifier, ListLiteral, Literal, MapLiteral, MessageLiteral, Select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kubectl_dra.cel.celtypes import Type
    from kubectl_dra.cel.checker import Checked, Reference
    from kubectl_dra.cel.declarations import Overload
    from kubectl_dra.cel.environment import Environment

    Path = tuple[str, ...]

LARGEST: Final = (1 << 64) - 1


class Range(msgspec.Struct, frozen=True):
    """The least and the most of a size or a cost; nothing grows beyond 64 bits."""

    minimum: int
    maximum: int

    def plus(self, other: Range) -> Range:
        """The sum."""
        return Range(min(LARGEST, self.minimum + other.minimum), min(LARGEST, self.maximum + other.maximum))

    def times(self, other: Range) -> Range:
        """The product."""
        return Range(min(LARGEST, self.minimum * other.minimum), min(LARGEST, self.maximum * other.maximum))

    def scaled(self, factor: float) -> Range:
        """The product with a factor, rounded up."""
        return Range(_scaled(self.minimum, factor), _scaled(self.maximum, factor))

    def union(self, other: Range) -> Range:
        """What holds both."""
        return Range(min(self.minimum, other.minimum), max(self.maximum, other.maximum))


def _scaled(number: int, factor: float) -> int:
    product = math.ceil(float(number) * factor)
    return min(LARGEST, product) if product < 1 << 64 else LARGEST


def exactly(number: int) -> Range:
    """A range of one number."""
    return Range(number, number)


NOTHING: Final = exactly(0)
ONE: Final = exactly(1)
UNKNOWN_SIZE: Final = Range(0, LARGEST)
_NEVER: Final = Range(LARGEST, 0)


class EntrySizes(msgspec.Struct, frozen=True):
    """How large the keys (or indices) and values of a list or map are."""

    is_list: bool
    key: Range
    value: Range

    def union(self, other: EntrySizes | None) -> EntrySizes | None:
        """What holds both, where both are known."""
        return other and EntrySizes(self.is_list, self.key.union(other.key), self.value.union(other.value))


class Subject(msgspec.Struct, frozen=True, eq=False):
    """A node as functions see it that estimate a call: where its value comes from, its type and its size."""

    path: Path
    type: Type
    node: Expression | None
    size: Range | None


class Estimate(msgspec.Struct, frozen=True):
    """What a call costs without its arguments, and how large its result is where that matters."""

    cost: Range
    size: Range | None = None


class _Local(msgspec.Struct, frozen=True):
    path: Path
    size: Range | None = None
    entries: EntrySizes | None = None


def estimate(checked: Checked, environment: Environment) -> Range:
    """The least and the most that evaluating the tree can cost."""
    return Estimator(checked, environment).cost(checked.tree)


def _has_spare_room(path: tuple[str, ...]) -> bool:
    """Whether a slice of Go that grew to this path one by one has room for one more.

    Upstream appends to it twice, for the key and for the value, and with room to spare the second overwrites the first.
    """
    return bool(len(path) & (len(path) - 1))


class Estimator:
    """Walks one tree."""

    __slots__ = ("_checked", "_entries", "_environment", "_locals", "_paths", "_sizes")

    def __init__(self, checked: Checked, environment: Environment) -> None:
        self._checked = checked
        self._environment = environment
        self._locals: dict[str, list[_Local]] = {}
        self._paths: dict[int, Path] = {}
        self._sizes: dict[int, Range] = {}
        self._entries: dict[int, EntrySizes] = {}

    def cost(self, node: Expression) -> Range:
        """The cost of a node with all below it."""
        return _COSTS[type(node)](self, node)

    # sizes and paths

    def size_of(self, subject: Subject) -> Range:
        """The size of what a call is applied to; anything where it is not known."""
        if subject.size is not None:
            return subject.size
        return self._declared_size(subject.path) or UNKNOWN_SIZE

    def element_of(self, subject: Subject) -> Subject | None:
        """An element of a list (upstream takes a map's keys too); None where the type has no elements."""
        if not subject.type.parameters:
            return None
        path = (*subject.path, "@items") if subject.path else ()
        return Subject(path, subject.type.parameters[0], None, None)

    @property
    def includes_by_target(self) -> bool:
        """Whether `includes` is held to cost by what it is called on."""
        return self._environment.quirks.includes_cost_by_target

    @property
    def matches_function_cost(self) -> bool:
        """Whether `matches(text, pattern)` is held to cost what the method costs."""
        return self._environment.quirks.matches_function_cost

    def _declared_size(self, path: Path) -> Range | None:
        size = self._environment.size_of(path) if path else None
        return None if size is None else Range(0, size)

    def _local(self, node: Expression) -> _Local | None:
        if not isinstance(node, Identifier):
            return None
        stack = self._locals.get(node.name)
        return stack[-1] if stack else None

    def _path(self, node: Expression) -> Path:
        local = self._local(node)
        return local.path if local is not None else self._paths.get(node.id, ())

    def _type(self, node: Expression) -> Type:
        return self._checked.types[node.id]

    def _size(self, node: Expression) -> Range | None:
        """The computed size of a node; `computeSize`."""
        if node.id in self._sizes:
            return self._sizes[node.id]
        literal = _literal_size(node)
        if literal is not None:
            return literal
        declared = self._declared_size(self._path(node))
        if declared is not None:
            self._sizes[node.id] = declared
            return declared
        if _is_scalar(self._type(node)):
            return ONE
        local = self._local(node)
        return local.size if local is not None else None

    def _size_or_unknown(self, node: Expression) -> Range:
        size = self._size(node)
        return UNKNOWN_SIZE if size is None else size

    def _keep_size(self, node: Expression, size: Range | None) -> None:
        if size is not None:
            self._sizes[node.id] = size

    def _entry_sizes(self, node: Expression) -> EntrySizes | None:
        if node.id in self._entries:
            return self._entries[node.id]
        local = self._local(node)
        return local.entries if local is not None else None

    def _keep_entries(self, node: Expression, entries: EntrySizes | None) -> None:
        if entries is not None:
            self._entries[node.id] = entries

    def _subject(self, node: Expression) -> Subject:
        path = self._path(node)
        return Subject(() if path[:1] == (ACCUMULATOR,) else path, self._type(node), node, self._size(node))

    # nodes

    def literal(self, _node: Literal) -> Range:
        """Constants cost nothing."""
        return NOTHING

    def identifier(self, node: Identifier) -> Range:
        """A name."""
        local = self._local(node)
        self._paths[node.id] = local.path if local is not None else (node.name,)
        return ONE

    def select(self, node: Select) -> Range:
        """A field, the presence of a field, or a qualified name."""
        if node.id in self._checked.references:
            return ONE
        cost = self.cost(node.operand)
        if node.test_only:
            return cost
        if self._type(node.operand).kind in {"map", "struct", "param"}:
            cost = cost.plus(ONE)
        self._paths[node.id] = (*self._path(node.operand), node.field)
        return cost

    def list_literal(self, node: ListLiteral) -> Range:
        """A list is made of its elements."""
        cost = exactly(LIST_COST)
        element = Range(0, 0) if not node.elements else _NEVER
        for part in node.elements:
            cost = cost.plus(self.cost(part))
            element = element.union(self._size_or_unknown(part))
        self._entries[node.id] = EntrySizes(is_list=True, key=ONE, value=element)
        return cost

    def map_literal(self, node: MapLiteral) -> Range:
        """A map is made of its entries."""
        cost = exactly(MAP_COST)
        key = value = Range(0, 0) if not node.entries else _NEVER
        for entry in node.entries:
            cost = cost.plus(self.cost(entry.key)).plus(self.cost(entry.value))
            key = key.union(self._size_or_unknown(entry.key))
            value = value.union(self._size_or_unknown(entry.value))
        self._entries[node.id] = EntrySizes(is_list=False, key=key, value=value)
        return cost

    def message(self, node: MessageLiteral) -> Range:
        """A message is made of its fields."""
        return _sum((exactly(MESSAGE_COST), *(self.cost(value) for _, value in node.fields)))

    # calls

    def call(self, node: Call) -> Range:
        """A call costs the most that any overload costs that may be meant."""
        reference = self._checked.references.get(node.id)
        if node.function == "dyn":
            return self._dyn(node)
        costs = [self.cost(argument) for argument in node.arguments]
        arguments = [self._subject(argument) for argument in node.arguments]
        if reference is None:
            return NOTHING
        total, target = NOTHING, None
        if reference.has_target and node.target is not None:
            total = self.cost(node.target)
            target = self._subject(node.target)
        cost = _NEVER
        size: Range | None = None
        for overload in reference.overloads:
            found = self._overload(node, reference, overload, target, arguments, costs)
            cost = cost.union(found.cost)
            if found.size is not None:
                size = found.size if size is None else size.union(found.size)
            size = self._indexed(node, reference, overload, size)
            if size is None:
                size = self._size(node)
        self._keep_size(node, size)
        return total.plus(cost)

    def _dyn(self, node: Call) -> Range:
        (argument,) = node.arguments
        cost = self.cost(argument)
        self._keep_size(node, self._size(argument))
        self._keep_entries(node, self._entry_sizes(argument))
        return ONE.plus(cost)

    def _indexed(self, node: Call, reference: Reference, overload: Overload, size: Range | None) -> Range | None:
        """What `container[key]` leads to: the path goes on, and the size is that of the container's values."""
        kind = overload.signature.parameters[0].kind if overload.signature.parameters else ""
        if reference.name != "_[_]" or kind not in {"list", "map"}:
            return size
        container = node.arguments[0]
        self._paths[node.id] = (*self._path(container), "@items" if kind == "list" else "@values")
        entries = self._entry_sizes(container)
        return entries.value if entries is not None else None

    def _overload(
        self,
        node: Call,
        reference: Reference,
        overload: Overload,
        target: Subject | None,
        arguments: list[Subject],
        costs: list[Range],
    ) -> Estimate:
        from kubectl_dra.cel.function_estimates import call_estimate  # noqa: PLC0415 - the two know each other

        found = call_estimate(self, reference.name, target, arguments)
        if found is None:
            found = self._standard(node, reference.name, overload, target, arguments, costs)
        else:
            found = Estimate(found.cost.plus(_sum(costs)), found.size)
        return found

    def _standard(
        self,
        node: Call,
        name: str,
        overload: Overload,
        target: Subject | None,
        arguments: list[Subject],
        costs: list[Range],
    ) -> Estimate:
        if name in {"_&&_", "_||_"}:
            return Estimate(Range(costs[0].minimum, costs[0].plus(costs[1]).maximum))
        if name == "_?_:_":
            return self._conditional(node, costs)
        kinds = [parameter.kind for parameter in overload.signature.parameters]
        if name == "_+_" and kinds[0] in {"string", "bytes", "list"}:
            return self._concatenation(node, costs, is_list=kinds[0] == "list")
        return self._standard_call(name, kinds, target, arguments).with_cost_of(costs)

    def _conditional(self, node: Call, costs: list[Range]) -> Estimate:
        _, accepted, refused = node.arguments
        size = self._size_or_unknown(accepted).union(self._size_or_unknown(refused))
        entries = self._entry_sizes(accepted)
        self._keep_entries(node, entries and entries.union(self._entry_sizes(refused)))
        return Estimate(costs[0].plus(costs[1].union(costs[2])), size)

    def _concatenation(self, node: Call, costs: list[Range], *, is_list: bool) -> Estimate:
        left, right = node.arguments
        size = self._size_or_unknown(left).plus(self._size_or_unknown(right))
        entries = self._entry_sizes(left)
        self._keep_entries(node, entries and entries.union(self._entry_sizes(right)))
        cost = ONE if is_list else size.scaled(TRAVERSAL)
        return Estimate(cost.plus(_sum(costs)), size)

    # comprehensions

    def comprehension(self, node: Comprehension) -> Range:
        """A macro costs its range, and for each element its condition and its step."""
        cost = self.cost(node.iteration_range).plus(self.cost(node.initial))
        self._bind(node.accumulator, self._bound(node.initial))
        if node.macro == "bind":
            cost = cost.plus(self.cost(node.result))
            self._locals[node.accumulator].pop()
            self._keep_size(node, self._size(node.result))
            self._keep_entries(node, self._entry_sizes(node.result))
            return cost
        for name, local in self._variables(node):
            self._bind(name, local)
        each = self.cost(node.condition).plus(self.cost(node.step))
        for name, _ in self._variables(node):
            self._locals[name].pop()
        cost = cost.plus(self.cost(node.result))
        self._locals[node.accumulator].pop()
        count = self._size_or_unknown(node.iteration_range)
        self._gathered(node, count)
        return cost.plus(count.times(each))

    def _gathered(self, node: Comprehension, count: Range) -> None:
        """What is known of the size of what a comprehension gathers."""
        if isinstance(node.initial, Literal):
            self._keep_size(node, self._size(node.initial))
        else:
            self._keep_size(node, count)
            self._keep_entries(node, self._entry_sizes(node.step))

    def _bind(self, name: str, local: _Local) -> None:
        self._locals.setdefault(name, []).append(local)

    def _bound(self, node: Expression) -> _Local:
        return _Local(self._path(node), self._size(node), self._entry_sizes(node))

    def _variables(self, node: Comprehension) -> Iterable[tuple[str, _Local]]:
        iterated = node.iteration_range
        entries = self._entry_sizes(iterated)
        is_list = entries.is_list if entries is not None else self._type(iterated).kind == "list"
        path = self._path(iterated)
        key = _Local((*path, "@indices" if is_list else "@keys"), None if entries is None else entries.key)
        value = _Local((*path, "@items" if is_list else "@values"), None if entries is None else entries.value)
        if node.second_variable:
            if _has_spare_room(path):
                key = _Local(value.path, key.size)
            return (node.variable, key), (node.second_variable, value)
        return ((node.variable, value if is_list else key),)

    def _standard_call(self, name: str, kinds: Sequence[str], target: Subject | None, arguments: list[Subject]) -> _Costing:
        sizes = [UNKNOWN_SIZE if argument.size is None else argument.size for argument in arguments]
        own = UNKNOWN_SIZE if target is None or target.size is None else target.size
        if name == "format" and target is not None:
            return _Costing(own.scaled(TRAVERSAL))
        if name == "bytes" and kinds[0] == "string":
            return _Costing(sizes[0].scaled(TRAVERSAL), Range(sizes[0].minimum, sizes[0].maximum * 4 % (1 << 64)))
        if name == "string" and kinds[0] == "bytes":
            return _Costing(sizes[0].scaled(TRAVERSAL), Range(sizes[0].minimum // 4, sizes[0].maximum))
        if name == "strings.quote":
            return _Costing(sizes[0].scaled(TRAVERSAL), Range(sizes[0].minimum + 2, (sizes[0].maximum * 2 + 2) % (1 << 64)))
        if name in {"startsWith", "endsWith"}:
            return _Costing(sizes[0].scaled(TRAVERSAL))
        if name == "@in" and kinds[1] == "list":
            return _Costing(sizes[1].scaled(1))
        if name == "matches":
            return self._matches(own if target is not None else sizes[0], sizes[-1], is_method=target is not None)
        if name == "contains" and target is not None:
            return _Costing(own.scaled(TRAVERSAL).times(sizes[0].scaled(TRAVERSAL)))
        if name in {"_==_", "_!=_"} or (name in _COMPARISONS and kinds[0] in {"string", "bytes"}):
            smallest = min(sizes[0].maximum, sizes[1].maximum)
            return _Costing(Range(1 if smallest else 0, smallest).scaled(TRAVERSAL))
        return _Costing(ONE)

    def _matches(self, text: Range, pattern: Range, *, is_method: bool) -> _Costing:
        if not is_method and not self.matches_function_cost:
            return _Costing(ONE)
        return _Costing(text.plus(ONE).scaled(TRAVERSAL).times(pattern.scaled(PATTERN)))


class _Costing(msgspec.Struct, frozen=True):
    """The cost of a call alone, and the size of its result."""

    cost: Range
    size: Range | None = None

    def with_cost_of(self, costs: list[Range]) -> Estimate:
        """The estimate with the arguments' costs."""
        return Estimate(self.cost.plus(_sum(costs)), self.size)


_COMPARISONS: Final = frozenset({"_<_", "_<=_", "_>_", "_>=_"})
_COSTS: Final[dict[type, Callable[..., Range]]] = {
    Literal: Estimator.literal,
    Identifier: Estimator.identifier,
    Select: Estimator.select,
    Call: Estimator.call,
    ListLiteral: Estimator.list_literal,
    MapLiteral: Estimator.map_literal,
    MessageLiteral: Estimator.message,
    Comprehension: Estimator.comprehension,
}


def _sum(costs: Iterable[Range]) -> Range:
    total = NOTHING
    for cost in costs:
        total = total.plus(cost)
    return total


def _literal_size(node: Expression) -> Range | None:
    if isinstance(node, Literal):
        return exactly(len(node.value)) if isinstance(node.value, str | bytes) else ONE
    if isinstance(node, ListLiteral):
        return exactly(len(node.elements))
    return exactly(len(node.entries)) if isinstance(node, MapLiteral) else None


def _is_scalar(subject: Type) -> bool:
    if subject.kind == "opaque" and subject.name == "optional_type":
        return _is_scalar(subject.parameters[0])
    return subject.kind in {"bool", "double", "duration", "int", "timestamp", "uint"}
