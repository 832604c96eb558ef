"""Starting up, beside kubectl: what every call costs before it does anything."""

from collections.abc import Iterator

from tests.bench.harness.figure import Figure
from tests.bench.harness.live import kubectl
from tests.bench.harness.measure import KUBECTL_DRA, costs


def figures() -> Iterator[Figure]:
    """The version, which asks no server."""
    ours, theirs = costs([[KUBECTL_DRA, "version", "--client"], [kubectl(), "version", "--client"]], rounds=21)
    yield Figure(what="version --client / kubectl version --client", ours=ours.wall, theirs=theirs.wall, target=1.5)
    yield Figure(what="version --client / kubectl version --client: memory", ours=ours.memory, theirs=theirs.memory, unit="MB")
    demo = costs([[KUBECTL_DRA, "devices", "--demo"]], rounds=9)[0]
    yield Figure(what="devices --demo", ours=demo.wall)
