"""Objects that run pods → the pod specs in them, with the path to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kubectl_dra.api.kinds import find_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.api.source import Document
    from kubectl_dra.linting.manifests import LintedObject

_PATHS = {
    "Pod": "spec",
    "Deployment": "spec.template.spec",
    "ReplicaSet": "spec.template.spec",
    "StatefulSet": "spec.template.spec",
    "DaemonSet": "spec.template.spec",
    "Job": "spec.template.spec",
    "CronJob": "spec.jobTemplate.spec.template.spec",
}
_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")


@dataclass(frozen=True, slots=True, kw_only=True)
class PodEntry:
    """An entry of ``spec.resourceClaims``: its number, and what it says."""

    number: int
    name: str
    claim: str | None
    template: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerEntry:
    """An entry of a container's ``resources.claims``, and its path in the object."""

    container: str
    name: str
    request: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PodSpecText:
    """A pod spec as it is written, and its path in the object. ``is_judged`` tells that the API server itself validates it as one."""

    linted: LintedObject
    path: str
    document: Document
    is_judged: bool

    def entries(self) -> list[PodEntry]:
        """Its claims."""
        written = self.document.get("resourceClaims")
        return [
            PodEntry(
                number=number,
                name=_text(entry.get("name")) or "",
                claim=_text(entry.get("resourceClaimName")),
                template=_text(entry.get("resourceClaimTemplateName")),
            )
            for number, entry in enumerate(written if isinstance(written, list) else ())
            if isinstance(entry, dict)
        ]

    def containers(self) -> list[tuple[str, str, Document]]:
        """Path, name and document of every container."""
        found: list[tuple[str, str, Document]] = []
        for field in _CONTAINERS:
            written = self.document.get(field)
            for number, container in enumerate(written if isinstance(written, list) else ()):
                if isinstance(container, dict):
                    found.append((f"{self.path}.{field}[{number}]", _text(container.get("name")) or "", container))
        return found

    def container_entries(self) -> list[ContainerEntry]:
        """The claims of all containers."""
        found = []
        for path, name, container in self.containers():
            resources = container.get("resources")
            claims = resources.get("claims") if isinstance(resources, dict) else None
            for number, entry in enumerate(claims if isinstance(claims, list) else ()):
                if isinstance(entry, dict):
                    found.append(
                        ContainerEntry(
                            container=name,
                            name=_text(entry.get("name")) or "",
                            request=_text(entry.get("request")) or "",
                            path=f"{path}.resources.claims[{number}]",
                        )
                    )
        return found


def pod_specs(linted: LintedObject) -> Iterator[PodSpecText]:
    """The pod specs of an object; of a kind that this program does not know, every mapping with containers in it."""
    path = _PATHS.get(linted.kind) if find_kind(linted.api_version, linted.kind) else None
    if path is not None:
        document: object = linted.document
        for step in path.split("."):
            document = document.get(step) if isinstance(document, dict) else None
        if isinstance(document, dict):
            yield PodSpecText(linted=linted, path=path, document=document, is_judged=True)
        return
    if find_kind(linted.api_version, linted.kind) is None:
        yield from _embedded(linted, linted.document, "")


def _embedded(linted: LintedObject, value: object, path: str) -> Iterator[PodSpecText]:
    if isinstance(value, dict):
        if isinstance(value.get("containers"), list) and isinstance(value.get("resourceClaims"), list):
            yield PodSpecText(linted=linted, path=path, document=value, is_judged=False)
            return
        for key, part in value.items():
            yield from _embedded(linted, part, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _embedded(linted, part, f"{path}[{number}]")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
