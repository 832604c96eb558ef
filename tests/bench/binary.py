"""The built program, beside kubectl: how soon it starts, and how large it is. `make dist` comes first."""

from collections.abc import Iterator

from tests.bench.harness.figure import Figure
from tests.bench.harness.live import add_slices, control_plane, environment, kubectl
from tests.bench.harness.measure import REPOSITORY, CommandFailed, costs

DIST = REPOSITORY / "dist"
FOLDER = DIST / "kubectl-dra" / "kubectl-dra"


def figures() -> Iterator[Figure]:
    """Start, a small cluster, a completion of names; archive and one file in megabytes."""
    one_file = next((path for path in DIST.glob("kubectl-dra_linux_*") if not path.suffix), None)
    archive = next(iter(DIST.glob("kubectl-dra_linux_*.tar.gz")), None)
    if not FOLDER.exists() or one_file is None or archive is None:
        raise CommandFailed("dist/ holds no built program: make dist makes it")
    folder, file, theirs = costs(
        [[str(FOLDER), "version", "--client"], [str(one_file), "version", "--client"], [str(kubectl()), "version", "--client"]], rounds=21
    )
    yield Figure(what="folder build: version --client / kubectl version --client", ours=folder.wall, theirs=theirs.wall, target=0.8)
    yield Figure(what="one file: version --client / kubectl version --client", ours=file.wall, theirs=theirs.wall, target=3)
    with control_plane() as plane:
        add_slices(plane, range(10))
        surroundings = environment(plane)
        asked = [str(kubectl()), "get", "resourceslices", "-o", "json"]
        ours, theirs = costs([[str(FOLDER), "devices"], asked], surroundings, rounds=11)
        yield Figure(
            what="folder build, 10 slices: devices / kubectl get resourceslices -o json", ours=ours.wall, theirs=theirs.wall, target=1.2
        )
        completed = [str(kubectl()), "__complete", "get", "pods", ""]
        ours, theirs = costs([[str(FOLDER), "__complete", "describe", "node", ""], completed], surroundings, rounds=11)
        yield Figure(what="folder build: names / kubectl __complete get pods ''", ours=ours.wall, theirs=theirs.wall, target=1.5)
    yield Figure(what="archive", ours=archive.stat().st_size / 1e6, unit="MB", target=22)
    yield Figure(what="one file", ours=one_file.stat().st_size / 1e6, unit="MB", target=18)
