"""Devices that the search took → AllocationResult of each claim: results, configuration, node selector.

Upstream: the last part of ``Allocate`` and ``createNodeSelector`` in ``allocator_experimental.go``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from kubectl_dra.api.resource import (
    AllocationResult,
    DeviceAllocationConfiguration,
    DeviceAllocationResult,
    DeviceRequestAllocationResult,
    NodeSelector,
    NodeSelectorRequirement,
    NodeSelectorTerm,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kubectl_dra.allocator.plan import Plan, Wanted
    from kubectl_dra.allocator.result import ChosenDevice
    from kubectl_dra.api.core import Node
    from kubectl_dra.api.resource import DeviceClass
    from kubectl_dra.releases.behaviour import Behaviour

SHARE_ID: Final = "00000000-0000-0000-0000-000000000000"
"""Stands for the identity of a share, which upstream draws at random."""


def allocation_results(
    plan: Plan, chosen: Mapping[tuple[int, int], int], devices: Sequence[Sequence[ChosenDevice]], node: Node
) -> tuple[AllocationResult, ...]:
    """What is written into each claim's status; ``chosen`` tells the alternative of each request that has some."""
    found: list[AllocationResult] = []
    for claim_index, taken in enumerate(devices):
        requests = [alternatives[chosen.get((claim_index, index), 0)] for index, alternatives in enumerate(plan.requests[claim_index])]
        config = tuple(_configuration(plan, claim_index, requests))
        results = tuple(_result(device, plan.behaviour) for device in taken)
        allocation = DeviceAllocationResult(results=results, config=config)
        found.append(AllocationResult(devices=allocation, node_selector=node_selector(taken, node)))
    return tuple(found)


def _result(chosen: ChosenDevice, behaviour: Behaviour) -> DeviceRequestAllocationResult:
    view, device, spec = chosen.request, chosen.device, chosen.slice_.spec
    has_conditions = behaviour.supports_binding_conditions
    return DeviceRequestAllocationResult(
        request=view.name,
        driver=chosen.id.driver,
        pool=chosen.id.pool,
        device=chosen.id.device,
        admin_access=True if view.admin_access else None,
        tolerations=view.tolerations if behaviour.results_have_tolerations else (),
        binding_conditions=device.binding_conditions if has_conditions else (),
        binding_failure_conditions=device.binding_failure_conditions if has_conditions else (),
        share_id=SHARE_ID if chosen.consumed_capacity is not None else None,
        consumed_capacity={name: str(amount) for name, amount in (chosen.consumed_capacity or {}).items()},
        skip_node_operations=spec.skip_node_operations if behaviour.knows_node_operations else (),
    )


def _configuration(plan: Plan, claim_index: int, requests: Sequence[Wanted]) -> Iterator[DeviceAllocationConfiguration]:
    names = [(wanted.view.parent_name or wanted.view.own_name, wanted.view.name) for wanted in requests]
    for entry in (*_class_configuration(requests), *_claim_configuration(plan, claim_index, names)):
        covers_all = bool(entry.requests) and all(not set(either).isdisjoint(entry.requests) for either in names)
        yield replace(entry, requests=()) if covers_all and plan.behaviour.config_once else entry


def _class_configuration(requests: Iterable[Wanted]) -> Iterator[DeviceAllocationConfiguration]:
    """Each class once, with the requests that are of it."""
    names: dict[str, list[str]] = {}
    classes: dict[str, DeviceClass] = {}
    for wanted in requests:
        names.setdefault(wanted.class_.metadata.name, []).append(wanted.view.name)
        classes.setdefault(wanted.class_.metadata.name, wanted.class_)
    for name, class_ in classes.items():
        for config in class_.spec.config:
            yield DeviceAllocationConfiguration(source="FromClass", requests=tuple(names[name]), opaque=config.opaque)


def _claim_configuration(plan: Plan, claim_index: int, names: Sequence[tuple[str, str]]) -> Iterator[DeviceAllocationConfiguration]:
    for config in plan.claims[claim_index].spec.devices.config:
        entry = DeviceAllocationConfiguration(source="FromClaim", requests=config.requests, opaque=config.opaque)
        applying = sum(not set(either).isdisjoint(config.requests) for either in names)
        times = 1 if not config.requests else min(applying, 1) if plan.behaviour.config_once else applying
        yield from (entry for _ in range(times))


def node_selector(devices: Iterable[ChosenDevice], node: Node) -> NodeSelector | None:
    """The nodes on which all of these devices can be used; None: on all."""
    fields: list[NodeSelectorRequirement] = []
    expressions: list[NodeSelectorRequirement] = []
    for chosen in devices:
        device, spec = chosen.device, chosen.slice_.spec
        name, selector = (
            (device.node_name, device.node_selector) if spec.per_device_node_selection else (spec.node_name, spec.node_selector)
        )
        if name is not None or device.binds_to_node:
            only = NodeSelectorRequirement(key="metadata.name", operator="In", values=(node.metadata.name,))
            return NodeSelector(node_selector_terms=(NodeSelectorTerm(match_fields=(only,)),))
        for term in selector.node_selector_terms if selector else ():
            _add(fields, term.match_fields)
            _add(expressions, term.match_expressions)
    if not fields and not expressions:
        return None
    return NodeSelector(node_selector_terms=(NodeSelectorTerm(match_fields=tuple(fields), match_expressions=tuple(expressions)),))


def _add(known: list[NodeSelectorRequirement], more: Iterable[NodeSelectorRequirement]) -> None:
    for requirement in more:
        same = (other for other in known if (other.key, other.operator) == (requirement.key, requirement.operator))
        if not any(set(other.values) == set(requirement.values) for other in same):
            known.append(requirement)
