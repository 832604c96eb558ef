"""Recorded situations → how often the first finding is the true cause.

One comparison is one entry of ``pods`` in ``expect.yaml``; where there is none, the folder, by ``lint``: each document of
``….refused.yaml`` that the API server refused gets a finding of severity error, one that it accepted none.
"""

from __future__ import annotations

import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from kubectl_dra.api import kinds
from kubectl_dra.api.meta import NamespacedName
from kubectl_dra.cluster.manifests import ManifestSource
from kubectl_dra.commands.sources import parse_feature_gates
from kubectl_dra.diagnosis.explain import Explainer
from kubectl_dra.diagnosis.owners import owned_by
from kubectl_dra.diagnosis.scene import Scene
from kubectl_dra.findings.finding import Finding, Severity
from kubectl_dra.inventory.load import Wish, load
from tests.conformance._codes import CODES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.inventory.inventory import Inventory

NOTHING = frozenset({"none", "none-visible"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One entry; ``difference`` is empty where the first finding is the cause, or one that is as right."""

    where: str
    difference: str = ""


def compare(folder: Path) -> Iterator[Compared]:
    """Every entry of a folder."""
    expected = yaml.safe_load((folder / "expect.yaml").read_text())
    if not expected.get("pods"):
        yield _compare_manifests(folder, expected)
        return
    inventory = read(folder, expected)
    for entry in expected["pods"]:
        where = f"{folder.name} {entry['pod']}"
        try:
            found = findings_about(inventory, entry)
        except Exception:  # noqa: BLE001 - a crash is a disagreement, and the rest is still worth knowing
            yield Compared(where=where, difference=f"recorded {entry['cause']}; ours fails: {traceback.format_exc(limit=-3)}")
            continue
        yield Compared(where=where, difference=difference(entry, found))


def read(folder: Path, expected: dict[str, Any]) -> Inventory:
    """The recorded cluster, with the gates that the control plane had."""
    source = ManifestSource.read([str(folder / "cluster.yaml")])
    gates = (expected.get("control_plane") or {}).get("feature_gates") or ""
    return load(source, Wish(kinds=kinds.KINDS, feature_gates=parse_feature_gates([gates])))


def findings_about(inventory: Inventory, entry: dict[str, Any]) -> tuple[Finding, ...]:
    """The findings about one entry, roots first."""
    explainer = Explainer(Scene(inventory))
    namespace, _, name = entry["pod"].partition("/")
    if ask := entry.get("ask"):
        kind, _, name = ask.partition("/")
        owned = owned_by(inventory, kinds.kind_named(kind), namespace, name)
        return tuple(finding for one in explainer.explain_owner(owned) for finding in one.findings) if owned else ()
    return explainer.explain(inventory.pods[NamespacedName(namespace, name)]).findings


def difference(entry: dict[str, Any], found: tuple[Finding, ...]) -> str:
    """What differs, in words; empty where nothing does."""
    right = {entry["cause"], *(entry.get("accept") or ())}
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    ours = f"{found[0].code} {found[0].name}" if found else "nothing"
    if right & NOTHING and not errors:
        return ""
    codes = {code for cause in right for code in CODES.get(cause, ())}
    return "" if found and found[0].code in codes else f"recorded {', '.join(sorted(right))}; ours {ours}"


def _compare_manifests(folder: Path, expected: dict[str, Any]) -> Compared:
    from tests.conformance._manifests import first_difference  # noqa: PLC0415 - seldom needed

    return Compared(where=folder.name, difference=first_difference(folder, expected))


def main(arguments: list[str]) -> int:
    """Compare the folders below those that the arguments name."""
    everything = "--all" in arguments
    folders = sorted({path.parent for name in arguments if name != "--all" for path in Path(name).rglob("expect.yaml")})
    if not folders:
        print("no expect.yaml below these folders; nothing was compared", file=sys.stderr)
        return 2
    compared = [one for folder in folders for one in compare(folder)]
    differing = [one for one in compared if one.difference]
    for one in differing if everything else differing[:10]:
        print(f"{one.where}: {one.difference}")
    print(f"{len(compared) - len(differing)} of {len(compared)} agree")
    return 0 if not differing else 1
