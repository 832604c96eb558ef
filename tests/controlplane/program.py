"""A release → the program that is all its components, and its kubectl alone."""

from pathlib import Path
from typing import Final

from tests.golang.modules import kubernetes_module, pin
from tests.golang.program import GoProgram
from tests.golang.releases import PATCH_RELEASES

FOLDER: Final = Path(__file__).parent / "go"
MODULE: Final = "kubectl-dra.test/controlplane"


def control_plane_program(release: str) -> GoProgram:
    """The program that is etcd, kube-apiserver, kube-scheduler, kube-controller-manager or kubectl, by its first argument or its name."""
    return GoProgram(name="controlplane", release=release, folder=FOLDER, linker_flags=linker_flags(release))


def kubectl_program(release: str) -> GoProgram:
    """Kubectl as its users have it, for benchmarks: the program above starts more slowly, since it holds all components."""
    return GoProgram(
        name="kubectl", release=release, folder=FOLDER, package="k8s.io/kubernetes/cmd/kubectl", linker_flags=linker_flags(release)
    )


def linker_flags(release: str) -> str:
    """What Kubernetes' own build scripts set: the version that the components report."""
    version = PATCH_RELEASES[release]
    major, minor, _ = version.split(".")
    values = {"gitVersion": f"v{version}", "gitMajor": major, "gitMinor": minor}
    return " ".join(["-s -w", *(f"-X k8s.io/component-base/version.{name}={value}" for name, value in values.items())])


def pin_modules(release: str) -> None:
    """Write the release's go.mod and go.sum anew."""
    pin(FOLDER, release, kubernetes_module(MODULE, release))
