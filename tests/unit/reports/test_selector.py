"""What is said of a selector: refusals with their place, hints, clauses, repairs that were tried."""

from kubectl_dra.api.resource import Device, DeviceAttribute, DeviceCapacity, ResourcePool, ResourceSlice, ResourceSliceSpec
from kubectl_dra.inventory.inventory import Inventory
from kubectl_dra.inventory.states import PublishedDevice, observe
from kubectl_dra.reports.selector import JudgedSelector, Question, SelectorList, judge
from kubectl_dra.selection.device_selector import Environment

GPU = "gpu.example.com"


def _slice(driver: str, *devices: Device) -> ResourceSlice:
    pool = ResourcePool(name="n1", generation=1, resource_slice_count=1)
    return ResourceSlice(spec=ResourceSliceSpec(driver=driver, pool=pool, node_name="n1", devices=devices))


def _gpu(name: str, model: str, memory: str) -> Device:
    attributes = {"model": DeviceAttribute(string=model), "type": DeviceAttribute(string="gpu")}
    return Device(name=name, attributes=attributes, capacity={"memory": DeviceCapacity(value=memory)})


def _devices(*, nic: bool = False) -> tuple[PublishedDevice, ...]:
    gpus = _slice(GPU, _gpu("a", "Atlas 80", "80Gi"), _gpu("b", "Atlas 80", "80Gi"), _gpu("c", "Comet 8", "8Gi"))
    nics = (_slice("nic.example.com", Device(name="x")),) if nic else ()
    return observe(Inventory(resource_slices=(gpus, *nics))).devices


def _judged(expression: str, *, nic: bool = False) -> JudgedSelector:
    return judge(Question(expression=expression, devices=_devices(nic=nic)), Environment())


def test_a_sound_selector_tells_what_it_selects() -> None:
    """The names are whole, the clause has what it read where it is false."""
    judged = _judged(f'device.attributes["{GPU}"].model == "Atlas 80"')

    assert judged.headline == "selects 2 of 3 devices"
    assert judged.selected == (f"{GPU}/n1/a", f"{GPU}/n1/b")
    assert judged.clauses[0].values[0].values[0].value == '"Comet 8"'
    assert judged.is_sound


def test_a_refusal_has_its_place_and_a_repair() -> None:
    """What the API server refuses is not evaluated, and what was meant is tried."""
    judged = _judged(f'device.capacity["{GPU}"].memory >= quantity("40Gi")')

    assert judged.refusal == "found no matching overload for '_>=_' applied to '(kubernetes.Quantity, kubernetes.Quantity)'"
    assert judged.expression[judged.refusal_start :].startswith(">=")
    assert judged.repairs[0].expression == f'device.capacity["{GPU}"].memory.compareTo(quantity("40Gi")) >= 0'
    assert judged.repairs[0].selects == 2


def test_an_identifier_in_the_place_of_a_domain_is_pointed_at() -> None:
    """The hint stands under the name and says which domains there are."""
    judged = _judged('device.attributes["type"].string == "gpu"')

    hint = judged.hints[0]
    assert judged.expression[hint.start : hint.end] == "type"
    assert hint.text == f'a domain is expected here, and "type" is none that these devices have: {GPU}'
    assert judged.headline == "fails on 3 of 3 devices: no such key: string"
    assert judged.consequence == "the scheduler stops at the first such device and leaves the pod pending"


def test_a_missing_attribute_is_counted() -> None:
    """An attribute that only some devices have is said to be on so many of them."""
    judged = _judged(f'device.attributes["{GPU}"].model == "Atlas 80"', nic=True)

    assert judged.hints[0].text == "model is on 3 of 4 devices"
    assert judged.repairs[0].expression == f'device.driver == "{GPU}" && device.attributes["{GPU}"].model == "Atlas 80"'
    assert judged.repairs[0].without_driver == f'device.attributes["{GPU}"].model == "Atlas 80"'


def test_a_value_that_no_device_has_is_pointed_at() -> None:
    """The nearest value stands in the hint, with the number of devices that have it."""
    judged = _judged(f'device.attributes["{GPU}"].model == "Atlas 90"')

    hint = judged.hints[0]
    assert judged.headline == "selects none of 3 devices"
    assert judged.expression[hint.start : hint.end] == '"Atlas 90"'
    assert hint.text == 'no device has it; "Atlas 80" is on 2 of 3'


def test_an_error_behind_a_false_clause_is_none() -> None:
    """A guarded reading fails nowhere, and the clause says so."""
    judged = _judged(f'device.driver == "{GPU}" && device.attributes["{GPU}"].model == "Comet 8"', nic=True)

    assert [clause.fails for clause in judged.clauses] == [0, 0]
    assert judged.is_sound


def test_a_cost_over_the_limit_is_a_refusal() -> None:
    """The API server estimates, and the estimate is told."""
    judged = _judged('["a","b"].indexOf("b") == 1')

    assert judged.refusal.startswith("too complex, exceeds cost limit: it is estimated at ")


def test_without_devices_nothing_is_pretended() -> None:
    """With no device there is neither a count nor a repair."""
    judged = judge(Question(expression="true", devices=()), Environment())

    assert judged.headline == "there are no devices to try it on"
    assert not judged.is_sound


def test_the_report_lists_each_name_once() -> None:
    """Two selectors that select the same device name it once."""
    judged = _judged(f'device.attributes["{GPU}"].model == "Comet 8"')

    report = SelectorList(release="1.37", selectors=(judged, judged))

    assert report.names() == (f"{GPU}/n1/c",)
    assert report.all_sound
