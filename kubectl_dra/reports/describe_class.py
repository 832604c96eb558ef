"""A DeviceClass with its selectors, what they select, and the claims that ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.findings.prose import count
from kubectl_dra.reports.asked import claim_state
from kubectl_dra.reports.classes import class_document, class_rows
from kubectl_dra.reports.description import Description, Entry, listing
from kubectl_dra.reports.words import age

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.api.resource import DeviceClass, ResourceClaim
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.inventory.states import Hardware
    from kubectl_dra.reports.classes import ClassRow

_SHOWN = 20
"""Claims that are named one by one."""


def describe_class(inventory: Inventory, hardware: Hardware, device_class: DeviceClass) -> Description:
    """The class, what it selects, and who asks for it."""
    row = class_rows(inventory, hardware, [device_class])[0]
    claims = claims_asking_for(inventory, row.name)
    return Description(
        kind="Class",
        title=f"DeviceClass {row.name}",
        state=f"selects {count(row.counts.devices, 'device')}" if not row.broken else "selects nothing",
        mood="good" if row.counts.devices else "bad",
        facts={
            **class_document(row),
            "claims": [{"namespace": one.metadata.namespace, "name": one.metadata.name, "state": claim_state(one)} for one in claims],
        },
        entries=tuple(_entries(inventory, row, claims)),
        unread=inventory.unread,
    )


def claims_asking_for(inventory: Inventory, name: str) -> list[ResourceClaim]:
    """The claims of which some request, or some alternative of one, names the class; by namespace and name."""
    return [claim for _, claim in sorted(inventory.resource_claims.items()) if name in class_names(claim)]


def class_names(claim: ResourceClaim) -> frozenset[str]:
    """The classes that a claim's requests name."""
    requests = claim.spec.devices.requests
    exact = {request.exactly.device_class_name for request in requests if request.exactly is not None}
    return frozenset(exact | {one.device_class_name for request in requests for one in request.first_available})


def _entries(inventory: Inventory, row: ClassRow, claims: list[ResourceClaim]) -> Iterator[Entry]:
    spec = row.device_class.spec
    for number, expression in enumerate(row.expressions):
        yield Entry("selector" if number == 0 else "and", " ".join(expression.split()))
    if not row.expressions:
        yield Entry("selector", "none: every device of every driver")
    if row.broken:
        yield Entry("problem", row.broken, "bad")
    if row.failed:
        yield Entry("problem", f"ends in an error on {count(row.failed, 'device')}: {row.error}", "warn")
    yield listing(
        "selects", ((driver, count(number, "device")) for driver, number in row.drivers.items()), none="no device that is offered"
    )
    states = ", ".join(f"{number} {state}" for state, number in row.counts.states.items())
    if states:
        yield Entry("of these", states)
    if spec.extended_resource_name:
        loses = f", which goes to class {row.loses_name_to} instead" if row.loses_name_to else ""
        yield Entry("stands for", f"extended resource {spec.extended_resource_name}{loses}", "warn" if loses else "")
    for config in spec.config:
        yield Entry("config", f"parameters for {config.opaque.driver if config.opaque else '<unknown>'}")
    rows = [(str(claim.metadata.key), claim_state(claim), age(claim.metadata.creation_timestamp, inventory.now)) for claim in claims]
    yield listing("asked for by", rows[:_SHOWN], none="no claim")
    if len(rows) > _SHOWN:
        yield Entry("", f"and {len(rows) - _SHOWN} more claims")
    yield Entry("age", age(row.device_class.metadata.creation_timestamp, inventory.now))
