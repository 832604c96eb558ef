"""Label selectors: as people type them after ``-l``, and as workloads write them.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/labels/selector.go``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class BadSelector(ValueError):
    """A label selector that cannot be read; the message names the part."""


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement on a label: ``operator`` is In, NotIn, Exists, DoesNotExist, Gt or Lt."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether ``labels`` meet the requirement (upstream: ``Requirement.Matches``)."""
        value = labels.get(self.key)
        match self.operator:
            case "In":
                return value is not None and value in self.values
            case "NotIn":
                return value is None or value not in self.values
            case "Exists":
                return value is not None
            case "DoesNotExist":
                return value is None
            case "Gt" | "Lt":
                return self._compares(value)
            case _:
                return False

    def _compares(self, value: str | None) -> bool:
        number, limit = _integer(value), _integer(self.values[0] if len(self.values) == 1 else None)
        if number is None or limit is None:
            return False
        return number > limit if self.operator == "Gt" else number < limit


_INTEGER = re.compile(r"[+-]?[0-9]+")


def _integer(text: str | None) -> int | None:
    # strconv.ParseInt of 64 bits: no spaces, no underscores.
    if text is None or not _INTEGER.fullmatch(text):
        return None
    number = int(text)
    return number if -(2**63) <= number < 2**63 else None


def is_integer(text: str) -> bool:
    """Whether ``Gt`` and ``Lt`` can compare with the text."""
    return _integer(text) is not None


def matches(requirements: Iterable[Requirement], labels: Mapping[str, str]) -> bool:
    """Whether ``labels`` meet all requirements."""
    return all(requirement.matches(labels) for requirement in requirements)


_SET_TERM = re.compile(r"(?P<key>[-A-Za-z0-9_./]+)\s+(?P<operator>in|notin)\s+\((?P<values>[^()]*)\)")
_EQUAL_TERM = re.compile(r"(?P<key>[-A-Za-z0-9_./]+)\s*(?P<operator>==|!=|=|>|<)\s*(?P<value>[-A-Za-z0-9_.]*)")
_OPERATORS = {"=": "In", "==": "In", "!=": "NotIn", ">": "Gt", "<": "Lt", "in": "In", "notin": "NotIn"}


def parse(text: str) -> tuple[Requirement, ...]:
    """A selector as kubectl's ``-l`` takes it. Raises :class:`BadSelector`."""
    return tuple(_parse_term(term.strip()) for term in re.split(r",(?![^(]*\))", text) if term.strip())


def _parse_term(term: str) -> Requirement:
    if found := _SET_TERM.fullmatch(term):
        values = tuple(value.strip() for value in found["values"].split(","))
        return Requirement(key=found["key"], operator=_OPERATORS[found["operator"]], values=values)
    if found := _EQUAL_TERM.fullmatch(term):
        return Requirement(key=found["key"], operator=_OPERATORS[found["operator"]], values=(found["value"],))
    key, operator = (term[1:].strip(), "DoesNotExist") if term.startswith("!") else (term, "Exists")
    if re.fullmatch(r"[A-Za-z0-9][-A-Za-z0-9_./]*", key):
        return Requirement(key=key, operator=operator)
    raise BadSelector(f"label selector {term!r} cannot be read")
