"""The selector that was meant, tried on the devices before it is offered.

A repair is offered only where it compiles, fails on no device and selects at least one. Where one change is not enough, changes are
combined, the most promising first, until enough repairs are found or enough was tried.
"""

from __future__ import annotations

import heapq
from itertools import count
from typing import TYPE_CHECKING, Final

import msgspec

from kubectl_dra.cel.parser import parse
from kubectl_dra.cel.tree import Literal, walk
from kubectl_dra.selection.assortment import Assortment
from kubectl_dra.selection.cel_environment import cel_environment
from kubectl_dra.selection.device_selector import CompiledSelector, Environment, compile_selector, device_value
from kubectl_dra.selection.edits import Draft, Edit, edits_of
from kubectl_dra.selection.nearest import nearest
from kubectl_dra.selection.readings import Reading, readings_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubectl_dra.api.resource import Device
    from kubectl_dra.cel.tree import Expression
    from kubectl_dra.selection.assortment import Weighted
    from kubectl_dra.selection.nearest import Vocabulary

_MOST_TRIES: Final = 240
_MOST_EDITS: Final = 4
_GUARDS: Final = frozenset({"missing-driver", "missing-guard"})
_FIRST_NORMALIZING: Final = 34


class Trial(msgspec.Struct, frozen=True):
    """What an expression does on the devices."""

    compiles: bool
    selects: int
    fails: int
    devices: int

    @property
    def is_sound(self) -> bool:
        """Whether it selects something and fails nowhere."""
        return self.compiles and not self.fails and self.selects > 0


class Repair(msgspec.Struct, frozen=True):
    """An expression that may be meant, how it came from the one that is written, and what it does."""

    expression: str
    edits: tuple[Edit, ...]
    """Each is a change of the text that the one before left."""
    trial: Trial


def try_expression(expression: str, environment: Environment, devices: Sequence[tuple[str, Device]] | Assortment) -> Trial:
    """What an expression does on devices (driver, device)."""
    return _Workbench(expression, environment, _assorted(devices)).trial(expression)


def repairs_of(
    expression: str,
    environment: Environment,
    devices: Sequence[tuple[str, Device]] | Assortment,
    *,
    limit: int = 3,
) -> tuple[Repair, ...]:
    """The repairs of a selector, best first; none for one that selects something and fails nowhere, or where nothing helps."""
    bench = _Workbench(expression, environment, _assorted(devices))
    return () if bench.trial(expression).is_sound else tuple(bench.search(expression, limit))


def _assorted(devices: Sequence[tuple[str, Device]] | Assortment) -> Assortment:
    return devices if isinstance(devices, Assortment) else Assortment(devices)


class _Workbench:
    """Tries expressions on a few devices that stand for all."""

    __slots__ = ("_devices", "_environment", "_normalizes", "_trials", "_vocabulary")

    def __init__(self, expression: str, environment: Environment, devices: Assortment) -> None:
        self._environment = environment
        self._vocabulary = devices.vocabulary
        self._normalizes = environment.minor >= _FIRST_NORMALIZING
        self._devices = devices.representatives(_names_near(expression, self._tree(expression), self._vocabulary))
        self._trials: dict[str, Trial] = {}

    def search(self, expression: str, limit: int) -> Iterator[Repair]:
        """Best first: fewer changes, then fewer failures, then in the order in which changes are found."""
        order = count()
        pending: list[tuple[int, int, int, int, str, tuple[Edit, ...]]] = [(0, 0, 0, next(order), expression, ())]
        seen = {expression}
        found: list[frozenset[tuple[str, int]]] = []
        while pending and len(found) < limit and len(self._trials) < _MOST_TRIES:
            *_, text, edits = heapq.heappop(pending)
            trial = self.trial(text)
            if trial.is_sound and edits:
                slips = _slips(edits)
                if not any(fewer <= slips for fewer in found):
                    found.append(slips)
                    yield Repair(text, edits, trial)
                continue
            if len(edits) >= _MOST_EDITS:
                continue
            for edit in edits_of(Draft(text, self._tree(text), self._vocabulary, self._normalizes)):
                if edit.slip in _GUARDS and trial.compiles and not trial.fails:
                    continue
                changed = edit.applied(text)
                if changed not in seen and len(self._trials) < _MOST_TRIES:
                    seen.add(changed)
                    heapq.heappush(pending, (*self._rank(changed, edits), next(order), changed, (*edits, edit)))

    def _rank(self, text: str, edits: tuple[Edit, ...]) -> tuple[int, int, int]:
        trial = self.trial(text)
        if trial.is_sound:
            return len(edits) + 1, 0, 0
        return len(edits) + 1, 1 + (not trial.compiles), trial.fails

    def trial(self, text: str) -> Trial:
        """What an expression does, tried once."""
        known = self._trials.get(text)
        if known is None:
            known = self._trials[text] = _tried(compile_selector(text, self._environment), self._devices, self._environment)
        return known

    def _tree(self, text: str) -> Expression | None:
        environment = cel_environment(self._environment)
        return parse(text, environment.macros, escaped_fields=environment.quirks.escaped_fields).tree


def _slips(edits: tuple[Edit, ...]) -> frozenset[tuple[str, int]]:
    """The slips that edits mend, each with how often before: one set holds another where it mends all of that and more."""
    slips = [edit.slip for edit in edits]
    return frozenset((slip, slips[:index].count(slip)) for index, slip in enumerate(slips))


def _tried(selector: CompiledSelector, devices: Sequence[Weighted], environment: Environment) -> Trial:
    total = sum(weight for _, _, weight in devices)
    if selector.error is not None:
        return Trial(compiles=False, selects=0, fails=total, devices=total)
    selects = fails = 0
    for driver, device, weight in devices:
        outcome = selector.evaluate_value(device_value(driver, device, environment))
        selects += weight if outcome is True else 0
        fails += weight if not isinstance(outcome, bool) else 0
    return Trial(compiles=True, selects=selects, fails=fails, devices=total)


def _names_near(expression: str, tree: Expression | None, vocabulary: Vocabulary) -> frozenset[str] | None:
    """The identifiers that the expression or a repair of it may read; None where it may read all."""
    if tree is None:
        return None
    readings: tuple[Reading, ...] = readings_in(tree)
    if any(len(reading.path) < 2 and reading.path[:1] not in {("driver",), ("allowMultipleAllocations",)} for reading in readings):  # noqa: PLR2004
        return None
    words = {name for reading in readings for name in reading.path}
    words |= {node.value for node in walk(tree) if isinstance(node, Literal) and isinstance(node.value, str)}
    words |= {word.rpartition("/")[2] for word in words}
    everything = {name: number for section in vocabulary.names.values() for (_, name), number in section.items()}
    near = {candidate.text for word in words for candidate in nearest(word, everything, limit=6)}
    return frozenset(words | near) if expression else None
