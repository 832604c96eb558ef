"""A release → go.mod and go.sum, from which its Go programs are built with nothing but the module proxy."""

import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from tests.golang.releases import PATCH_RELEASES, staging_version

STAGING: Final = re.compile(r"^\t(k8s\.io/\S+) => \./staging", re.MULTILINE)
LANGUAGE: Final = re.compile(r"^(?:go|godebug) \S+", re.MULTILINE)


def kubernetes_module(module: str, release: str) -> str:
    """A go.mod that requires all of Kubernetes.

    k8s.io/kubernetes replaces its staging modules by folders that its download lacks, so whoever requires it must replace each of them by
    the published module of the same release.
    """
    version = f"v{PATCH_RELEASES[release]}"
    upstream = upstream_module_file(f"k8s.io/kubernetes@{version}")
    replacements = "".join(f"\t{staging} => {staging} {staging_version(release)}\n" for staging in STAGING.findall(upstream))
    blocks = [f"module {module}", *LANGUAGE.findall(upstream), f"require k8s.io/kubernetes {version}", f"replace (\n{replacements})"]
    return "\n\n".join(blocks) + "\n"


def staging_module(module: str, release: str, required: tuple[str, ...]) -> str:
    """A go.mod that requires some of the published modules of a release, and speaks the Go of the first of them."""
    version = staging_version(release)
    language = LANGUAGE.findall(upstream_module_file(f"{required[0]}@{version}"))
    requirements = "".join(f"\t{name} {version}\n" for name in required)
    return "\n\n".join([f"module {module}", *language, f"require (\n{requirements})"]) + "\n"


def upstream_module_file(module: str) -> str:
    """The go.mod of a published module."""
    with tempfile.TemporaryDirectory() as elsewhere:  # outside any module, so that none of ours is read
        answer = subprocess.run(["go", "mod", "download", "-json", module], cwd=elsewhere, capture_output=True, text=True, check=True)
    return Path(json.loads(answer.stdout)["GoMod"]).read_text()


def pin(folder: Path, release: str, content: str) -> None:
    """Write a release's go.mod and go.sum into the folder of a program, with everything that it requires in turn."""
    file = folder / f"v{release}.mod"
    file.write_text(content)
    subprocess.run(["go", "mod", "tidy", f"-modfile={file.name}"], cwd=folder, check=True)
