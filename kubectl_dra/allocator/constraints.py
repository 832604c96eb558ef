"""matchAttribute and distinctAttribute: which device may join those taken, as each release decides it.

Upstream: ``matchAttributeConstraint`` in ``allocator_experimental.go``, ``distinctAttributeConstraint`` in ``constraint.go``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Hashable

    from kubectl_dra.api.resource import DeviceAttribute, DeviceConstraint
    from kubectl_dra.releases.behaviour import Behaviour

Values: TypeAlias = "tuple[str, frozenset[int] | frozenset[bool] | frozenset[str]]"
"""The type of an attribute and the set of its values; a scalar is a set of one."""

Objection: TypeAlias = Literal["unknown type", "values differ", "value repeated"]


def scalar_of(attribute: DeviceAttribute) -> tuple[str, object] | None:
    """Type and value of an attribute; None for a list, or a kind of value that is not known."""
    if attribute.string is not None:
        return "string", attribute.string
    if attribute.int_ is not None:
        return "int", attribute.int_
    if attribute.bool_ is not None:
        return "bool", attribute.bool_
    return None if attribute.version is None else ("version", attribute.version)


def values_of(attribute: DeviceAttribute) -> Values | None:
    """The attribute as a set; None for an empty list, or a kind of value that is not known (upstream: ``attributeAsSet``)."""
    if attribute.ints:
        return "int", frozenset(attribute.ints)
    if attribute.bools:
        return "bool", frozenset(attribute.bools)
    if attribute.strings:
        return "string", frozenset(attribute.strings)
    if attribute.versions:
        return "version", frozenset(attribute.versions)
    scalar = scalar_of(attribute)
    return None if scalar is None else (scalar[0], frozenset({scalar[1]}))  # type: ignore[return-value]  # of one type each


class Constraint(Protocol):
    """What one attempt knows of a constraint: the devices that it was asked to take, and has not been asked to give back."""

    attribute: str

    def objection(self, attribute: DeviceAttribute, request: str, device: Hashable) -> Objection | None:
        """Why a device with this attribute may not join for the request (without subrequest); None where it may."""

    def add(self, attribute: DeviceAttribute, request: str, device: Hashable) -> None:
        """Take a device against which there was no objection."""

    def remove(self, request: str) -> None:
        """Give back the device that was taken last."""

    def taken(self) -> DeviceAttribute | None:
        """The attribute that the next device is compared with, or one of them."""


class MatchAttribute:
    """All devices have the same value."""

    def __init__(self, attribute: str) -> None:
        self.attribute = attribute
        self._first: DeviceAttribute | None = None
        self._count = 0

    def objection(self, attribute: DeviceAttribute, request: str, device: Hashable) -> Objection | None:  # noqa: ARG002 - of others
        """The first device is welcome whatever its value; others must have the same, of a type that is known."""
        if not self._count or self._first is None:
            return None
        scalar = scalar_of(attribute)
        if scalar is None:
            return "unknown type"
        return None if scalar == scalar_of(self._first) else "values differ"

    def add(self, attribute: DeviceAttribute, request: str, device: Hashable) -> None:  # noqa: ARG002 - of others
        """The first one fixes the value."""
        if not self._count:
            self._first = attribute
        self._count += 1

    def remove(self, request: str) -> None:  # noqa: ARG002 - of others
        """Only the number is kept."""
        self._count -= 1

    def taken(self) -> DeviceAttribute | None:
        """The first device's attribute."""
        return self._first if self._count else None


class MatchAttributeLists:
    """All devices have a value in common; scalars are lists of one."""

    def __init__(self, attribute: str, *, restores: bool) -> None:
        self.attribute = attribute
        self._restores = restores
        self._common: list[Values] = []
        self._attributes: list[DeviceAttribute] = []
        self._count = 0

    def objection(self, attribute: DeviceAttribute, request: str, device: Hashable) -> Objection | None:  # noqa: ARG002 - of others
        """Devices must share a value with all that are there."""
        values = values_of(attribute)
        if values is None:
            return "unknown type"
        if not self._count:
            return None
        return None if self._narrowed(values) else "values differ"

    def add(self, attribute: DeviceAttribute, request: str, device: Hashable) -> None:  # noqa: ARG002 - of others
        """What is common gets less, or stays."""
        values = values_of(attribute)
        if values is not None:
            narrowed = self._narrowed(values) if self._count else values
            if narrowed is not None:
                self._common.append(narrowed)
        self._attributes.append(attribute)
        self._count += 1

    def remove(self, request: str) -> None:  # noqa: ARG002 - of others
        """1.36 forgets to widen what is common again."""
        self._count -= 1
        self._attributes.pop()
        if self._restores:
            self._common.pop()

    def taken(self) -> DeviceAttribute | None:
        """The last device's attribute."""
        return self._attributes[-1] if self._attributes else None

    def _narrowed(self, values: Values) -> Values | None:
        type_, common = self._common[-1]
        both = common & values[1]  # type: ignore[operator]  # sets of one type where the types are equal
        return (type_, both) if type_ == values[0] and both else None


class DistinctAttribute:
    """No two devices have the same value; how much of it a release remembers is its quirk."""

    def __init__(self, attribute: str, behaviour: Behaviour) -> None:
        self.attribute = attribute
        self._behaviour = behaviour
        self._lists = behaviour.features.list_type_attributes
        self._taken: list[tuple[str, Hashable, DeviceAttribute]] = []
        self._count = 0

    def objection(self, attribute: DeviceAttribute, request: str, device: Hashable) -> Objection | None:  # noqa: ARG002 - of others
        """Compare with what is remembered."""
        if not self._count and self._behaviour.distinct != "every device":
            return None
        if self._lists:
            return self._objection_of_lists(attribute)
        for _, other_device, other in self._taken:
            scalar = scalar_of(attribute)
            if scalar is None:
                return "unknown type"
            if scalar == scalar_of(other) and (self._behaviour.distinct != "same device" or device == other_device):
                return "value repeated"
        return None

    def _objection_of_lists(self, attribute: DeviceAttribute) -> Objection | None:
        values = values_of(attribute)
        if values is None:
            return "unknown type"
        for *_, other in self._taken:
            theirs = values_of(other)
            if theirs and theirs[0] == values[0] and theirs[1] & values[1]:  # type: ignore[operator]  # sets of one type
                return "value repeated"
        return None

    def add(self, attribute: DeviceAttribute, request: str, device: Hashable) -> None:
        """1.37 remembers every device, the others the last one of each request."""
        if self._behaviour.distinct != "every device":
            self._forget(request)
        self._taken.append((request, device, attribute))
        self._count += 1

    def remove(self, request: str) -> None:
        """Before 1.37 the request is forgotten altogether."""
        self._count -= 1
        if self._behaviour.distinct == "every device":
            self._taken.pop()
        else:
            self._forget(request)

    def taken(self) -> DeviceAttribute | None:
        """The last device's attribute."""
        return self._taken[-1][2] if self._taken else None

    def _forget(self, request: str) -> None:
        self._taken = [entry for entry in self._taken if entry[0] != request]


def constraint_of(constraint: DeviceConstraint, behaviour: Behaviour) -> Constraint | None:
    """The constraint as the release knows it; None for a kind that it does not know."""
    if constraint.match_attribute is not None:
        if behaviour.features.list_type_attributes:
            return MatchAttributeLists(constraint.match_attribute, restores=behaviour.restores_intersections)
        return MatchAttribute(constraint.match_attribute)
    if constraint.distinct_attribute is not None and behaviour.distinct != "unsupported":
        return DistinctAttribute(constraint.distinct_attribute, behaviour)
    return None


def applies(constraint: DeviceConstraint, parent_name: str, own_name: str) -> bool:
    """Whether a constraint is about a request, or about a subrequest of a request."""
    names = constraint.requests
    if not names:
        return True
    if not parent_name:
        return own_name in names
    return parent_name in names or f"{parent_name}/{own_name}" in names
