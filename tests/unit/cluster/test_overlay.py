from __future__ import annotations

import json

from kubectl_dra.api import kinds, reading
from kubectl_dra.api.resource import DeviceClass
from kubectl_dra.cluster.manifest_files import parse_manifests
from kubectl_dra.cluster.manifests import ManifestSource
from kubectl_dra.cluster.overlay import OverlaySource


def classes(**resources: str) -> ManifestSource:
    """A Source of DeviceClasses, each with this extended resource."""
    items = [
        {"apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass", "metadata": {"name": name}, "spec": {"extendedResourceName": resource}}
        for name, resource in resources.items()
    ]
    content = json.dumps({"apiVersion": "v1", "kind": "List", "items": items}).encode()
    return ManifestSource([parse_manifests(content, where="classes.json")])


def resources_of(source: OverlaySource) -> list[tuple[str, str | None]]:
    """Name and extended resource of every class, in order."""
    listing = source.list(kinds.DEVICE_CLASS)
    return [(each.metadata.name, each.spec.extended_resource_name) for each in reading.read(listing, DeviceClass)]


def test_same_name_is_replaced_in_place() -> None:
    """An object of the upper Source takes the place of the lower one's with its name; a new one comes last."""
    source = OverlaySource(lower=classes(a="x/1", b="x/2"), upper=classes(c="x/4", a="x/3"))
    assert resources_of(source) == [("a", "x/3"), ("b", "x/2"), ("c", "x/4")]


def test_unread_of_the_upper_source_does_not_matter() -> None:
    """A kind that the manifests do not hold is as the cluster has it."""
    source = OverlaySource(lower=classes(a="x/1"), upper=classes(b="x/2"))
    assert len(source.list(kinds.RESOURCE_CLAIM).unread) == 1
    assert resources_of(source) == [("a", "x/1"), ("b", "x/2")]
