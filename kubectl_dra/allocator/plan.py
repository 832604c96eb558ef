"""Claims of a pod → Plan: requests made uniform, selectors compiled, what is wrong before any device is looked at.

Upstream: the first part of ``Allocate`` and ``validateDeviceRequest`` in ``allocator_experimental.go``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kubectl_dra.allocator.capacity import Amount, Consumption, Unconsumable, consumption, nanos
from kubectl_dra.allocator.constraints import applies, constraint_of
from kubectl_dra.allocator.counters import common_groups
from kubectl_dra.allocator.requests import views_of
from kubectl_dra.allocator.result import AllocationError, CannotTell, ErrorKind
from kubectl_dra.allocator.selectors import environment_of, names_read, placed_selectors, verdict
from kubectl_dra.allocator.taints import untolerated
from kubectl_dra.apimachinery.quantity import NANO, Quantity, read_quantity
from kubectl_dra.selection.derived_attribute import compile_derived_attribute
from kubectl_dra.selection.device_selector import qualified_name

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from kubectl_dra.allocator.counters import Groups
    from kubectl_dra.allocator.kinds import DeviceKind, Names
    from kubectl_dra.allocator.memory import Memory
    from kubectl_dra.allocator.requests import RequestView
    from kubectl_dra.allocator.selectors import PlacedSelector, Unselected
    from kubectl_dra.api.resource import DerivedAttribute, DeviceClass, DeviceTaint, ResourceClaim
    from kubectl_dra.inventory.allocated import AllocatedState
    from kubectl_dra.inventory.pools import Pool, PoolID
    from kubectl_dra.releases.behaviour import Behaviour
from kubectl_dra.selection.derived_attribute import CompiledDerivedAttribute

RESULTS_LIMIT: Final = 32
"""How many devices one claim can hold (upstream: ``AllocationResultsMaxSize``)."""


class Wanted:
    """A request or an alternative of one, with all that it says of kinds of devices; each answer is worked out once."""

    __slots__ = (
        "_amounts",
        "_asked",
        "_behaviour",
        "_taints",
        "_verdicts",
        "class_",
        "constraints",
        "derived",
        "is_spoilable",
        "selectors",
        "view",
    )

    def __init__(
        self,
        view: RequestView,
        class_: DeviceClass,
        selectors: tuple[PlacedSelector, ...],
        derived: Mapping[str, CompiledDerivedAttribute],
        behaviour: Behaviour,
    ) -> None:
        self.view = view
        self.class_ = class_
        self.selectors = selectors
        self.constraints = tuple(
            index
            for index, constraint in enumerate(view.claim.spec.devices.constraints)
            if applies(constraint, view.parent_name, view.own_name)
        )
        """Indices of the claim's constraints that are about this request."""
        self.derived = derived
        self._behaviour = behaviour
        self._verdicts: dict[DeviceKind, Unselected | None] = {}
        self._amounts: dict[DeviceKind, Consumption | Unconsumable] = {}
        self._taints: dict[DeviceKind, DeviceTaint | None] = {}
        self._asked = {name: read_quantity(amount) for name, amount in (view.capacity_requests or {}).items()}
        self.is_spoilable = behaviour.spoils_decimal_requests and any(amount.is_decimal for amount in self._asked.values())
        """Whether the release may change an amount that is asked for by looking at devices."""

    def unselected(self, kind: DeviceKind) -> Unselected | None:
        """The selector that does not select the kind; None where all do."""
        try:
            return self._verdicts[kind]
        except KeyError:
            found = self._verdicts[kind] = verdict(self.selectors, kind)
            return found

    def amounts(self, kind: DeviceKind) -> Consumption | Unconsumable:
        """What the request consumes of the kind's capacity, or why it cannot."""
        if self.is_spoilable:
            return consumption(kind.device.capacity, self._asked, self._behaviour)
        try:
            return self._amounts[kind]
        except KeyError:
            found = self._amounts[kind] = consumption(kind.device.capacity, self._asked, self._behaviour)
            return found

    # Before 1.37, a sum of capacity is made in the claim's own quantity where that is a decimal beyond int64 or a fraction of a binary
    # unit (50.5Gi) and a policy leaves it as it is: what was asked for is then another amount, for the rest of the pod's cycle.

    def spoil(self, amount: Amount, taken: int) -> Amount:
        """Add what the search has taken to the claim's own quantity."""
        total = amount.nanos + taken
        quantity = Quantity(unscaled=total, scale=NANO, format=amount.quantity.format, is_decimal=True)
        self._asked[amount.name] = quantity
        return amount._replace(quantity=quantity, nanos=total)

    def current(self, amount: Amount) -> Amount:
        """What an amount that was taken has become in the meantime."""
        if not amount.is_own:
            return amount
        quantity = self._asked[amount.name]
        return amount._replace(quantity=quantity, nanos=nanos(quantity))

    def untolerated(self, kind: DeviceKind) -> DeviceTaint | None:
        """The first taint of the kind that the request does not tolerate."""
        if not kind.device.taints or not self._behaviour.features.device_taints:
            return None
        try:
            return self._taints[kind]
        except KeyError:
            found = self._taints[kind] = untolerated(kind.device.taints, self.view.tolerations, self._behaviour)
            return found


class Plan:
    """What one pod's claims want, worked out once for all nodes.

    ``requests[claim][request]`` are the alternatives of a request, one for a request without any. ``problem`` is what is wrong before any
    device is looked at; the requests before it are there, the rest is not. Upstream makes an allocator for each pod; a plan is the part
    of it that knows the claims.
    """

    def __init__(self, claims: Sequence[ResourceClaim], classes: Mapping[str, DeviceClass], behaviour: Behaviour, memory: Memory) -> None:
        self.claims = tuple(claims)
        self.behaviour = behaviour
        self.memory = memory
        self.requests: list[list[list[Wanted]]] = []
        self.problem: AllocationError | None = None
        self.problem_at = (-1, -1)
        """Claim and request where it is wrong; past the last request for a constraint, and for a request that was not read at all."""
        self.problem_is_before_limit = True
        self.is_counted = False
        self.problem_when_counted: AllocationError | CannotTell | None = None
        """What counting devices found, where nodes play no part in it."""
        self.wants_all = False
        self.available_counters: dict[Hashable, dict[tuple[str, str], int]] = {}
        """What is left of counters before this search, as upstream's allocator remembers it from node to node."""
        self._groups: dict[PoolID, dict[str, Groups]] = {}
        self._classes = classes
        self._environment = environment_of(behaviour)
        self.problem = self._read_claims()
        self.forgets = any(wanted.is_spoilable for wanted in self.wishes())
        """Whether what happens on one node may depend on the nodes before, so that no outcome may be remembered."""
        self.is_symmetric = self._is_symmetric()
        """Whether giving a device back leaves nothing behind, so that devices of one kind may stand for one another."""
        self.kinds = memory.kinds(self._names_read())

    def wishes(self) -> Iterator[Wanted]:
        """Every request and every alternative of one, in order."""
        return (wanted for claim in self.requests for request in claim for wanted in request)

    def _is_symmetric(self) -> bool:
        behaviour, features = self.behaviour, self.behaviour.features
        if self.forgets:
            return False
        if any(wanted.view.wants_all and (wanted.constraints or behaviour.crashes_on_counters_of_all) for wanted in self.wishes()):
            return False  # which of "all" devices stops the search decides between a failure and a fatal error
        if behaviour.leaks_counters and (features.partitionable_devices or features.consumable_capacity):
            return False
        constraints = [constraint for claim in self.claims for constraint in claim.spec.devices.constraints]
        if behaviour.distinct != "every device" and any(constraint.distinct_attribute is not None for constraint in constraints):
            return False
        return behaviour.restores_intersections or not features.list_type_attributes or not constraints

    def groups_of(self, pool: Pool, allocated: AllocatedState) -> dict[str, Groups]:
        """The compatibility groups that allocated devices of the pool have in common, by counter set."""
        if pool.id not in self._groups:
            self._groups[pool.id] = common_groups(pool, allocated)
        return self._groups[pool.id]

    def _read_claims(self) -> AllocationError | None:
        for claim_index, claim in enumerate(self.claims):
            self.requests.append([])
            for request_index in range(len(claim.spec.devices.requests)):
                if problem := self._read_request(claim, claim_index, request_index):
                    self.problem_at = claim_index, request_index
                    return problem
            for index, constraint in enumerate(claim.spec.devices.constraints):
                if constraint_of(constraint, self.behaviour) is None:
                    self.problem_at = claim_index, len(claim.spec.devices.requests)
                    self.problem_is_before_limit = False
                    text = f"claim {claim.metadata.key}, constraint #{index}: empty constraint (unsupported constraint type?)"
                    return AllocationError(text=text, kind=ErrorKind.CONSTRAINT_UNKNOWN, constraint_index=index)
        return None

    def _read_request(self, claim: ResourceClaim, claim_index: int, request_index: int) -> AllocationError | None:
        views = views_of(claim, claim_index, request_index)
        if problem := self._feature_problem(claim, views):
            return problem
        alternatives: list[Wanted] = []
        self.requests[claim_index].append(alternatives)
        for view in views:
            wanted = self._wanted(view)
            if isinstance(wanted, AllocationError):
                return wanted
            alternatives.append(wanted)
            self.wants_all = self.wants_all or view.wants_all
        return None

    def _feature_problem(self, claim: ResourceClaim, views: Sequence[RequestView]) -> AllocationError | None:
        features, first = self.behaviour.features, views[0]
        request = first.parent_name or first.own_name
        subject = f"claim {claim.metadata.key}, request {request}"
        if first.parent_name and not features.prioritized_list:
            text = f"{subject}: has subrequests, but the DRAPrioritizedList feature is disabled"
            return AllocationError(text=text, kind=ErrorKind.FEATURE_DISABLED, request=first)
        if not self.behaviour.supports_capacity or features.consumable_capacity:
            return None
        asking = next((view for view in views if view.capacity_requests is not None), None)
        if asking is None:
            return None
        if asking.parent_name and self.behaviour.names_subrequest_in_capacity_error:
            subject = f"claim {claim.metadata.key}, subrequest {asking.own_name}"
        text = f"{subject}: has capacity requests, but the DRAConsumableCapacity feature is disabled"
        return AllocationError(text=text, kind=ErrorKind.FEATURE_DISABLED, request=asking)

    def _wanted(self, view: RequestView) -> Wanted | AllocationError:
        subject = f"claim {view.claim.metadata.key}, request {view.own_name}"
        if view.derived_attributes and self.behaviour.refuses_derived_attributes:
            text = f"{subject}: cannot handle request with derived attributes, the feature is disabled"
            return AllocationError(text=text, kind=ErrorKind.FEATURE_DISABLED, request=view)
        unknown = next((index for index, selector in enumerate(view.selectors) if selector.cel is None), None)
        if unknown is not None:
            text = f"{subject}, selector #{unknown}: CEL expression empty (unsupported selector type?)"
            return AllocationError(text=text, kind=ErrorKind.SELECTOR_UNKNOWN, request=view, selector_index=unknown)
        if view.admin_access is not None and not self.behaviour.features.admin_access:
            text = f"{subject}: admin access is requested, but the feature is disabled"
            return AllocationError(text=text, kind=ErrorKind.FEATURE_DISABLED, request=view)
        name = view.device_class_name
        if not name:
            text = f"{subject}: missing device class name (unsupported request type?)"
            return AllocationError(text=text, kind=ErrorKind.CLASS_NOT_NAMED, request=view)
        class_ = self._classes.get(name)
        if class_ is None:
            text = f'{subject}: could not retrieve device class {name}: deviceclass.resource.k8s.io "{name}" not found'
            return AllocationError(text=text, kind=ErrorKind.CLASS_NOT_FOUND, request=view, class_name=name)
        if view.allocation_mode not in {"ExactCount", "All"}:
            text = f"{subject}: unsupported count mode {view.allocation_mode}"
            return AllocationError(text=text, kind=ErrorKind.MODE_UNKNOWN, request=view)
        selectors = placed_selectors(class_, view.selectors, self._environment)
        derived = {entry.name: compile_derived_attribute(entry.expression, self._environment) for entry in self._derived(view)}
        return Wanted(view, class_, selectors, derived, self.behaviour)

    def _derived(self, view: RequestView) -> Sequence[DerivedAttribute]:
        return view.derived_attributes if self.behaviour.features.derived_attributes else ()

    def _names_read(self) -> Names | None:
        found: set[tuple[str, str]] = set()
        for wanted in self.wishes():
            names = names_read((*(selector.compiled for selector in wanted.selectors), *wanted.derived.values()))
            if names is None:
                return None
            found |= names
        for claim in self.claims:
            for constraint in claim.spec.devices.constraints:
                found.add(qualified_name(constraint.match_attribute or constraint.distinct_attribute or "", ""))
        return frozenset(found)
