import pytest

from kubectl_dra.inventory.targets import target_of
from tests import written
from tests.builders import node
from tests.written import slice_of

ZONE_A = "nodeSelector: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a]}]}]}"


@pytest.mark.parametrize(
    ("target", "expected"),
    [("nodeName: n1", ["n1"]), ("allNodes: true", ["n1", "n2"]), (ZONE_A, ["n2"]), ("perDeviceNodeSelection: true", ["n2"])],
)
def test_slice_targets_nodes(target: str, expected: list[str]) -> None:
    """A slice is for the node it names, for all, for those of a selector, or for those that its devices name."""
    inventory = written.inventory(slice_of("{name: a, nodeName: n2}" if "perDevice" in target else "{name: a}", target=target))
    slice_ = inventory.resource_slices[0]
    nodes = [node("n1"), node("n2", labels={"zone": "a"})]

    assert expected == [one.metadata.name for one in nodes if target_of(slice_, slice_.spec.devices[0]).includes(one)]
