"""The API server's audit log → who asked for what."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

POLICY: Final = """\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules: [{level: Metadata}]
"""
"""Every request, once, when it has been answered, without its body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedRequest:
    """One request: the user, the verb (`get`, `list`, `watch`, `create` …), the path with its query, the status of the answer.

    `resource` is group and plural, as in `apps/deployments` and `pods`; empty for paths such as /version.
    """

    user: str
    verb: str
    uri: str
    resource: str
    agent: str
    status: int


def audited_requests(log: Path) -> list[AuditedRequest]:
    """Every request so far, in the order in which they were answered. A line that is still being written is left out."""
    lines = log.read_text().split("\n")[:-1]
    return [audited_request(line) for line in lines if line]


def audited_request(line: str) -> AuditedRequest:
    """One line of the log."""
    event = json.loads(line)
    reference = event.get("objectRef", {})
    return AuditedRequest(
        user=event["user"]["username"],
        verb=event["verb"],
        uri=event["requestURI"],
        resource="/".join(filter(None, (reference.get("apiGroup"), reference.get("resource")))),
        agent=event.get("userAgent", ""),
        status=event.get("responseStatus", {}).get("code", 0),
    )
