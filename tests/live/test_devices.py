"""Devices are listed alike whatever version their slices were written in and whatever version the server has."""

import json
from typing import Any

import pytest
import yaml

from tests.controlplane.client import Document
from tests.controlplane.plane import ControlPlane
from tests.live.conftest import MANIFESTS, FreshControlPlane, ShellOf

pytestmark = pytest.mark.live

OLDER = {
    "1.34 with v1beta2 alone": ("1.34", "v1beta2"),
    "1.34 with v1beta1 alone": ("1.34", "v1beta1"),
    "1.37 with v1beta2 alone": ("1.37", "v1beta2"),
    "1.37 with v1beta1 alone": ("1.37", "v1beta1"),
}


def slices() -> list[Document]:
    """The slices of `hardware.yaml`, in v1."""
    documents = yaml.safe_load_all((MANIFESTS / "hardware.yaml").read_text())
    return [document for document in documents if document["kind"] == "ResourceSlice"]


def written_in(version: str, slice_: Document) -> Document:
    """A v1 slice as an older version of the API has it: v1beta1 keeps what a device is under `basic`."""
    older: Document = {**slice_, "apiVersion": f"resource.k8s.io/{version}"}
    if version == "v1beta1":
        devices = [{"name": device["name"], "basic": {"attributes": {}, **device}} for device in slice_["spec"]["devices"]]
        for device in devices:
            del device["basic"]["name"]
        older["spec"] = {**slice_["spec"], "devices": devices}
    return older


def listed(plane: ControlPlane, shell: ShellOf) -> list[dict[str, Any]]:
    """The devices of a cluster as `-o json` has them."""
    ran = shell(plane).dra("devices", "-o", "json")
    assert ran.code == 0, ran.talk
    items: list[dict[str, Any]] = json.loads(ran.output)["items"]
    return items


def known(items: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    """What a slice says of its devices."""
    return [(one["driver"], one["pool"], one["device"], one["node"], one["attributes"], one["capacity"]) for one in items]


@pytest.fixture(scope="module")
def expected() -> list[str]:
    """Driver, pool and name of every device of `hardware.yaml`."""
    return [
        f"{one['spec']['driver']}/{one['spec']['pool']['name']}/{device['name']}" for one in slices() for device in one["spec"]["devices"]
    ]


def test_slices_of_all_versions_stand_in_one_list(fresh_control_plane: FreshControlPlane, shell: ShellOf, expected: list[str]) -> None:
    """Slices that drivers wrote in v1, v1beta2 and v1beta1 are listed as if all had been written in v1."""
    plane, as_v1 = fresh_control_plane("1.37"), fresh_control_plane("1.34")
    versions = ["v1", "v1beta1", "v1beta2", "v1beta1"]
    plane.client().apply(written_in(version, slice_) for version, slice_ in zip(versions, slices(), strict=False))
    as_v1.client().apply(slices())
    items = listed(plane, shell)
    assert sorted(f"{one['driver']}/{one['pool']}/{one['device']}" for one in items) == sorted(expected)
    assert known(items) == known(listed(as_v1, shell))


@pytest.mark.parametrize(("release", "version"), OLDER.values(), ids=OLDER)
def test_the_best_served_version_is_found(
    fresh_control_plane: FreshControlPlane, shell: ShellOf, hardware: ControlPlane, release: str, version: str
) -> None:
    """A server that has one older version only is read in that version, and what is printed is the same."""
    others = ",".join(f"resource.k8s.io/{other}=false" for other in ("v1", "v1beta2", "v1beta1") if other != version)
    plane = fresh_control_plane(release, runtime_config=f"resource.k8s.io/{version}=true,{others}")
    plane.client().apply(written_in(version, slice_) for slice_ in slices())
    assert known(listed(plane, shell)) == known(listed(hardware, shell))


def test_a_server_without_the_group_is_named(fresh_control_plane: FreshControlPlane, shell: ShellOf) -> None:
    """Where no version of the group is served, the server's version and the missing group are said, and nothing is listed."""
    off = ",".join(f"resource.k8s.io/{version}=false" for version in ("v1", "v1beta2", "v1beta1", "v1alpha3"))
    plane = fresh_control_plane("1.37", runtime_config=f"api/all=true,{off}")
    ran = shell(plane).dra("devices")
    assert (ran.code, ran.output, "resource.k8s.io" in ran.talk, "1.37" in ran.talk) == (3, "", True, True)


def test_states_follow_the_scheduler(hardware: ControlPlane, shell: ShellOf) -> None:
    """The device that the scheduler allocated is used, by the claim and the pod that have it; the others are free."""
    items = listed(hardware, shell)
    used = [one for one in items if one["state"] == "used"]
    assert [one["state"] for one in items].count("free") == len(items) - 1
    assert [(one["pool"], one["device"], one["holders"][0]["claim"]) for one in used] == [("rack-1", "gpu-0", "train")]
