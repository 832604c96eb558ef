"""Findings about one device or one node read as well as those about many."""

import pytest

from kubectl_dra.findings.asking import Asked
from kubectl_dra.findings.dra101_no_device_selected import NoDeviceSelected, SelectorCounts
from kubectl_dra.findings.dra201_devices_allocated import DevicesAllocated
from kubectl_dra.findings.dra203_not_enough_on_one_node import NotEnoughOnOneNode
from kubectl_dra.findings.dra313_node_excluded import Exclusion, NodeExcluded
from kubectl_dra.findings.dra402_constraint_attribute_missing import ConstraintAttributeMissing
from kubectl_dra.findings.finding import Subject

CLAIM = Subject(kind="ResourceClaim", name="train", namespace="ml")
ASKED = Asked(claim=CLAIM, request="gpu", path="spec.devices.requests[0].exactly", written_in=CLAIM, class_name="gpu")


@pytest.mark.parametrize(
    ("devices", "expected"),
    [
        (1, "a selector of request gpu is false on the only device of class gpu"),
        (2, "a selector of request gpu is false on all 2 devices of class gpu"),
    ],
)
def test_selected(devices: int, expected: str) -> None:
    """One device is the only one."""
    selector = SelectorCounts(field_path="spec.devices.requests[0].exactly.selectors[0]", clauses=())
    assert expected == NoDeviceSelected(asked=ASKED, devices=devices, selectors=(selector,)).message()


@pytest.mark.parametrize(
    ("matching", "held", "expected"),
    [
        (1, 1, "the only device that request gpu of claim train may use is held by other claims"),
        (2, 2, "all 2 devices that request gpu of claim train may use are held by other claims"),
        (3, 1, "request gpu of claim train wants 3 devices on one node; of 3 that would do 1 is held by other claims"),
    ],
)
def test_held(matching: int, held: int, expected: str) -> None:
    """The verb follows what is held."""
    assert expected == DevicesAllocated(asked=ASKED, matching=matching, held=held, wanted=3).message()


def test_one_free_device() -> None:
    """One device is free, not are."""
    facts = NotEnoughOnOneNode(asked=ASKED, wanted=2, free=1, most=1, best_nodes=("a",), nodes=1)
    assert facts.message() == "request gpu of claim train wants 2 devices on one node; 1 is free, at most 1 on one node"
    assert facts.evidence()[0].text == "1 on a, 1 on 1 node together"


@pytest.mark.parametrize(("nodes", "expected"), [(("a",), "a has devices"), (("a", "b"), "a and b have devices")])
def test_nodes(nodes: tuple[str, ...], expected: str) -> None:
    """One node has, two have."""
    pod = Subject(kind="Pod", name="train", namespace="ml")
    facts = NodeExcluded(pod=pod, nodes=nodes, exclusions=(Exclusion(reason="cordoned", nodes=nodes),))
    assert facts.message().startswith(expected)


@pytest.mark.parametrize(("devices", "expected"), [(1, "the only device that would do"), (2, "all 2 devices that would do")])
def test_lacking(devices: int, expected: str) -> None:
    """One device lacks the attribute, two lack it."""
    facts = ConstraintAttributeMissing(
        asked=ASKED, attribute="x/bay", match=True, constraint_index=0, requests=("gpu",), devices=devices, drivers=("x",)
    )
    verb = "lacks" if devices == 1 else "lack"
    assert facts.message() == f"{expected} for request gpu {verb} attribute x/bay of the constraint"
