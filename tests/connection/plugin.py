"""An exec credential plugin of the tests, as a shell script: what it prints and how it ends is in its environment.

``PRINTS`` is its output, ``FAILS`` its exit code, ``SAYS`` goes to standard error; ``KEEPS`` is a file that gets the KUBERNETES_EXEC_INFO.
"""

import json
from pathlib import Path

SCRIPT = """#!/bin/sh
[ -n "$KEEPS" ] && printf '%s\\n' "$KUBERNETES_EXEC_INFO" >> "$KEEPS"
[ -n "$SAYS" ] && printf '%s\\n' "$SAYS" >&2
printf '%s' "$PRINTS"
exit ${FAILS:-0}
"""


def write_plugin(folder: Path, name: str = "login") -> Path:
    """The script, executable."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SCRIPT)
    path.chmod(0o755)
    return path


def credential(version: str = "v1", kind: str = "ExecCredential", **status: str) -> str:
    """What a plugin prints."""
    return json.dumps({"apiVersion": f"client.authentication.k8s.io/{version}", "kind": kind, "status": status})
