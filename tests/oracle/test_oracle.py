"""The oracle answers as the released code does, in each release."""

from collections.abc import Callable

import pytest

from tests.golang.releases import PATCH_RELEASES
from tests.oracle import Oracle, Unanswerable

pytestmark = [pytest.mark.go, pytest.mark.parametrize("release", PATCH_RELEASES)]

Asker = Callable[[str, str], Oracle]

SLICE = {
    "metadata": {"name": "worker-1-gpu"},
    "spec": {
        "driver": "gpu.example.com",
        "nodeName": "worker-1",
        "pool": {"name": "worker-1", "generation": 1, "resourceSliceCount": 1},
        "devices": [{"name": "gpu-0", "attributes": {"model": {"string": "H100"}}}],
    },
}
NODES = [{"metadata": {"name": "worker-1"}}, {"metadata": {"name": "worker-2"}}]


def pod_wants(expression: str) -> dict[str, object]:
    """A question: one device that an expression selects, on two nodes of which one has a device."""
    selectors = [{"cel": {"expression": expression}}]
    request = {"name": "gpu", "exactly": {"deviceClassName": "gpu", "allocationMode": "ExactCount", "count": 1, "selectors": selectors}}
    claim = {"metadata": {"name": "gpu", "namespace": "ml", "uid": "1"}, "spec": {"devices": {"requests": [request]}}}
    return {"features": {}, "classes": [{"metadata": {"name": "gpu"}}], "slices": [SLICE], "claims": [claim], "nodes": NODES}


def test_each_node_has_its_verdict(oracle: Asker, release: str) -> None:
    """One allocator says of each node whether the claim fits there."""
    answer = oracle("allocate", release).ask(pod_wants("device.driver == 'gpu.example.com'"))
    verdicts = {node: said["verdict"] for node, said in answer["expect"].items()}
    assert verdicts == {"worker-1": "fits", "worker-2": "does-not-fit"}


def test_an_error_has_its_text(oracle: Asker, release: str) -> None:
    """An attribute that a device lacks is a runtime error, in upstream's words."""
    answer = oracle("allocate", release).ask(pod_wants("device.attributes['gpu.example.com'].color == 'red'"))
    said = answer["expect"]["worker-1"]
    assert (said["verdict"], "no such key: color" in said["error"]) == ("error:cel-runtime", True)


def test_a_selector_has_its_outcome_and_its_cost(oracle: Asker, release: str) -> None:
    """A selector is compiled and evaluated, and its cost is told."""
    answer = oracle("cel", release).ask({"expr": "device.driver == 'gpu.example.com'", "driver": "gpu.example.com"})
    assert answer == {"match": True, "maxCost": 4, "actualCost": 4, "outType": "bool"}


def test_what_a_release_lacks_cannot_be_asked(oracle: Asker, release: str) -> None:
    """A feature that no release has is refused, and the next question is answered."""
    with pytest.raises(Unanswerable, match="has no feature Telepathy"):
        oracle("allocate", release).ask(pod_wants("true") | {"features": {"Telepathy": True}})
    assert "expect" in oracle("allocate", release).ask(pod_wants("true"))


def test_passes_are_timed(oracle: Asker, release: str) -> None:
    """Each pass over all nodes has its time, and the number of nodes that fit."""
    answer = oracle("time-allocate", release).ask(pod_wants("true") | {"passes": 3, "workers": 2})
    assert (len(answer["milliseconds"]), answer["count"]) == (3, 1)
