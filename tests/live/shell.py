"""A user at a terminal: kubectl and kubectl-dra on PATH, a kubeconfig whose current context is theirs."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.controlplane import access
from tests.controlplane.plane import ControlPlane

PROGRAMS: Final = Path(os.environ.get("KUBECTL_DRA_PROGRAMS") or Path(__file__).parents[2] / ".venv" / "bin")
"""Where the package's programs are installed, or the built folder that is to be tested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command printed, and how it ended."""

    code: int
    output: str
    talk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """Runs commands as one user of a control plane, in a home of its own; `environment` lays over what is usual."""

    plane: ControlPlane
    home: Path
    user: str = access.ADMIN
    namespace: str = "default"
    server: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, *words: str, limit: float = 180) -> Ran:
        """Run a command to its end."""
        self.home.mkdir(parents=True, exist_ok=True)
        kubeconfig = self.home / "kubeconfig"
        kubeconfig.write_text(access.kubeconfig(self.server or self.plane.server, self.plane.certificate, self.user, self.namespace))
        path = os.pathsep.join(map(str, (PROGRAMS, self.plane.kubectl.parent, "/usr/bin", "/bin")))
        environment = {"PATH": path, "HOME": str(self.home), "KUBECONFIG": str(kubeconfig), "LANG": "C.UTF-8", **self.environment}
        ended = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=limit, check=False, stdin=subprocess.DEVNULL)
        return Ran(code=ended.returncode, output=ended.stdout, talk=ended.stderr)

    def dra(self, *words: str) -> Ran:
        """Run our program as its users call it without kubectl."""
        return self.run("kubectl-dra", *words)
