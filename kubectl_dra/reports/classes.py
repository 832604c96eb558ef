"""Inventory → ClassList: what each DeviceClass selects from, and how much of that there is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.findings.finding import Finding, document
from kubectl_dra.inventory.podclaims import extended_resource_classes
from kubectl_dra.inventory.states import is_offered
from kubectl_dra.reports.devices import DeviceCounts, count_devices
from kubectl_dra.reports.report import API_VERSION, Report, unread_documents
from kubectl_dra.reports.selected import expressions_of, select_devices

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubectl_dra.api.resource import DeviceClass
    from kubectl_dra.api.source import Unread
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.inventory.states import Hardware, PublishedDevice


class ClassRow(msgspec.Struct, frozen=True, kw_only=True):
    """A class, the drivers whose devices it selects, and the counts of those devices.

    ``failed`` counts devices on which its selectors end in an error, ``broken`` says why one cannot be used at all.
    ``loses_name_to`` is the class that an extended resource stands for where several have it.
    """

    device_class: DeviceClass
    expressions: tuple[str, ...]
    drivers: dict[str, int]
    counts: DeviceCounts
    failed: int = 0
    error: str = ""
    broken: str = ""
    loses_name_to: str = ""

    @property
    def name(self) -> str:
        """The class's name."""
        return self.device_class.metadata.name


class ClassList(Report, frozen=True, kw_only=True):
    """``rows`` by name."""

    rows: tuple[ClassRow, ...]
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    now: str = ""

    def document(self) -> dict[str, object]:
        """The documented shape."""
        return {
            "apiVersion": API_VERSION,
            "kind": "ClassList",
            "items": [class_document(row) for row in self.rows],
            "findings": [document(finding) for finding in self.findings],
            "unread": unread_documents(self.unread),
        }

    def names(self) -> tuple[str, ...]:
        """``deviceclass.resource.k8s.io/NAME``, as kubectl prints names."""
        return tuple(f"deviceclass.resource.k8s.io/{row.name}" for row in self.rows)


def class_document(row: ClassRow) -> dict[str, object]:
    """One class in the documented shape."""
    spec = row.device_class.spec
    return {
        "name": row.name,
        "extendedResourceName": spec.extended_resource_name or "",
        "extendedResourceGoesTo": row.loses_name_to,
        "selectors": list(row.expressions),
        "configDrivers": [config.opaque.driver for config in spec.config if config.opaque is not None],
        "drivers": [{"driver": driver, "devices": count} for driver, count in row.drivers.items()],
        "devices": row.counts.devices,
        "states": dict(row.counts.states),
        "freePartitions": msgspec.to_builtins(row.counts.free_partitions),
        "devicesWithError": row.failed,
        "error": row.broken or row.error,
        "created": row.device_class.metadata.creation_timestamp,
    }


def class_rows(inventory: Inventory, hardware: Hardware, classes: Iterable[DeviceClass]) -> tuple[ClassRow, ...]:
    """A row for each class, by name. Devices that are not offered are not looked at: no request gets them."""
    named = extended_resource_classes(inventory.device_classes.values(), inventory.release)
    offered = [device for device in hardware.devices if is_offered(device)]
    ordered = sorted(classes, key=lambda device_class: device_class.metadata.name)
    return tuple(_row(device_class, offered, hardware, str(inventory.release), named) for device_class in ordered)


def _row(
    device_class: DeviceClass, offered: list[PublishedDevice], hardware: Hardware, release: str, named: dict[str, DeviceClass]
) -> ClassRow:
    expressions = expressions_of(device_class.spec.selectors)
    selected = select_devices(offered, expressions, release)
    winner = named.get(device_class.spec.extended_resource_name or "")
    return ClassRow(
        device_class=device_class,
        expressions=expressions,
        drivers=dict(sorted(Counter(device.slice_.spec.driver for device in selected.devices).items())),
        counts=count_devices(hardware, selected.devices),
        failed=selected.failed,
        error=selected.error,
        broken=selected.broken,
        loses_name_to=winner.metadata.name if winner is not None and winner.metadata.name != device_class.metadata.name else "",
    )
