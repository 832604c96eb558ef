"""Kubernetes' minor releases → the patch release of each that the Go programs are built from."""

from typing import Final

PATCH_RELEASES: Final = {"1.34": "1.34.4", "1.35": "1.35.4", "1.36": "1.36.3", "1.37": "1.37.2"}


def staging_version(release: str) -> str:
    """The version of the k8s.io modules that belong to a release: 1.37 → v0.37.2."""
    return "v0" + PATCH_RELEASES[release].removeprefix("1")
