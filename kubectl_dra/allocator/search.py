"""Claims on a node → Outcome: depth-first over claims, requests and devices.

Upstream: ``Allocate`` and ``allocateOne`` in ``allocator_experimental.go``.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, TypeAlias

from kubectl_dra.allocator.bounds import is_hopeless
from kubectl_dra.allocator.capacity import NotRepresentable
from kubectl_dra.allocator.plan import RESULTS_LIMIT
from kubectl_dra.allocator.relaxation import Relaxation
from kubectl_dra.allocator.result import AllocationError, CannotTell, ErrorKind
from kubectl_dra.allocator.selectors import is_unknown
from kubectl_dra.allocator.state import ConstraintObjects, Crashed, DerivedAttributeFailed, SearchState
from kubectl_dra.cel.errors import CompileError
from kubectl_dra.selection.device_selector import enhanced

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from kubectl_dra.allocator.candidates import Candidates
    from kubectl_dra.allocator.context import AllocatorContext
    from kubectl_dra.allocator.obstacles import Obstacle
    from kubectl_dra.allocator.plan import Plan, Wanted
    from kubectl_dra.allocator.result import Outcome
    from kubectl_dra.allocator.selectors import Unselected
    from kubectl_dra.api.core import Node
    from kubectl_dra.api.resource import ResourceClaim
    from kubectl_dra.inventory.allocated import AllocatedState


class Failure(enum.Enum):
    """Why a part of the search ended without a solution."""

    NONE_FITS = "no device fits"
    TOO_MANY = "more devices than a claim can hold"
    HOPELESS = "too few devices, whatever is taken first"


Fatal: TypeAlias = AllocationError | CannotTell
Reached: TypeAlias = "Failure | Fatal | None"
"""None is success: everything that follows is placed, too."""

NONE_FITS: Final = Failure.NONE_FITS
TOO_MANY: Final = Failure.TOO_MANY
HOPELESS: Final = Failure.HOPELESS
PATIENCE: Final = 200
"""How many devices are tried in vain before the search asks whether it can succeed at all."""
LIMIT: Final = 300_000
"""How many devices are tried in vain before the search gives up; upstream has ten seconds."""
LIMIT_OF_RELAXED: Final = 20_000
"""The same where obstacles are taken away only to see what would be."""


class Search:
    """One attempt to place a plan on a node."""

    def __init__(self, plan: Plan, candidates: Candidates, allocated: AllocatedState, *, limit: int = LIMIT) -> None:
        self.state = SearchState(plan, candidates, allocated)
        self.chosen: dict[tuple[int, int], int] = {}
        """The alternative taken, by claim and request."""
        self._plan = plan
        self._behaviour = plan.behaviour
        self._candidates = candidates
        self._listed: dict[Wanted, list[int]] = {}
        """Requests for all devices → what that is on this node."""
        self._failures = 0
        self._limit = limit
        self._in_vain: set[Hashable] = set()
        """Where the rest was tried in vain: claim, request, and what was held."""
        self._mistaken: dict[tuple[int, int, int, int], bool] = {}

    def run(self) -> Reached:
        """Place everything, first claim first."""
        problem = self._problem_before_search()
        if problem is not None:
            return problem
        reached = self._place_claim(0)
        if reached is TOO_MANY:
            return AllocationError(text="allocation max size exceeded", kind=ErrorKind.TOO_MANY_DEVICES)
        return NONE_FITS if reached is HOPELESS else reached

    # before the search

    def _problem_before_search(self) -> Fatal | None:
        if self._plan.wants_all:
            return self._count_devices()
        if not self._plan.is_counted:  # without "all", nodes play no part in it
            self._plan.problem_when_counted = self._count_devices()
            self._plan.is_counted = True
        return self._plan.problem_when_counted

    def _count_devices(self) -> Fatal | None:
        """List what "all" is, and hold each claim against its limit, in upstream's order of complaints."""
        plan = self._plan
        for claim_index, requests in enumerate(plan.requests):
            total = 0
            for request_index, alternatives in enumerate(requests):
                fewest = None
                for position, wanted in enumerate(alternatives):
                    if wanted.view.wants_all:
                        problem = self._list_all(wanted, position)
                        if problem is not None:
                            return problem
                    number = self._number(wanted)
                    fewest = number if fewest is None else min(fewest, number)
                if plan.problem_at == (claim_index, request_index):
                    return plan.problem
                if self._behaviour.limits_results_by_request and (fewest or 0) > RESULTS_LIMIT - total:
                    return self._too_many(claim_index, request_index, fewest or 0, total)
                total += fewest or 0
            if plan.problem_at == (claim_index, len(requests)) and plan.problem_is_before_limit:
                return plan.problem
            if total > RESULTS_LIMIT:
                key = plan.claims[claim_index].metadata.key
                text = f"claim {key}: number of requested devices {total} exceeds the claim limit of {RESULTS_LIMIT}"
                return AllocationError(text=text, kind=ErrorKind.TOO_MANY_DEVICES)
            if plan.problem_at == (claim_index, len(requests)):
                return plan.problem
        return plan.problem

    def _too_many(self, claim_index: int, request_index: int, number: int, total: int) -> AllocationError:
        claim = self._plan.claims[claim_index]
        request = claim.spec.devices.requests[request_index]
        text = (
            f"claim {claim.metadata.key}, request {request.name}: adding {number} devices exceeds the claim limit of {RESULTS_LIMIT}, "
            f"with {total} already accounted for"
        )
        view = self._plan.requests[claim_index][request_index][0].view
        return AllocationError(text=text, kind=ErrorKind.TOO_MANY_DEVICES, request=view)

    def _number(self, wanted: Wanted) -> int:
        return len(self._listed[wanted]) if wanted.view.wants_all else wanted.view.count

    def _list_all(self, wanted: Wanted, position: int) -> Fatal | None:
        listed: list[int] = []
        self._listed[wanted] = listed
        candidates = self._candidates
        view = wanted.view
        first = 0
        for number, pool in enumerate(candidates.pools_of_node):
            if pool.is_incomplete or pool.is_invalid:
                state, kind = ("being updated", ErrorKind.POOL_INCOMPLETE) if pool.is_incomplete else ("invalid", ErrorKind.POOL_INVALID)
                subject = f"claim {view.claim.metadata.key}, request {view.own_name}"
                text = f"{subject}: asks for all devices, but resource pool {pool.id} is currently {state}"
                return AllocationError(text=text, kind=kind, request=view, pool=str(pool.id))
            while len(candidates.ends) <= number and candidates.extend():
                pass
            for index in range(first, candidates.ends[number]):
                selectable = self._is_listed_selectable(wanted, index, position)
                if not isinstance(selectable, bool):
                    return selectable
                if selectable:
                    enough = self._has_listed_capacity(wanted, index)
                    if not isinstance(enough, bool):
                        return enough
                    if enough:
                        listed.append(index)
            first = candidates.ends[number]
        while candidates.extend():  # what "all" is depends on there being no more
            pass
        return None

    def _is_listed_selectable(self, wanted: Wanted, index: int, position: int) -> bool | Fatal:
        if not self._behaviour.confuses_listed_options:
            return self._is_selectable(wanted, index)
        key = (wanted.view.claim_index, wanted.view.request_index, max(position - 1, 0), index)
        if key not in self._mistaken:
            selectable = self._is_selectable(wanted, index)
            if not isinstance(selectable, bool):
                return selectable
            self._mistaken[key] = selectable
        return self._mistaken[key]

    def _has_listed_capacity(self, wanted: Wanted, index: int) -> bool | Fatal:
        kind = self._candidates.kinds[index]
        if kind is None or not self.state.checks_capacity:
            return True
        if self._behaviour.lists_static_capacity:
            lacking = self.state.lacks_static_capacity(wanted, kind)
        else:
            lacking = self.state.lacks_capacity(wanted, kind, index)
        if isinstance(lacking, NotRepresentable):
            return self._capacity_error(wanted, self._candidates.devices[index].name, lacking, index)
        return lacking is None

    # the search

    def _place_claim(self, claim_index: int) -> Reached:
        if claim_index >= len(self._plan.requests):
            return None
        reached = self._place_request(claim_index, 0)
        return NONE_FITS if reached is TOO_MANY and claim_index else reached

    def _place_request(self, claim_index: int, request_index: int) -> Reached:
        """Place what is left, from a request on. What is left fails alike wherever devices alike are taken, so it is tried once."""
        if self._failures < PATIENCE or not self._plan.is_symmetric:
            return self._place_rest(claim_index, request_index)
        holding = claim_index, request_index, self.state.holding(claim_index)
        if holding in self._in_vain:
            return NONE_FITS
        reached = self._place_rest(claim_index, request_index)
        if reached is NONE_FITS:
            self._in_vain.add(holding)
        return reached

    def _place_rest(self, claim_index: int, request_index: int) -> Reached:
        requests = self._plan.requests[claim_index]
        if request_index >= len(requests):
            return self._place_claim(claim_index + 1)
        alternatives = requests[request_index]
        if not alternatives[0].view.parent_name:
            return self._place_device(claim_index, request_index, 0, 0, 0)
        all_too_many = True
        for choice in range(len(alternatives)):
            reached = self._place_device(claim_index, request_index, choice, 0, 0)
            if reached is TOO_MANY:
                continue
            all_too_many = False
            if reached is None:
                self.chosen[claim_index, request_index] = choice
                return None
            if reached is not NONE_FITS:
                return reached
        return TOO_MANY if all_too_many else NONE_FITS

    def _place_device(self, claim_index: int, request_index: int, choice: int, placed: int, start: int) -> Reached:
        wanted = self._plan.requests[claim_index][request_index][choice]
        wants_all = wanted.view.wants_all
        if wants_all and not self._listed[wanted]:
            return NONE_FITS
        number = self._number(wanted)
        if placed >= number:
            return self._place_request(claim_index, request_index + 1)
        if number - placed > RESULTS_LIMIT - len(self.state.taken[claim_index]):
            return TOO_MANY
        if wants_all:
            return self._place_listed(wanted, claim_index, request_index, choice, placed)
        return self._place_any(wanted, choice, placed, start)

    def _place_any(self, wanted: Wanted, choice: int, placed: int, start: int) -> Reached:
        """Try one device after the other, the first that leads to a solution."""
        view, candidates = wanted.view, self._candidates
        failed: set[Hashable] = set()
        index = start - 1
        while (index := index + 1) < len(candidates.kinds) or candidates.extend():
            if failed and self.state.likeness(index) in failed:
                continue
            reached = self._try(wanted, index)
            if reached is None:
                follow = index + 1 if self._behaviour.combinations else 0
                reached = self._place_device(view.claim_index, view.request_index, choice, placed + 1, follow)
                if reached is None:
                    return None
                self.state.give_back(view.claim_index)
                # What failed with this device fails with every later one like it: exchange the two, and it is the same search, or less.
                if self._plan.is_symmetric:
                    failed.add(self.state.likeness(index))
                if reached is NONE_FITS:
                    reached = self._given_up() or NONE_FITS
            if reached is not NONE_FITS:
                return reached
        return NONE_FITS

    def _given_up(self) -> Reached:
        """After so many ways in vain: whether there is no way at all, or none that will be found; None to go on."""
        self._failures += 1
        if self._failures == PATIENCE and self._is_hopeless():
            return HOPELESS
        if self._failures <= self._limit:
            return None
        return CannotTell(text=f"no answer after {self._limit:,} ways to choose devices; the scheduler may run into its time limit, too")

    def _is_hopeless(self) -> bool:
        if not self._plan.is_symmetric:
            return False
        while self._candidates.extend():
            pass
        return is_hopeless(SearchState(self._plan, self._candidates, self.state.allocated))

    def _place_listed(self, wanted: Wanted, claim_index: int, request_index: int, choice: int, placed: int) -> Reached:
        index = self._listed[wanted][placed]
        if self._behaviour.crashes_on_counters_of_all and self._reaches_counters(wanted, index):
            return AllocationError(
                text="runtime error: invalid memory address or nil pointer dereference", kind=ErrorKind.CRASH, request=wanted.view
            )
        taken = self.state.take(wanted, index)
        if isinstance(taken, ConstraintObjects):
            view, device = wanted.view, self._candidates.id_of(index)
            text = (
                f"claim {view.claim.metadata.key}, request {view.own_name}: cannot add device {device} "
                "because a claim constraint would not be satisfied"
            )
            return AllocationError(
                text=text, kind=ErrorKind.CONSTRAINT_OF_ALL, request=view, device=device, constraint_index=taken.constraint_index
            )
        if taken is not True:
            return NONE_FITS if taken is False else self._take_error(wanted, index, taken)
        following = 0 if self._behaviour.mixes_up_subrequests else choice
        reached = self._place_device(claim_index, request_index, following, placed + 1, 0)
        if reached is not None:
            self.state.give_back(claim_index)
        return reached

    def _reaches_counters(self, wanted: Wanted, index: int) -> bool:
        kind = self._candidates.kinds[index]
        if kind is None or not kind.device.consumes_counters or self.state.lacks_counter_support(kind):
            return False
        return not self.state.is_in_use(wanted, index) and not self.state.is_charged_already(kind, index)

    def _try(self, wanted: Wanted, index: int) -> Reached:
        """Take the device if nothing is in the way."""
        kind = self._candidates.kinds[index]
        if kind is None:
            pool = self._candidates.pools[index]
            text = f"pool {pool.id.pool} is invalid: {pool.invalid_reason}"
            return AllocationError(text=text, kind=ErrorKind.POOL_INVALID, pool=str(pool.id))
        if self.state.is_in_use(wanted, index):
            return NONE_FITS
        selectable = self._is_selectable(wanted, index)
        if selectable is not True:
            return NONE_FITS if selectable is False else selectable
        lacking = self.state.lacks_capacity(wanted, kind, index)
        if lacking is not None:
            if isinstance(lacking, NotRepresentable):
                return self._capacity_error(wanted, str(self._candidates.id_of(index)), lacking, index)
            return NONE_FITS
        taken = self.state.take(wanted, index, has_capacity=True)
        if taken is True:
            return None
        return NONE_FITS if taken is False or isinstance(taken, ConstraintObjects) else self._take_error(wanted, index, taken)

    def _is_selectable(self, wanted: Wanted, index: int) -> bool | Fatal:
        kind = self._candidates.kinds[index]
        if kind is None or (kind.device.binding_conditions and not self._behaviour.supports_binding_conditions):
            return False
        unselected = wanted.unselected(kind)
        if unselected is None:
            return self._candidates.is_on_node[index]
        return False if unselected.error is None else self._selector_error(wanted, index, unselected)

    # errors

    def _selector_error(self, wanted: Wanted, index: int, unselected: Unselected) -> Fatal:
        selector, error = unselected.selector, unselected.error
        if error is None or is_unknown(error):
            return CannotTell(text=error.text if error else "")
        device = self._candidates.id_of(index)
        owner = f"class {selector.class_name}" if selector.class_name else f"claim {wanted.view.claim.metadata.key}"
        if isinstance(error, CompileError):
            text, kind = f"{owner}: selector #{selector.index}: CEL compile error: {error.text}", ErrorKind.CEL_COMPILE
        elif self._behaviour.names_device_in_cel_error:
            text = f"{owner}: selector #{selector.index} on device {device}: CEL runtime error: {enhanced(error.text)}"
            kind = ErrorKind.CEL_RUNTIME
        else:
            text, kind = f"{owner}: selector #{selector.index}: CEL runtime error: {error.text}", ErrorKind.CEL_RUNTIME
        return AllocationError(
            text=text,
            kind=kind,
            request=wanted.view,
            device=device,
            class_name=selector.class_name,
            selector_index=selector.index,
            expression=selector.compiled.expression,
            error=error,
        )

    def _take_error(self, wanted: Wanted, index: int, failed: DerivedAttributeFailed | Crashed) -> Fatal:
        if isinstance(failed, Crashed):
            return AllocationError(text=failed.text, kind=ErrorKind.CRASH, request=wanted.view, device=self._candidates.id_of(index))
        if is_unknown(failed.error):
            return CannotTell(text=failed.error.text)
        device = self._candidates.id_of(index)
        if isinstance(failed.error, CompileError):
            text = f"compile derived attribute {failed.attribute} failed: {failed.error.text}"
        else:
            text = f"evaluate derived attribute {failed.attribute} on device {device} failed: {failed.error.text}"
        return AllocationError(
            text=text,
            kind=ErrorKind.DERIVED_ATTRIBUTE,
            request=wanted.view,
            device=device,
            constraint_index=failed.constraint_index,
            expression=wanted.derived[failed.attribute].expression,
            error=failed.error,
        )

    def _capacity_error(self, wanted: Wanted, device: str, lacking: NotRepresentable, index: int) -> AllocationError:
        view = wanted.view
        text = f"claim {view.claim.metadata.key}, request {view.own_name}: checking capacity for device {device}: {lacking.reason}"
        return AllocationError(text=text, kind=ErrorKind.CAPACITY, request=view, device=self._candidates.id_of(index))


def allocate(claims: Sequence[ResourceClaim], node: Node, context: AllocatorContext) -> Outcome:
    """What the allocator says about these claims (of one pod, in order) on this node."""
    return context.outcome(claims, node)


def allocate_without(obstacles: frozenset[Obstacle], claims: Sequence[ResourceClaim], node: Node, context: AllocatorContext) -> Outcome:
    """What it would say if these obstacles were not there."""
    return context.without(obstacles, claims, node).outcome(Relaxation(obstacles).claims(claims), node, limit=LIMIT_OF_RELAXED)
