"""What the search holds so far: devices, capacity, counters, groups, constraint values; and the quirks of releases that live there.

Upstream: ``allocateDevice`` and ``rollbackDevice`` in ``allocator_experimental.go``. Amounts are in billionths.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from kubectl_dra.allocator.capacity import NotRepresentable, PolicyViolated, Undefined, shortfall
from kubectl_dra.allocator.constraints import Constraint, constraint_of
from kubectl_dra.allocator.counters import admits, available_counters, joined, scope_of
from kubectl_dra.cel.errors import CannotTell as CelCannotTell
from kubectl_dra.cel.errors import CompileError, EvaluationError
from kubectl_dra.selection.device_selector import device_value

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from kubectl_dra.allocator.candidates import Candidates
    from kubectl_dra.allocator.capacity import Consumption, Lacking
    from kubectl_dra.allocator.counters import Counters, Groups
    from kubectl_dra.allocator.kinds import DeviceKind
    from kubectl_dra.allocator.plan import Plan, Wanted
    from kubectl_dra.api.resource import DeviceAttribute
    from kubectl_dra.cel.errors import CelError
    from kubectl_dra.inventory.allocated import AllocatedState

OPTIONAL_NODE_OPERATIONS = "DRAOptionalNodeOperations"
"""The feature that a node must declare for devices of slices with ``skipNodeOperations``."""


class Taken(msgspec.Struct, frozen=True):
    """A device that the search has taken, and what has to be given back with it."""

    wanted: Wanted
    index: int
    amounts: Consumption | None
    """What a shared device gives; None for one that is taken whole."""
    counters_charged: bool
    groups_before: tuple[tuple[str, Groups], ...]
    had_capacity_entry: bool


class DerivedAttributeFailed(msgspec.Struct, frozen=True):
    """A derived attribute that a constraint asked for does not compile, or fails on a device: fatal."""

    constraint_index: int
    attribute: str
    error: CelError


class ConstraintObjects(msgspec.Struct, frozen=True):
    """A constraint against which a device is refused."""

    constraint_index: int


class Crashed(msgspec.Struct, frozen=True):
    """A defect of the release that ends the scheduler, in Go's words."""

    text: str


class SearchState:
    """What one attempt has taken; changed on the way down, restored on the way back, as far as the release restores it."""

    def __init__(self, plan: Plan, candidates: Candidates, allocated: AllocatedState) -> None:
        self.plan = plan
        self.candidates = candidates
        self.taken: list[list[Taken]] = [[] for _ in plan.claims]
        self.takers: dict[int, set[int]] = {}
        """Device → the claims that took it whole."""
        self.allocating: dict[int, dict[str, int]] = {}
        """Device → what the search has taken of its capacity."""
        self._behaviour = plan.behaviour
        self._features = plan.behaviour.features
        self.allocated = allocated
        self._consumed: dict[Hashable, Counters] = {}
        self._groups: dict[tuple[Hashable, str], Groups] = {}
        self._has_optional_operations = OPTIONAL_NODE_OPERATIONS in candidates.node.status.declared_features
        self.checks_capacity = plan.behaviour.supports_capacity and plan.behaviour.features.consumable_capacity
        self.constraints: list[list[Constraint]] = [
            [made for constraint in claim.spec.devices.constraints if (made := constraint_of(constraint, plan.behaviour))]
            for claim in plan.claims
        ]
        self._derived: dict[tuple[DeviceKind, str], DeviceAttribute | CelError] = {}

    def is_in_use(self, wanted: Wanted, index: int) -> bool:
        """Whether someone has the device: other claims, or this search. Admin access minds only its own claim."""
        takers = self.takers.get(index)
        if wanted.view.admin_access:
            return bool(takers) and wanted.view.claim_index in takers  # type: ignore[operator]  # not None where true
        return bool(takers) or self.candidates.held[index].is_exclusive

    def lacks_capacity(self, wanted: Wanted, kind: DeviceKind, index: int) -> Lacking | None:
        """Which capacity is short, or why what is asked for cannot be had; None where it can."""
        if not self.checks_capacity or (not kind.device.capacity and not wanted.view.capacity_requests):
            return None
        amounts = wanted.amounts(kind)
        if isinstance(amounts, Undefined | PolicyViolated | NotRepresentable):
            return amounts
        held, allocating = self.candidates.held[index], self.allocating.get(index)
        if wanted.is_spoilable and allocating:
            own = {amount.name for amount in amounts if amount.is_own and amount.name in allocating and amount.name not in held.amounts()}
            amounts = tuple(wanted.spoil(amount, allocating[amount.name]) if amount.name in own else amount for amount in amounts)
            allocating = {name: taken for name, taken in allocating.items() if name not in own}
        return shortfall(amounts, held.amounts() if held.capacity else None, allocating)

    def lacks_static_capacity(self, wanted: Wanted, kind: DeviceKind) -> Lacking | None:
        """The same for a device of which nothing is consumed."""
        amounts = wanted.amounts(kind)
        return amounts if isinstance(amounts, Undefined | PolicyViolated | NotRepresentable) else shortfall(amounts, None, None)

    def take(
        self, wanted: Wanted, index: int, *, has_capacity: bool = False
    ) -> bool | ConstraintObjects | DerivedAttributeFailed | Crashed:
        """Take a selectable device; False, or the constraint, where something is in the way.

        ``has_capacity`` says that capacity was looked at just now, so that the second look can be spared where it is harmless.
        """
        kind = self.candidates.kinds[index]
        if kind is None or self.is_in_use(wanted, index) or self.lacks_node_operations(kind) or self.lacks_counter_support(kind):
            return False
        charged = bool(kind.device.consumes_counters) and not self.is_charged_already(kind, index)
        groups_before: tuple[tuple[str, Groups], ...] = ()
        if charged:
            if self._features.compatibility_groups:
                if self.incompatible_set(kind, index) is not None:
                    return False
                groups_before = self._join_groups(kind, index)
            if next(self.overdrawn_counters(kind, index), None) is not None:
                self._restore_groups(index, groups_before)
                return False
            self._charge(kind, index, 1)
        objection = ConstraintObjects(-1) if wanted.untolerated(kind) else self._join_constraints(wanted, kind, index)
        if objection is not None:
            if charged and not self._behaviour.leaks_counters:
                self._charge(kind, index, -1)
            self._restore_groups(index, groups_before)
            return False if objection == ConstraintObjects(-1) else objection
        taken = Taken(wanted, index, None, charged, groups_before, index in self.allocating)
        is_checked = has_capacity and not wanted.is_spoilable and not self._behaviour.rechecks_capacity_by_position
        return self._mark(taken, kind, is_checked=is_checked)

    def _mark(self, taken: Taken, kind: DeviceKind, *, is_checked: bool) -> bool | Crashed:
        """Write down a device against which nothing speaks, unless capacity does after all."""
        wanted, index, claim_index = taken.wanted, taken.index, taken.wanted.view.claim_index
        if not kind.allows_many:
            self.takers.setdefault(index, set()).add(claim_index)
        if self.checks_capacity:
            fails = not is_checked and self._recheck_fails(wanted, kind, index)
            if fails:
                if not self._behaviour.leaks_counters:
                    self._undo(taken, kind)
                return False if fails is True else fails
            amounts = wanted.amounts(kind) if kind.allows_many else None
            if amounts is not None and not isinstance(amounts, Undefined | PolicyViolated | NotRepresentable):
                taken = replace(taken, amounts=amounts)
                entry = self.allocating.setdefault(index, {})
                for amount in amounts:
                    entry[amount.name] = entry.get(amount.name, 0) + amount.nanos
        self.taken[claim_index].append(taken)
        return True

    def give_back(self, claim_index: int) -> None:
        """Undo the last ``take`` of a claim."""
        taken = self.taken[claim_index].pop()
        kind = self.candidates.kinds[taken.index]
        if kind is not None:
            self._undo(taken, kind)

    def likeness(self, index: int) -> Hashable:
        """What of a device can still matter: devices of equal likeness may be exchanged."""
        candidates = self.candidates
        kind = candidates.kinds[index]
        takers, allocating = self.takers.get(index), self.allocating.get(index)
        books = candidates.pools[index].id if kind is not None and kind.consumes else None
        return (
            kind,
            candidates.held[index],
            candidates.is_on_node[index],
            books,
            frozenset(takers) if takers else None,
            tuple(allocating.items()) if allocating is not None else None,
        )

    def holding(self, claim_index: int) -> Hashable:
        """What is held, as far as it can matter to what a claim places next: devices by likeness, with the constraints they are under."""
        held = Counter(
            (self.likeness(taken.index), taken.wanted.constraints if number == claim_index else None)
            for number, claim in enumerate(self.taken[: claim_index + 1])
            for taken in claim
        )
        return frozenset(held.items())

    # what may be in the way; each is a question that an explanation asks, too

    def lacks_node_operations(self, kind: DeviceKind) -> bool:
        """Whether the slice wants node operations skipped, and the feature is off or the node cannot."""
        if not kind.slice_.spec.skip_node_operations or not self._behaviour.knows_node_operations:
            return False
        return not self._features.optional_node_operations or not self._has_optional_operations

    def lacks_counter_support(self, kind: DeviceKind) -> bool:
        """Whether the device consumes counters, and the feature is off."""
        return bool(kind.device.consumes_counters) and not self._features.partitionable_devices

    def is_charged_already(self, kind: DeviceKind, index: int) -> bool:
        """Whether a share of the device has paid for its counters."""
        if not kind.allows_many or not self._behaviour.skips_counters_of_shared:
            return False
        held = self.candidates.held[index]
        shared = held.has_capacity or (held.is_shared and self._behaviour.counts_shares_without_capacity)
        return shared or index in self.allocating

    def incompatible_set(self, kind: DeviceKind, index: int) -> str | None:
        """The counter set on which the device meets devices that it cannot be allocated with."""
        for entry in kind.device.consumes_counters:
            if not admits(self.groups_on(index, entry.counter_set), entry.compatibility_groups):
                return entry.counter_set
        return None

    def groups_on(self, index: int, counter_set: str) -> Groups:
        """The groups common to the devices on a counter set of the device's pool."""
        pool = self.candidates.pools[index]
        key = pool.id, counter_set
        return self._groups[key] if key in self._groups else self.plan.groups_of(pool, self.allocated).get(counter_set)

    def available(self, index: int) -> Counters:
        """What other claims leave of the counters that the device's books are about."""
        pool, slice_ = self.candidates.pools[index], self.candidates.slices[index]
        scope = scope_of(pool, slice_, self._behaviour)
        books = self.plan.available_counters
        if scope not in books:
            books[scope] = available_counters(pool, slice_, self.allocated, self._behaviour)
        return books[scope]

    def consumed(self, index: int) -> Counters:
        """What the search has taken of these counters."""
        return self._consumed.setdefault(scope_of(self.candidates.pools[index], self.candidates.slices[index], self._behaviour), {})

    def overdrawn_counters(self, kind: DeviceKind, index: int) -> Iterator[tuple[str, str]]:
        """Counters, of any set of the pool, of which more would be gone than there is."""
        available, consumed = self.available(index), self.consumed(index)
        asked: Counters = {}
        for key, amount in kind.consumes:
            asked[key] = asked.get(key, 0) + amount
        return (key for key, left in available.items() if consumed.get(key, 0) + asked.get(key, 0) > left)

    def attribute(self, wanted: Wanted, kind: DeviceKind, name: str) -> DeviceAttribute | CelError | None:
        """The attribute that a constraint asks for: derived by the request, else the device's own."""
        compiled = wanted.derived.get(name)
        if compiled is None:
            return kind.attribute(name)
        key = kind, compiled.expression
        if key not in self._derived:
            if kind.values is None:
                kind.values = device_value(kind.driver, kind.device, compiled.environment)
            self._derived[key] = compiled.derive(kind.values)
        return self._derived[key]

    # bookkeeping

    def _join_constraints(self, wanted: Wanted, kind: DeviceKind, index: int) -> ConstraintObjects | DerivedAttributeFailed | None:
        """Add the device to each constraint; what an earlier one forgets when a later one objects is the release's business."""
        constraints = self.constraints[wanted.view.claim_index]
        for position, number in enumerate(wanted.constraints):
            constraint = constraints[number]
            attribute = self.attribute(wanted, kind, constraint.attribute)
            objection: ConstraintObjects | DerivedAttributeFailed | None = None
            if isinstance(attribute, CompileError | EvaluationError | CelCannotTell):
                objection = DerivedAttributeFailed(number, constraint.attribute, attribute)
            elif attribute is None or constraint.objection(attribute, _base_name(wanted), index):
                objection = ConstraintObjects(number)
            else:
                constraint.add(attribute, _base_name(wanted), index)
            if objection is not None:
                for earlier in reversed(wanted.constraints[:position]):
                    constraints[earlier].remove(_base_name(wanted))
                return objection
        return None

    def _recheck_fails(self, wanted: Wanted, kind: DeviceKind, index: int) -> bool | Crashed:
        if not self._behaviour.rechecks_capacity_by_position:
            return self.lacks_capacity(wanted, kind, index) is not None
        # 1.34 takes the number of the device within its request for the device's number within its slice.
        position = self._position_in_request(wanted)
        slice_ = self.candidates.slices[index]
        if position >= len(slice_.spec.devices):
            return Crashed(f"runtime error: index out of range [{position}] with length {len(slice_.spec.devices)}")
        other = index
        while other and self.candidates.slices[other - 1] is slice_:
            other -= 1
        other += position
        while other >= len(self.candidates.kinds) and self.candidates.extend():
            pass
        other_kind = self.candidates.kinds[other]
        return other_kind is not None and self.lacks_capacity(wanted, other_kind, other) is not None

    def _position_in_request(self, wanted: Wanted) -> int:
        return sum(taken.wanted is wanted for taken in self.taken[wanted.view.claim_index])

    def _charge(self, kind: DeviceKind, index: int, sign: int) -> None:
        consumed = self.consumed(index)
        for key, amount in kind.consumes:
            consumed[key] = consumed.get(key, 0) + sign * amount

    def _join_groups(self, kind: DeviceKind, index: int) -> tuple[tuple[str, Groups], ...]:
        pool = self.candidates.pools[index].id
        before: list[tuple[str, Groups]] = []
        for entry in kind.device.consumes_counters:
            common = self.groups_on(index, entry.counter_set)
            before.append((entry.counter_set, common))
            self._groups[pool, entry.counter_set] = joined(common, entry.compatibility_groups)
        return tuple(before)

    def _restore_groups(self, index: int, before: tuple[tuple[str, Groups], ...]) -> None:
        pool = self.candidates.pools[index].id
        for counter_set, groups in reversed(before):
            self._groups[pool, counter_set] = groups

    def _undo(self, taken: Taken, kind: DeviceKind) -> None:
        claim_index = taken.wanted.view.claim_index
        if taken.amounts is not None:
            self._return_capacity(taken)
        if not kind.allows_many:
            self.takers[taken.index].discard(claim_index)
        for number in reversed(taken.wanted.constraints):
            self.constraints[claim_index][number].remove(_base_name(taken.wanted))
        self._restore_groups(taken.index, taken.groups_before)
        if taken.counters_charged and not (kind.allows_many and self._behaviour.leaks_counters):
            self._charge(kind, taken.index, -1)

    def _return_capacity(self, taken: Taken) -> None:
        entry = self.allocating.get(taken.index)
        if entry is None or (self._behaviour.leaks_counters and not taken.amounts):
            return
        for amount in taken.amounts or ():
            entry[amount.name] = entry.get(amount.name, 0) - taken.wanted.current(amount).nanos
        # The entry marks the device as shared; upstream drops it once it is empty, but keeps that of an earlier share.
        if not any(entry.values()) and (self._behaviour.leaks_counters or not taken.had_capacity_entry):
            del self.allocating[taken.index]


def _base_name(wanted: Wanted) -> str:
    return wanted.view.parent_name or wanted.view.own_name
