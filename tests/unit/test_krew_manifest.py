"""The krew manifest obeys the rules of krew's index."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

MANIFEST = Path(__file__).parents[2] / "krew-manifest.yaml"
PLATFORMS = [(system, machine) for system in ("linux", "darwin", "windows") for machine in ("amd64", "arm64")]


@pytest.fixture
def manifest() -> dict[str, Any]:
    """The manifest as plain values."""
    content: dict[str, Any] = yaml.safe_load(MANIFEST.read_text())
    return content


def test_it_is_a_plugin(manifest: dict[str, Any]) -> None:
    """Of the version of krew's API that the index takes, with a name in its style."""
    assert (manifest["apiVersion"], manifest["kind"]) == ("krew.googlecontainertools.github.com/v1alpha2", "Plugin")
    assert re.fullmatch(r"[a-z][a-z0-9-]*", manifest["metadata"]["name"])


def test_it_describes_itself(manifest: dict[str, Any]) -> None:
    """One line of a few words, a description without a list of options, a homepage, a semantic version."""
    specification = manifest["spec"]
    assert len(specification["shortDescription"]) <= 50
    assert "\n" not in specification["shortDescription"]
    assert "--" not in specification["description"]
    assert specification["homepage"].startswith("https://")
    assert re.fullmatch(r"v\d+\.\d+\.\d+", specification["version"])


def test_each_platform_is_there_once(manifest: dict[str, Any]) -> None:
    """Linux, macOS and Windows, on both processors, and no two selectors match one machine."""
    selectors = [platform["selector"] for platform in manifest["spec"]["platforms"]]
    assert all(set(selector) == {"matchLabels"} and set(selector["matchLabels"]) == {"os", "arch"} for selector in selectors)
    assert [(selector["matchLabels"]["os"], selector["matchLabels"]["arch"]) for selector in selectors] == PLATFORMS


@pytest.mark.parametrize("position", range(len(PLATFORMS)))
def test_each_platform_has_an_archive(manifest: dict[str, Any], position: int) -> None:
    """Of a kind that krew unpacks, named for its platform and version, with a checksum in lower case and a program inside."""
    system, machine = PLATFORMS[position]
    platform = manifest["spec"]["platforms"][position]
    ending = "zip" if system == "windows" else "tar.gz"
    assert platform["uri"].endswith(f"/{manifest['spec']['version']}/kubectl-dra_{system}_{machine}.{ending}")
    assert re.fullmatch(r"[a-f0-9]{64}", platform["sha256"])
    assert platform["bin"] == ("kubectl-dra.exe" if system == "windows" else "kubectl-dra")
    assert "files" not in platform
