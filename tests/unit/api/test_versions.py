"""Older versions of resource.k8s.io are read in the shape of v1."""

from typing import Any

import pytest

from kubectl_dra.api import reading
from kubectl_dra.api.kinds import RESOURCE_CLAIM, RESOURCE_CLAIM_TEMPLATE, RESOURCE_SLICE
from kubectl_dra.api.resource import ResourceClaim, ResourceClaimTemplate, ResourceSlice
from kubectl_dra.api.source import Listing, RawObject
from kubectl_dra.api.versions import as_v1
from kubectl_dra.apimachinery.decode import to_json
from kubectl_dra.apimachinery.origin import Origin

HERE = Origin(where="test.yaml", line=3)


def test_a_device_under_basic_is_lifted() -> None:
    """v1beta1 keeps a device's fields under ``basic``, v1alpha3 writes capacities as bare quantities."""
    document = {
        "spec": {"driver": "d", "nodeName": "", "allNodes": False, "devices": [{"name": "x", "basic": {"capacity": {"memory": "80Gi"}}}]}
    }

    rewritten = as_v1("ResourceSlice", "resource.k8s.io/v1alpha3", document)

    assert rewritten == {"spec": {"driver": "d", "devices": [{"name": "x", "capacity": {"memory": {"value": "80Gi"}}}]}}


@pytest.mark.parametrize("basic", [None, {}])
def test_an_empty_basic_is_a_device_without_attributes(basic: Any) -> None:
    """``basic: null`` and ``basic: {}`` are alike."""
    document = {"spec": {"devices": [{"name": "x", "basic": basic}]}}

    assert as_v1("ResourceSlice", "resource.k8s.io/v1beta1", document) == {"spec": {"devices": [{"name": "x"}]}}


def test_a_flat_request_gets_exactly() -> None:
    """The fields of a v1beta1 request move under ``exactly``."""
    request = {"name": "gpu", "deviceClassName": "c", "count": 2, "adminAccess": False}
    document = {"spec": {"devices": {"requests": [request]}}}

    rewritten = as_v1("ResourceClaim", "resource.k8s.io/v1beta1", document)

    exactly = {"deviceClassName": "c", "count": 2, "adminAccess": False}
    assert rewritten["spec"]["devices"]["requests"] == [{"name": "gpu", "exactly": exactly}]
    assert document["spec"]["devices"]["requests"] == [request]


def test_a_request_with_alternatives_stays_without_exactly() -> None:
    """An empty class name beside ``firstAvailable`` does not make a request of its own."""
    request = {"name": "gpu", "deviceClassName": "", "firstAvailable": [{"name": "a", "deviceClassName": "c"}]}

    rewritten = as_v1("ResourceClaim", "resource.k8s.io/v1beta1", {"spec": {"devices": {"requests": [request]}}})

    assert rewritten["spec"]["devices"]["requests"] == [{"name": "gpu", "firstAvailable": [{"name": "a", "deviceClassName": "c"}]}]


def test_a_template_is_rewritten_inside() -> None:
    """The claim inside a template is read like a claim."""
    document = {"metadata": {"name": "t"}, "spec": {"spec": {"devices": {"requests": [{"name": "gpu", "deviceClassName": "c"}]}}}}
    raw = RawObject(kind=RESOURCE_CLAIM_TEMPLATE, api_version="resource.k8s.io/v1beta1", origin=HERE, document=document)

    template = reading.read_object(raw, ResourceClaimTemplate)

    exactly = template.spec.spec.devices.requests[0].exactly
    assert exactly is not None
    assert exactly.device_class_name == "c"


def test_all_versions_read_alike_as_pages() -> None:
    """A page of v1beta1 gives the same Structs as the same page of v1."""
    old = {
        "items": [
            {"metadata": {"name": "s"}, "spec": {"driver": "d", "devices": [{"name": "x", "basic": {"attributes": {"i": {"int": 1}}}}]}}
        ]
    }
    new = {"items": [{"metadata": {"name": "s"}, "spec": {"driver": "d", "devices": [{"name": "x", "attributes": {"i": {"int": 1}}}]}}]}

    pages = [
        reading.read(Listing(kind=RESOURCE_SLICE, pages=(to_json(page),), api_version=f"resource.k8s.io/{version}"), ResourceSlice)
        for version, page in (("v1beta1", old), ("v1", new))
    ]

    assert pages[0] == pages[1]


def test_an_object_that_is_not_its_kind_is_named() -> None:
    """The message has the file, the line, the object and the field."""
    raw = RawObject(
        kind=RESOURCE_CLAIM, api_version="resource.k8s.io/v1", origin=HERE, document={"metadata": {"name": "c"}, "spec": {"devices": []}}
    )

    with pytest.raises(reading.UnreadableObject) as refusal:
        reading.read_object(raw, ResourceClaim)

    assert str(refusal.value) == "test.yaml:3: ResourceClaim/c: spec.devices: expected an object, got a list"
