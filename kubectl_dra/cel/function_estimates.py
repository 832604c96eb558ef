"""What calls of Kubernetes' and the extensions' functions can cost: `apiserver/pkg/cel/library/cost.go`, `ext/lists.go`, `ext/sets.go`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from kubectl_dra.cel.cost import LIST_COST, PATTERN, TRAVERSAL
from kubectl_dra.cel.estimate import LARGEST, NOTHING, ONE, UNKNOWN_SIZE, Estimate, Range, exactly
from kubectl_dra.cel.tree import Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubectl_dra.cel.estimate import Estimator, Subject

    CallEstimate = Callable[[Estimator, Subject | None, list[Subject]], Estimate | None]

_LONGEST_LIST: Final = 48
_ADDRESS_BYTES: Final = Range(4, 16)
_PATTERN_OF_FORMATS: Final = 128
_LONGEST_FORMAT: Final = 64


def call_estimate(estimator: Estimator, name: str, target: Subject | None, arguments: list[Subject]) -> Estimate | None:
    """What a call costs without its arguments; None for what costs as in plain CEL."""
    known = _ESTIMATES.get(name)
    return known(estimator, target, arguments) if known else None


def _nominal(_estimator: Estimator, _target: Subject | None, _arguments: list[Subject]) -> Estimate:
    return Estimate(ONE)


def _each_element(estimator: Estimator, target: Subject | None, _arguments: list[Subject]) -> Estimate | None:
    """One for each element, and for texts what reading them costs."""
    if target is None:
        return None
    element = estimator.element_of(target)
    if element is None:
        return Estimate(estimator.size_of(target).scaled(TRAVERSAL))
    return Estimate(estimator.size_of(target).times(_element_cost(estimator, element)))


def _element_cost(estimator: Estimator, element: Subject) -> Range:
    if element.type.kind in {"string", "bytes"}:
        return ONE.plus(estimator.size_of(element).scaled(TRAVERSAL))
    return ONE


def _includes(estimator: Estimator, target: Subject | None, arguments: list[Subject]) -> Estimate | None:
    if target is None:
        return None
    if not estimator.includes_by_target:
        return Estimate(Range(0, _LONGEST_LIST))
    if estimator.element_of(target) is None:
        return Estimate(estimator.size_of(target))
    return _each_element(estimator, target, arguments)


def _of_argument(factor: float, *, keeps_size: bool = False) -> CallEstimate:
    def estimate(estimator: Estimator, _target: Subject | None, arguments: list[Subject]) -> Estimate | None:
        if not arguments:
            return None
        size = estimator.size_of(arguments[0])
        return Estimate(size.scaled(factor), size if keeps_size else None)

    return estimate


def _of_target(estimator: Estimator, target: Subject | None, _arguments: list[Subject]) -> Estimate | None:
    if target is None:
        return None
    size = estimator.size_of(target)
    return Estimate(size.scaled(TRAVERSAL), size)


def _replace(estimator: Estimator, target: Subject | None, arguments: list[Subject]) -> Estimate | None:
    if target is None:
        return None
    size, old, new = (estimator.size_of(subject) for subject in (target, *arguments[:2]))
    most, kept_at_most = _longest_replacement(size.maximum, old.minimum, new.maximum)
    fewest, kept_at_least = _shortest_replacement(size.minimum, old.maximum, new.minimum)
    result = Range(fewest, most).times(new).plus(Range(kept_at_least, kept_at_most))
    return Estimate(size.scaled(2 * TRAVERSAL), result)


def _longest_replacement(size: int, old: int, new: int) -> tuple[int, int]:
    """How often a text of some size is replaced at most, and how much of it is kept then."""
    if not old:
        return min(LARGEST, size + 1), size
    return (0, size) if new <= old else (_quotient(size, old), 0)


def _shortest_replacement(size: int, old: int, new: int) -> tuple[int, int]:
    """How often a text of some size is replaced at least, and how much of it is kept then."""
    if not old:
        return min(LARGEST, size + 1), size
    return (0, size) if old <= new else (_quotient(size, old), 0)


def _quotient(size: int, part: int) -> int:
    return min(LARGEST, math.ceil(float(size) / float(part)))


def _split(estimator: Estimator, target: Subject | None, arguments: list[Subject]) -> Estimate | None:
    if target is None:
        return None
    size = estimator.size_of(target)
    limit = _whole(arguments[1]) if len(arguments) > 1 else None
    return Estimate(size.scaled(2 * TRAVERSAL), Range(0, size.maximum if limit is None else limit % (1 << 64)))


def _whole(subject: Subject) -> int | None:
    """The whole number that a constant argument is."""
    node = subject.node
    return node.value if isinstance(node, Literal) and type(node.value) is int else None


def _join(estimator: Estimator, target: Subject | None, arguments: list[Subject]) -> Estimate | None:
    if target is None:
        return None
    count, size = estimator.size_of(target), NOTHING
    element = estimator.element_of(target)
    if element is not None:
        size = count.times(estimator.size_of(element))
    if arguments:
        separators = Range(max(0, count.minimum - 1), max(0, count.maximum - 1))
        size = size.plus(estimator.size_of(arguments[0]).times(separators))
    return Estimate(size.scaled(TRAVERSAL), size)


def _find(estimator: Estimator, target: Subject | None, arguments: list[Subject]) -> Estimate | None:
    if target is None:
        return None
    size = estimator.size_of(target)
    cost = size.plus(ONE).scaled(TRAVERSAL).times(estimator.size_of(arguments[0]).scaled(PATTERN))
    return Estimate(cost, Range(0, size.maximum))


def _ip(estimator: Estimator, target: Subject | None, arguments: list[Subject]) -> Estimate | None:
    return Estimate(ONE) if target is not None else _of_argument(TRAVERSAL)(estimator, target, arguments)


def _contains_address(estimator: Estimator, _target: Subject | None, arguments: list[Subject]) -> Estimate:
    cost = _ADDRESS_BYTES.plus(_ADDRESS_BYTES).scaled(TRAVERSAL)
    return Estimate(cost.plus(_parsing(estimator, arguments[0])))


def _contains_network(estimator: Estimator, _target: Subject | None, arguments: list[Subject]) -> Estimate:
    cost = _ADDRESS_BYTES.plus(_ADDRESS_BYTES).scaled(TRAVERSAL).plus(_ADDRESS_BYTES.scaled(TRAVERSAL)).plus(ONE)
    return Estimate(cost.plus(_parsing(estimator, arguments[0])))


def _parsing(estimator: Estimator, subject: Subject) -> Range:
    return NOTHING if subject.type.kind == "opaque" else estimator.size_of(subject).scaled(TRAVERSAL)


def _validate(estimator: Estimator, _target: Subject | None, arguments: list[Subject]) -> Estimate:
    return Estimate(estimator.size_of(arguments[0]).scaled(TRAVERSAL).scaled(_PATTERN_OF_FORMATS * PATTERN))


def _equals(_estimator: Estimator, _target: Subject | None, arguments: list[Subject]) -> Estimate | None:
    """Values of Kubernetes' own types are compared in one go."""
    left, right = arguments[0].type, arguments[1].type
    if left.type_name != right.type_name:
        return None
    if left.name in {"net.IP", "net.CIDR", "kubernetes.Quantity", "kubernetes.Semver"}:
        return Estimate(ONE)
    if left.name == "kubernetes.NamedFormat":
        return Estimate(Range(1, _LONGEST_FORMAT).scaled(TRAVERSAL))
    if left.name == "kubernetes.URL":
        size = arguments[1].size or ONE
        return Estimate(Range(1, size.maximum).scaled(TRAVERSAL))
    return None


def _allocating(factor: float, size: Range) -> Estimate:
    return Estimate(size.scaled(factor).plus(ONE).plus(exactly(LIST_COST)), size)


def _slice(estimator: Estimator, target: Subject | None, arguments: list[Subject]) -> Estimate | None:
    if target is None:
        return None
    start = _bound(arguments[0], 0)
    end = _bound(arguments[1], estimator.size_of(target).maximum)
    return _allocating(1, exactly((end - start) % (1 << 64)))


def _bound(subject: Subject, otherwise: int) -> int:
    number = _whole(subject)
    return otherwise if number is None else max(0, number)


def _range(_estimator: Estimator, _target: Subject | None, arguments: list[Subject]) -> Estimate:
    return _allocating(1, exactly(_bound(arguments[0], LARGEST)))


def _reverse(estimator: Estimator, target: Subject | None, _arguments: list[Subject]) -> Estimate | None:
    return None if target is None else _allocating(1, estimator.size_of(target))


def _flatten(estimator: Estimator, target: Subject | None, arguments: list[Subject]) -> Estimate | None:
    depth = _bound(arguments[0], LARGEST) if arguments else 1
    return None if target is None else _allocating(float(depth), estimator.size_of(target))


def _distinct(estimator: Estimator, target: Subject | None, _arguments: list[Subject]) -> Estimate | None:
    size = UNKNOWN_SIZE if target is None else estimator.size_of(target)
    return _allocating(2, size.times(size))


def _sort(estimator: Estimator, target: Subject | None, arguments: list[Subject]) -> Estimate | None:
    """By the keys where there are keys, else by the elements."""
    keys = arguments[0] if arguments else target
    if keys is None:
        return None
    element = estimator.element_of(keys)
    size = estimator.size_of(keys)
    is_text = element is None or element.type.kind in {"string", "bytes", "dyn", "any"}
    return _allocating(2 + TRAVERSAL if is_text else 2, size.times(size))


def _as_sets(factor: int) -> CallEstimate:
    def estimate(estimator: Estimator, _target: Subject | None, arguments: list[Subject]) -> Estimate:
        left, right = map(estimator.size_of, arguments)
        return Estimate(left.times(right).scaled(factor).plus(ONE))

    return estimate


_NOMINAL: Final = (
    *("masked", "prefixLength", "family", "isUnspecified", "isLoopback", "isLinkLocalMulticast", "isLinkLocalUnicast", "isGlobalUnicast"),
    *("sign", "asInteger", "isInteger", "asApproximateFloat", "isGreaterThan", "isLessThan", "compareTo", "add", "sub"),
    *("major", "minor", "patch", "format.named", "getScheme", "getHostname", "getHost", "getPort", "getEscapedPath", "getQuery"),
    *("serviceAccount", "path", "group", "resource", "subresource", "namespace", "name", "allowed", "reason", "error", "errored"),
)
_ESTIMATES: Final[dict[str, CallEstimate]] = {
    **dict.fromkeys(_NOMINAL, _nominal),
    **dict.fromkeys(("isSorted", "sum", "max", "min", "indexOf", "lastIndexOf"), _each_element),
    **dict.fromkeys(("cidr", "isIP", "isCIDR", "quantity", "isQuantity", "semver", "isSemver"), _of_argument(TRAVERSAL)),
    **dict.fromkeys(("lowerAscii", "upperAscii", "substring", "trim"), _of_target),
    **dict.fromkeys(("find", "findAll"), _find),
    "includes": _includes,
    "url": _of_argument(TRAVERSAL, keeps_size=True),
    "replace": _replace,
    "split": _split,
    "join": _join,
    "ip": _ip,
    "ip.isCanonical": _of_argument(2 * TRAVERSAL),
    "containsIP": _contains_address,
    "containsCIDR": _contains_network,
    "validate": _validate,
    "_==_": _equals,
    "slice": _slice,
    "lists.range": _range,
    "reverse": _reverse,
    "flatten": _flatten,
    "distinct": _distinct,
    "sort": _sort,
    "@sortByAssociatedKeys": _sort,
    "sets.contains": _as_sets(1),
    "sets.intersects": _as_sets(1),
    "sets.equivalent": _as_sets(2),
}
