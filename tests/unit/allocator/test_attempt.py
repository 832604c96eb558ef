from kubectl_dra.allocator.result import Allocation
from kubectl_dra.allocator.search import allocate
from kubectl_dra.api.core import Node
from kubectl_dra.api.resource import ResourceSlice
from kubectl_dra.apimachinery.decode import convert
from kubectl_dra.inventory.allocated import AllocatedState
from kubectl_dra.inventory.inventory import DeviceID
from tests.unit.allocator.clusters import COLOUR, DRIVER, claim, context, device, in_release, request, said, slice_of

NODES = [convert({"metadata": {"name": f"worker-{number}"}}, Node) for number in range(1, 4)]


def slices(*colours: str) -> list[ResourceSlice]:
    """A pool for each node with one device of its colour."""
    return [
        slice_of(device("a", colour), name=f"slice-{number}", pool=f"pool-{number}", nodeName=f"worker-{number}")
        for number, colour in enumerate(colours, start=1)
    ]


def test_nodes_that_are_alike_get_their_own_devices() -> None:
    """A node that need not be searched again still has its own pool in the result."""
    allocator = context(slices("red", "red"))
    found = [allocate([claim(request())], node, allocator) for node in NODES[:2]]
    assert [outcome.devices[0][0].id.pool for outcome in found if isinstance(outcome, Allocation)] == ["pool-1", "pool-2"]


def test_claims_that_differ_in_name_get_their_own_results() -> None:
    """A claim that asks for what another asked for is named itself."""
    allocator = context(slices("red"))
    found = [allocate([claim(request(), name=name)], NODES[0], allocator) for name in ("one", "two")]
    assert [outcome.devices[0][0].request.claim.metadata.name for outcome in found if isinstance(outcome, Allocation)] == ["one", "two"]


def test_an_error_names_the_claim_that_was_asked_about() -> None:
    """Texts are not shared between claims."""
    allocator = context(slices("red"))
    found = [said(allocate([claim(request(count=33), name=name)], NODES[0], allocator)) for name in ("one", "two")]
    assert [str(text).split(",")[0] for text in found] == ["claim ml/one", "claim ml/two"]


def test_what_a_selector_reads_tells_nodes_apart() -> None:
    """A node with another value is another node, whatever came before."""
    expression = 'device.attributes["example.org"].colour == "red"'
    allocator = context(slices("blue", "red", "blue"))
    wanted = [claim(request(selectors=[{"cel": {"expression": expression}}]))]
    assert [said(allocate(wanted, node, allocator)) for node in NODES] == ["does not fit", ["a"], "does not fit"]


def test_what_others_hold_tells_nodes_apart() -> None:
    """A node whose device is taken is not like one whose device is free."""
    held = AllocatedState(devices=frozenset({DeviceID(DRIVER, "pool-2", "a")}))
    allocator = context(slices("red", "red", "red"), allocated=held)
    assert [said(allocate([claim(request())], node, allocator)) for node in NODES] == [["a"], "does not fit", ["a"]]


def test_a_constraint_tells_nodes_apart() -> None:
    """A missing attribute counts where a constraint reads it."""
    made = [slice_of(device("a"), pool="pool-1", name="one", nodeName="worker-1"), *slices("", "red")[1:]]
    wanted = [claim(request(), constraints=[{"matchAttribute": COLOUR}])]
    assert [said(allocate(wanted, node, context(made))) for node in NODES[:2]] == ["does not fit", ["a"]]


def test_a_derived_attribute_is_matched() -> None:
    """What a request derives stands before what the device has."""
    behaviour = in_release(37, DerivedAttributes=True)
    derives = [{"name": "example.org/first", "expression": 'device.attributes["example.org"].colour.substring(0, 1)'}]
    wanted = claim(request(count=2, derivedAttributes=derives), constraints=[{"matchAttribute": "example.org/first"}])
    made = [slice_of(device("a", "red"), device("b", "blue"), device("c", "rose"))]
    assert said(allocate([wanted], NODES[0], context(made, behaviour=behaviour))) == ["a", "c"]
