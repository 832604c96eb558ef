"""Pods that have a node, and what is wrong there."""

from typing import Any

from kubectl_dra.diagnosis.diagnosis import Agreement
from tests.unit.diagnosis.lab import claim, codes, device_class, event, found, node, pod, request, units

STARTING: Any = {"phase": "Pending"}
HARDWARE = (node("n1"), node("n2"), device_class(), units("n1", "a", "b"))


def test_a_claim_of_another_node() -> None:
    """A pod that was put on another node than its claim's is told of both."""
    told = found(*HARDWARE, claim("c", holds=["n1/a"], by="wants", only_on="n1"), pod("wants", "c", on="n2", status=STARTING))
    assert codes(told) == ["DRA207"]
    assert told.findings[0].headline == "the pod is on n2, and its claim c is allocated for n1"
    assert [remedy.text for remedy in told.findings[0].remedies] == ["create the pod anew on n1; a pod that has a node stays there"]


def test_a_claim_that_is_not_reserved() -> None:
    """A pod that was bound past the scheduler has a claim that is not reserved for it."""
    told = found(*HARDWARE, claim("c"), pod("wants", "c", on="n1", status=STARTING))
    assert codes(told) == ["DRA504"]


def test_a_driver_that_the_kubelet_does_not_know() -> None:
    """The kubelet's words about a driver that is not registered name the driver."""
    said = "Failed to prepare dynamic resources: DRA driver gpu.example.com is not registered"
    reserved = claim("c", holds=["n1/a"], by="wants")
    told = found(*HARDWARE, reserved, pod("wants", "c", on="n1", status=STARTING), event("FailedPrepareDynamicResources", said))
    assert codes(told) == ["DRA305"]


def test_a_driver_that_fails_to_prepare() -> None:
    """What the driver says of a claim that it cannot prepare is told."""
    said = "Failed to prepare dynamic resources: NodePrepareResources failed for ResourceClaim c: no such GPU"
    reserved = claim("c", holds=["n1/a"], by="wants")
    told = found(*HARDWARE, reserved, pod("wants", "c", on="n1", status=STARTING), event("FailedPrepareDynamicResources", said))
    assert codes(told) == ["DRA503"]
    assert "no such GPU" in told.findings[0].message + " ".join(line.text for line in told.findings[0].evidence)


def test_an_old_event_of_a_pod_that_runs() -> None:
    """What the kubelet said before the pod ran is no finding."""
    said = "Failed to prepare dynamic resources: DRA driver gpu.example.com is not registered"
    told = found(
        *HARDWARE, claim("c", holds=["n1/a"], by="wants"), pod("wants", "c", on="n1"), event("FailedPrepareDynamicResources", said)
    )
    assert codes(told) == []


def test_a_request_that_no_container_lists() -> None:
    """A container that lists one request of two leaves the other one unseen, and that one is named."""
    both = claim("c", request("gpu"), request("spare"), holds=["n1/a", "n1/b"], by="wants")
    results = both.status.allocation.devices.results if both.status.allocation else ()
    assert len(results) == 2
    container = {"name": "main", "resources": {"claims": [{"name": "c", "request": "other"}]}}
    told = found(*HARDWARE, both, pod("wants", "c", on="n1", containers=[container]))
    assert codes(told) == ["DRA117"]
    assert told.findings[0].headline == "no container lists request gpu of claim c under resources.claims"


def test_a_claim_that_is_missing() -> None:
    """A pod with a node is not promised that it is tried once its claim is there: the scheduler does not look at it again."""
    told = found(*HARDWARE, pod("wants", "c", on="n1", status=STARTING))
    assert codes(told) == ["DRA109"]
    assert told.findings[0].remedies[0].text == "create ResourceClaim/c -n ml; then create the pod anew without spec.nodeName"
    assert "silence" not in [line.label for line in told.findings[0].evidence]


def test_a_claim_that_went_after_the_pod_was_tried() -> None:
    """What the scheduler said while the claim was there is older than that the claim is gone, and no disagreement."""
    condition = {
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "message": "0/2 nodes are available: 2 cannot allocate",
    }
    told = found(*HARDWARE, pod("wants", "c", status={"conditions": [condition]}))
    assert codes(told) == ["DRA109"]
    assert told.scheduler
    assert told.scheduler.agreement is Agreement.OUTDATED
