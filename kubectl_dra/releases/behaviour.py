"""Release + features → Behaviour: the named quirks in which releases and implementations of the allocator differ.

The search reads this table and forks nowhere. Upstream: ``structured/allocator.go`` ``NewAllocator`` (which implementation runs) and the
packages ``structured/internal/{stable,incubating,experimental}`` of v0.34.4, v0.35.4, v0.36.3 and v0.37.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from kubectl_dra.releases.features import Features, allocator_features, enabled_gates
from kubectl_dra.releases.release import Release, nearest_followed

if TYPE_CHECKING:
    from collections.abc import Mapping

Implementation: TypeAlias = Literal["stable", "incubating", "experimental"]
Distinct: TypeAlias = Literal["unsupported", "same device", "latest of each request", "every device"]
CounterScope: TypeAlias = Literal["slice", "pool name", "pool"]

_V35: Final = Release(1, 35)
_V36: Final = Release(1, 36)
_V37: Final = Release(1, 37)

_FOUR: Final = frozenset({"admin_access", "prioritized_list", "partitionable_devices", "device_taints"})
_BINDING: Final = frozenset({"device_binding_and_status", "consumable_capacity"})

_SUPPORTED: Final[Mapping[Release, Mapping[Implementation, frozenset[str]]]] = {
    Release(1, 34): {
        "stable": frozenset(),
        "incubating": _FOUR,
        "experimental": _FOUR | {"device_binding", "device_status", "consumable_capacity"},
    },
    _V35: {"stable": frozenset(), "incubating": _FOUR, "experimental": _FOUR | _BINDING},
    _V36: {"stable": _FOUR, "incubating": _FOUR | _BINDING, "experimental": _FOUR | _BINDING | {"list_type_attributes"}},
    _V37: {
        "stable": _FOUR,
        "incubating": _FOUR | _BINDING | {"fractional_capacity_range"},
        "experimental": _FOUR
        | _BINDING
        | {
            "fractional_capacity_range",
            "list_type_attributes",
            "optional_node_operations",
            "derived_attributes",
            "compatibility_groups",
        },
    },
}


class Behaviour(msgspec.Struct, frozen=True, kw_only=True):
    """How one release's allocator decides with one set of features; every field is a decision that some other release takes otherwise."""

    release: Release
    implementation: Implementation
    features: Features
    cel_list_type_attributes: bool
    """Whether the CEL environment was made with list attributes; the allocator itself may lack them (1.36)."""

    # pools
    skips_unusable_pools: bool
    """Incomplete and invalid pools are passed over; 1.34 uses incomplete ones and ends at an invalid one."""
    sorts_pools: bool
    """Pools by driver and name, slices by name; otherwise upstream's order is chance."""
    binding_conditions_last: bool
    """Pools (1.34 and 1.35: slices, too) with binding conditions come after the others."""
    shared_counters_everywhere: bool
    """Slices with shared counters count as relevant for every node."""
    ignores_counter_slices_without_feature: bool
    """Without PartitionableDevices, slices with shared counters are not seen."""
    ignores_slices_with_groups: bool
    """Slices that declare compatibility groups are not seen (1.37, feature off)."""
    validates_counters: bool
    """Counter references are validated over the whole pool."""
    finds_counter_sets_elsewhere: bool
    """Counter sets in slices for other nodes are found, too (1.37); before, such slices count as relevant everywhere."""
    validates_incomplete_pools: bool
    """An incomplete pool may be invalid besides (1.34, 1.35 stable)."""

    # requests
    supports_capacity: bool
    """Knows capacity requests and devices for several allocations at all; otherwise selectors see none of the latter either."""
    limits_results_by_request: bool
    """The limit of 32 is checked at each request, not after the claim's last one."""
    names_subrequest_in_capacity_error: bool
    refuses_derived_attributes: bool
    """An error where the feature is off; older releases do not know the field."""
    confuses_listed_options: bool
    """While ``All`` is listed, what an option selects is remembered under the option before it (1.34, 1.35)."""
    lists_static_capacity: bool
    """``All`` lists devices whose static capacity suffices, not the remaining one."""

    # search
    combinations: bool
    """Within a request the search goes on after the last device instead of starting anew."""
    mixes_up_subrequests: bool
    """``All`` as a later option continues with the first option's request after its first device (1.34, 1.35)."""
    crashes_on_counters_of_all: bool
    """``All`` reaching a counter-consuming device ends in a nil pointer (1.35)."""
    rechecks_capacity_by_position: bool
    """The second look at capacity takes the wrong device (1.34)."""

    # devices
    supports_binding_conditions: bool
    knows_node_operations: bool
    """Devices of slices with ``skipNodeOperations`` are kept from nodes that do not declare the feature."""
    any_taint_effect: bool
    """Any untolerated taint blocks, not only NoSchedule and NoExecute."""
    counter_scope: CounterScope
    counts_shared_devices: bool
    """Devices that are only shared use counters, too."""
    skips_counters_of_shared: bool
    """A further share of a device is not charged counters again."""
    counts_shares_without_capacity: bool
    """A device is shared also where its shares hold no capacity."""
    leaks_counters: bool
    """A candidate refused after its counters were taken keeps them."""
    distinct: Distinct
    restores_intersections: bool
    """The intersection of list attributes is restored on the way back."""
    spoils_decimal_requests: bool
    """Sums of capacity are made in the claim's own quantity where that is a decimal (50.5Gi), which changes it."""
    checks_capacity_sign: bool
    """Negative consumption is fatal."""
    steps_in_own_format: bool
    """A rounded amount is written as its step is, not in binary."""

    # results
    names_device_in_cel_error: bool
    results_have_tolerations: bool
    config_once: bool
    """A claim's configuration is written once, not once for each request that it names."""


def implementation_for(release: Release, features: Features) -> Implementation | None:
    """The first implementation that supports all features; None where none does (upstream: an internal error)."""
    enabled = features.enabled()
    supported = _SUPPORTED[nearest_followed(release)]
    return next((name for name, names in supported.items() if enabled <= names), None)


def behaviour_of(
    release: Release,
    features: Features,
    *,
    implementation: Implementation | None = None,
    cel_list_type_attributes: bool | None = None,
) -> Behaviour:
    """The behaviour of a release (the nearest followed one) with these features.

    ``implementation`` overrides the choice; ``cel_list_type_attributes`` says what CEL was told where that differs from the allocator.
    """
    followed = nearest_followed(release)
    chosen = implementation or implementation_for(followed, features) or "experimental"
    return _behaviour(
        followed, chosen, features, features.list_type_attributes if cel_list_type_attributes is None else cel_list_type_attributes
    )


def behaviour_with_gates(release: Release, overrides: Mapping[str, bool] | None = None) -> Behaviour:
    """The behaviour of a release's scheduler with its default gates and those set by hand."""
    gates = enabled_gates(release, overrides)
    return behaviour_of(release, allocator_features(release, gates), cel_list_type_attributes="DRAListTypeAttributes" in gates)


def _behaviour(release: Release, implementation: Implementation, features: Features, cel_lists: bool) -> Behaviour:  # noqa: FBT001
    stable = implementation == "stable"
    modern = release >= _V36 and not stable
    newest = release >= _V37 and not stable
    capacity = modern or implementation == "experimental"
    return Behaviour(
        release=release,
        implementation=implementation,
        features=features,
        cel_list_type_attributes=cel_lists,
        skips_unusable_pools=release >= _V35,
        sorts_pools=modern,
        binding_conditions_last=capacity,
        shared_counters_everywhere=release == _V36 or (release == _V35 and not stable) or (release >= _V37 and stable),
        ignores_counter_slices_without_feature=release >= _V36 or (release == _V35 and not stable),
        ignores_slices_with_groups=release >= _V37 and not features.compatibility_groups,
        validates_counters=release >= _V35 and features.partitionable_devices,
        finds_counter_sets_elsewhere=newest,
        validates_incomplete_pools=release < _V35 or (release == _V35 and stable),
        supports_capacity=capacity,
        limits_results_by_request=release >= _V37,
        names_subrequest_in_capacity_error=release >= _V35,
        refuses_derived_attributes=release >= _V37 and not features.derived_attributes,
        confuses_listed_options=release < _V36,
        lists_static_capacity=newest,
        combinations=modern,
        mixes_up_subrequests=release < _V36 and not stable,
        crashes_on_counters_of_all=release == _V35 and not stable,
        rechecks_capacity_by_position=release < _V35 and implementation == "experimental",
        supports_binding_conditions=capacity
        and (features.device_binding_and_status or (features.device_binding and features.device_status)),
        knows_node_operations=newest and implementation == "experimental",
        any_taint_effect=release < _V35,
        counter_scope="slice" if release < _V35 else "pool name" if release < _V37 else "pool",
        counts_shared_devices=modern,
        skips_counters_of_shared=capacity and release >= _V35,
        counts_shares_without_capacity=newest,
        leaks_counters=release < _V36,
        distinct=_distinct(release) if capacity else "unsupported",
        restores_intersections=release >= _V37,
        spoils_decimal_requests=capacity and release < _V37,
        checks_capacity_sign=newest,
        steps_in_own_format=newest,
        names_device_in_cel_error=release >= _V37,
        results_have_tolerations=release >= _V35,
        config_once=release >= _V37,
    )


def _distinct(release: Release) -> Distinct:
    if release < _V35:
        return "same device"
    return "every device" if release >= _V37 else "latest of each request"
