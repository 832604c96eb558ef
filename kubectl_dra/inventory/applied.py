"""Manifests → those of their DRA objects that the API server would refuse, so that nobody plans with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.admission.validation import KINDS, ApiServer
from kubectl_dra.api import kinds
from kubectl_dra.api.meta import NamespacedName
from kubectl_dra.api.reading import document_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kubectl_dra.api.source import RawObject, Source
    from kubectl_dra.apimachinery.origin import Origin
    from kubectl_dra.inventory.inventory import Inventory


class RefusedManifest(msgspec.Struct, frozen=True, kw_only=True):
    """An object that would not be created, and the API server's words."""

    kind: str
    name: NamespacedName
    origin: Origin
    message: str


def refused_manifests(manifests: Source, inventory: Inventory) -> Iterator[RefusedManifest]:
    """What of ``manifests`` would be refused by the API server of the inventory's release, with the namespaces that there are."""
    server = ApiServer(release=inventory.release, gates=inventory.feature_gates, namespace_labels=lambda name: _labels_of(name, inventory))
    for kind in kinds.KINDS:
        if kind.name in KINDS:
            for raw in manifests.list(kind).objects:
                if refused := _refusal(server, raw):
                    yield refused


def _labels_of(namespace: str, inventory: Inventory) -> Mapping[str, str] | None:
    found = inventory.namespaces.get(namespace)
    return found.metadata.labels if found else None


def _refusal(server: ApiServer, raw: RawObject) -> RefusedManifest | None:
    document = document_of(raw)
    answer = server.answer(document, raw.kind.name, raw.api_version)
    if answer.is_accepted:
        return None
    metadata = document.get("metadata", {})
    message = answer.message or f"Kubernetes {server.release} does not serve {raw.api_version} {raw.kind.name}"
    return RefusedManifest(
        kind=raw.kind.name, name=NamespacedName(metadata.get("namespace", ""), metadata.get("name", "")), origin=raw.origin, message=message
    )
