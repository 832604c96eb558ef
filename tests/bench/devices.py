"""`kubectl dra devices` beside `kubectl get`, live: a large cluster, a small one, and how the cost grows."""

from collections.abc import Iterator
from itertools import pairwise

from tests.bench.harness.figure import Figure
from tests.bench.harness.large_cluster import DEVICES_PER_NODE
from tests.bench.harness.live import add_slices, control_plane, environment, kubectl
from tests.bench.harness.measure import KUBECTL_DRA, Cost, costs
from tests.controlplane.plane import ControlPlane

SIZES = (10, 125, 1_250, 5_000, 20_000)
"""Numbers of slices, of eight devices each."""

LIST = "/apis/resource.k8s.io/v1/resourceslices"


def figures() -> Iterator[Figure]:
    """One control plane, to which slices are added from size to size."""
    per_device: dict[int, Cost] = {}
    with control_plane() as plane:
        for before, slices in pairwise((0, *SIZES)):
            add_slices(plane, range(before, slices))
            if slices == 10:
                yield from small(plane)
            elif slices == 5_000:
                yield from large(plane)
            if slices > 10:
                per_device[slices * DEVICES_PER_NODE] = costs([[KUBECTL_DRA, "devices"]], environment(plane), rounds=3)[0]
    yield from growth(per_device)


def small(plane: ControlPlane) -> Iterator[Figure]:
    """Ten slices: nearly all is start-up."""
    ours, theirs = costs([[KUBECTL_DRA, "devices"], [kubectl(), "get", "resourceslices", "-o", "json"]], environment(plane), rounds=15)
    yield Figure(what="devices, 10 slices / kubectl get resourceslices -o json", ours=ours.wall, theirs=theirs.wall, target=2)


def large(plane: ControlPlane) -> Iterator[Figure]:
    """5,000 slices, 40,000 devices."""
    get = [kubectl(), "get", "resourceslices", "-o", "json"]
    raw = [kubectl(), "get", "--raw", LIST]
    ours, theirs, bare, summary = costs(
        [[KUBECTL_DRA, "devices"], get, raw, [KUBECTL_DRA, "devices", "--summary"]], environment(plane), rounds=3
    )
    yield Figure(what="devices, 40,000 devices / kubectl get -o json", ours=ours.wall, theirs=theirs.wall, target=0.15)
    yield Figure(
        what="devices, 40,000 devices / kubectl get -o json: memory", ours=ours.memory, theirs=theirs.memory, unit="MB", target=0.3
    )
    yield Figure(what="devices, 40,000 devices / kubectl get --raw", ours=ours.wall, theirs=bare.wall, target=2.5)
    yield Figure(what="devices, 40,000 devices / kubectl get -o json: processor", ours=ours.processor, theirs=theirs.processor)
    yield Figure(what="devices --summary, 40,000 devices / kubectl get --raw", ours=summary.wall, theirs=bare.wall)


def growth(per_device: dict[int, Cost]) -> Iterator[Figure]:
    """The cost of one further device, beside that of the size before: the ratio stays at 1 where cost grows with size alone."""
    sizes = sorted(per_device)
    for before, devices in pairwise(sizes[1:]):
        first, second = further(per_device, sizes[0], before), further(per_device, before, devices)
        what = f"each further device, {before:,} to {devices:,} / below {before:,}"
        yield Figure(what=f"{what}: wall", ours=second.wall, theirs=first.wall, unit="us", target=1.2)
        yield Figure(what=f"{what}: processor", ours=second.processor, theirs=first.processor, unit="us", target=1.2)
        yield Figure(what=f"{what}: memory", ours=second.memory, theirs=first.memory, unit="kB", target=1.2)


def further(per_device: dict[int, Cost], small: int, large: int) -> Cost:
    """What one device more costs between two sizes: microseconds and kilobytes."""
    devices = large - small
    first, second = per_device[small], per_device[large]
    return Cost(
        wall=(second.wall - first.wall) / devices * 1e3,
        processor=(second.processor - first.processor) / devices * 1e3,
        memory=(second.memory - first.memory) / devices * 1e3,
    )
