"""Selectors beside Kubernetes' module: one on one device, twenty on forty thousand, and the slowest of those with mistakes in them."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median
from typing import Final

import msgspec

from kubectl_dra.api.resource import Device
from kubectl_dra.selection.device_selector import CompiledSelector, Environment, compile_selector
from kubectl_dra.selection.groups import evaluate_selectors, group_devices
from tests.bench.harness.figure import Figure
from tests.conformance._mutations import mutations
from tests.controlplane.client import Document
from tests.oracle import Oracle

DRIVER: Final = "gpu.example.com"
DEVICES: Final = 40_000
MUTATED: Final = 2_000
ATTRIBUTES: Final = f'device.attributes["{DRIVER}"]'
SHAPES: Final = (
    f'{ATTRIBUTES}.model == "Fish %d"',
    f'device.driver == "{DRIVER}" && device.capacity["{DRIVER}"].memory.compareTo(quantity("%d0Gi")) >= 0',
    f"has({ATTRIBUTES}.slices) && {ATTRIBUTES}.slices > %d",
    f'{ATTRIBUTES}.driverVersion.isGreaterThan(semver("%d.0.0")) && {ATTRIBUTES}.ecc',
    f'cel.bind(gpu, {ATTRIBUTES}, gpu.socket < %d && gpu.?series.orValue("").startsWith("F"))',
)
"""Five ways to ask; each is asked with four numbers."""


def figures() -> list[Figure]:
    """Warm, in one thread, in milliseconds; Kubernetes evaluates one device after the other."""
    expressions = [shape % number for shape in SHAPES for number in (1, 3, 5, 7)]
    devices = [device(number) for number in range(DEVICES)]
    return [one_on_one(expressions[5], devices[0]), many_on_many(expressions, devices), slowest_with_mistakes(devices[0])]


def device(number: int) -> Document:
    """A device that has its own name, bus address and serial number, and shares everything else with many."""
    attributes = {
        "model": {"string": f"Fish {number % 4}"},
        "series": {"string": "F"},
        "driverVersion": {"version": "5.80.95"},
        "ecc": {"bool": number % 3 > 0},
        "socket": {"int": number % 2},
        "uuid": {"string": f"GPU-{number:08x}"},
        "resource.kubernetes.io/pcieRoot": {"string": f"pci{number:04x}:00"},
    }
    return {"name": f"gpu-{number}", "attributes": attributes, "capacity": {"memory": {"value": f"{40 * (1 + number % 2)}Gi"}}}


def one_on_one(expression: str, document: Document) -> Figure:
    """A thousand evaluations; ours makes the device ready once, Kubernetes in each."""
    selector = compile_selector(expression, Environment())
    one = msgspec.convert(document, Device)
    ours = milliseconds(lambda: [selector.evaluate(DRIVER, one) for _ in range(1000)]) / 1000
    theirs = upstream_milliseconds([expression], [document] * 1000) / 1000
    return Figure(what="one selector on one device, warm / Go's module", ours=ours * 1e3, theirs=theirs * 1e3, unit="µs", target=1)


def many_on_many(expressions: Sequence[str], documents: Sequence[Document]) -> Figure:
    """Each selector on each device; those that agree on what is read are evaluated once."""
    selectors = [compile_selector(expression, Environment()) for expression in expressions]
    devices = [(DRIVER, msgspec.convert(document, Device)) for document in documents]
    groups = len(group_devices(selectors, devices))
    ours = milliseconds(lambda: evaluate_selectors(selectors, devices))
    theirs = upstream_milliseconds(expressions, documents)
    what = f"{len(expressions)} selectors on {len(devices):,} devices in {groups} groups / Go one by one"
    return Figure(what=what, ours=ours, theirs=theirs, target=1 / 50)


def slowest_with_mistakes(document: Document) -> Figure:
    """Compiling and evaluating once, whatever is written."""
    one = msgspec.convert(document, Device)
    slowest = max(milliseconds(partial(answered, text, one), rounds=1) for text in mutations(1, MUTATED))
    return Figure(what=f"the slowest of {MUTATED:,} selectors with mistakes", ours=slowest, target=500)


def answered(text: str, one: Device) -> CompiledSelector:
    """A selector, compiled and evaluated on a device."""
    selector = compile_selector(text, Environment())
    selector.evaluate(DRIVER, one)
    return selector


def milliseconds(work: Callable[[], object], rounds: int = 5) -> float:
    """The median time of some work."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return median(times) * 1e3


def upstream_milliseconds(expressions: Sequence[str], documents: Sequence[Document], passes: int = 3) -> float:
    """The median time that Kubernetes' module takes for all selectors on all devices, compiled and decoded before."""
    with Oracle("time-cel", "1.37") as oracle:
        asked = {"exprs": list(expressions), "driver": DRIVER, "devices": list(documents), "passes": passes}
        times: list[float] = oracle.ask(asked)["milliseconds"]
    return median(times)
