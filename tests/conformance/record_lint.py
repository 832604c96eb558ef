"""Manifests → what a real API server says of each of their DRA objects: ``python -m tests.conformance.record_lint RELEASE IN OUT``.

Every YAML file below IN is copied to OUT under one name, and beside ``NAME.yaml`` lies ``NAME.RELEASE.json``: a list, in document order, of
``{apiVersion, kind, name, accepted, fields, message}``. Objects are posted with ``dryRun=All`` and ``fieldValidation=Strict``, as kubectl
posts them; namespaces are made first, and have no labels. With ``--kubeconfig`` a control plane that is already running answers.
"""

import argparse
import contextlib
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from kubectl_dra.apimachinery.yaml_values import YamlError, load_yaml
from tests.controlplane import access
from tests.controlplane.client import ApiClient, Refused, api_root
from tests.controlplane.plane import ControlPlane
from tests.controlplane.settings import Settings

PLURALS = {
    "ResourceSlice": "resourceslices",
    "DeviceClass": "deviceclasses",
    "DeviceTaintRule": "devicetaintrules",
    "ResourceClaim": "resourceclaims",
    "ResourceClaimTemplate": "resourceclaimtemplates",
}
NAMESPACED = {"ResourceClaim", "ResourceClaimTemplate"}
IN_MESSAGE = re.compile(r'(?:unknown|duplicate) field "([^"]*)"')


def main() -> None:
    """Record what the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.record_lint", description=__doc__)
    parser.add_argument("release")
    parser.add_argument("manifests", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--kubeconfig", type=Path, help="of a control plane that is already running")
    arguments = parser.parse_args()
    with _server(arguments.release, arguments.kubeconfig) as client:
        counts = record(client, arguments.release, arguments.manifests, arguments.out)
    print(f"{counts[0]} objects of {counts[1]} files: {counts[2]} accepted")


@contextlib.contextmanager
def _server(release: str, kubeconfig: Path | None) -> Iterator[ApiClient]:
    if kubeconfig is not None:
        config = yaml.safe_load(kubeconfig.read_text())
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        yield ApiClient(int(cluster["server"].rpartition(":")[2]), Path(cluster["certificate-authority"]), user["token"])
        return
    with tempfile.TemporaryDirectory() as folder, ControlPlane(Settings(release=release), Path(folder) / "plane") as plane:
        yield plane.client(access.ADMIN)


def record(client: ApiClient, release: str, manifests: Path, out: Path) -> tuple[int, int, int]:
    """Objects, files and accepted objects counted."""
    out.mkdir(parents=True, exist_ok=True)
    objects = files = accepted = 0
    known: set[str] = {"default"}
    for path in sorted([*manifests.rglob("*.yaml"), *manifests.rglob("*.yml")]):
        documents = list(dra_objects(path.read_bytes().decode(errors="replace")))
        if not documents:
            continue
        name = str(path.relative_to(manifests).with_suffix("")).replace("/", "__")
        answers = [ask(client, document, known) for document in documents]
        if not (out / f"{name}.yaml").exists():
            (out / f"{name}.yaml").write_bytes(path.read_bytes())
        (out / f"{name}.{release}.json").write_text(json.dumps(answers, indent=1) + "\n")
        objects, files = objects + len(answers), files + 1
        accepted += sum(answer["accepted"] for answer in answers)
    return objects, files, accepted


def dra_objects(text: str) -> Iterator[dict[str, Any]]:
    """The DRA objects of a file, Lists taken apart; none of a file that is not YAML."""
    try:
        documents: list[Any] = [document.value for document in load_yaml(text)]
    except YamlError:
        return
    for document in documents:
        if isinstance(document, dict):
            items = document.get("items") if str(document.get("kind")).endswith("List") else [document]
            for item in items if isinstance(items, list) else []:
                if isinstance(item, dict) and str(item.get("apiVersion")).startswith("resource.k8s.io/") and item.get("kind") in PLURALS:
                    yield item


def ask(client: ApiClient, document: dict[str, Any], known_namespaces: set[str]) -> dict[str, Any]:
    """What the server says of one object."""
    kind, version = document["kind"], document["apiVersion"]
    raw = document.get("metadata")
    metadata: dict[str, Any] = raw if isinstance(raw, dict) else {}
    namespace = metadata.get("namespace") if isinstance(metadata.get("namespace"), str) else None
    if kind in NAMESPACED and namespace and namespace not in known_namespaces:
        _answer(client, "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        known_namespaces.add(namespace)
    scope = f"/namespaces/{namespace or 'default'}" if kind in NAMESPACED else ""
    refusal = _answer(client, f"{api_root(version)}{scope}/{PLURALS[kind]}?dryRun=All&fieldValidation=Strict", document)
    causes = (refusal.document.get("details") or {}).get("causes") or [] if refusal else []
    message = str(refusal).partition(": ")[2] if refusal else ""
    fields = {cause["field"] for cause in causes if cause.get("field")} | set(IN_MESSAGE.findall(message) if not causes else [])
    return {
        "apiVersion": version,
        "kind": kind,
        "name": metadata.get("name") if isinstance(metadata.get("name"), str) else "",
        "accepted": refusal is None,
        "fields": sorted(fields),
        "message": message,
    }


def _answer(client: ApiClient, path: str, document: dict[str, Any]) -> Refused | None:
    try:
        client.call("POST", path, document)
    except Refused as refusal:
        return refusal
    return None


if __name__ == "__main__":
    main()
