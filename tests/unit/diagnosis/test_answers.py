"""Why nodes refuse a pod, a few words for each."""

import json

import pytest

from tests.properties.running import run


def answers(pod: str) -> dict[str, str]:
    """Each node of the demo cluster, and what is said of it for this pod (``NAMESPACE/NAME``)."""
    namespace, _, name = pod.partition("/")
    report = json.loads(run("why-pending", "--demo", "-n", namespace, f"pod/{name}", "-o", "json").output)
    return {node: group["answer"] for group in report["items"][0]["nodes"] for node in group["names"]}


@pytest.mark.parametrize(
    ("pod", "node", "expected"),
    [
        ("ml/big-0", "cpu-1", "no device of class gpu.example.com"),
        ("ml/big-0", "gpu-a1", "request gpu wants 3: 1 free, 2 held, 1 tainted"),
        ("ml/big-0", "gpu-b1", "request gpu wants 3: 1 free, 1 short of counters"),
        ("ml/big-0", "lab-1", "request gpu wants 3: 2 free"),
        ("ml/big-0", "gpu-c1", "pool gpu.example.com/gpu-c1 is incomplete"),
        ("ml/ring-2", "gpu-c1", "no device of class fabric.example.com"),
        ("ml/tpu-0", "gpu-c1", "no device of class tpu.example.com, and pool gpu.example.com/gpu-c1 is incomplete"),
        ("ml/tune-0", "lab-1", "request gpu selects none of the 2 devices of its class"),
        ("edge/stream-0", "gpu-a1", "request nic wants 1: 2 short of capacity"),
        ("edge/stream-0", "gpu-a2", "request nic does not select the device of its class"),
        ("ml/allreduce-0", "gpu-a2", "enough devices for each request, and no choice of them that does for all"),
        ("ml/whole-0", "lab-1", "the pod's nodeSelector or affinity leaves it out"),
    ],
)
def test_answer(pod: str, node: str, expected: str) -> None:
    """The request that lacks most is named, with what it wants and how its devices stand on that node."""
    assert answers(pod)[node] == expected
