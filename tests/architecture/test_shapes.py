"""`reports/SHAPES.md` tells the truth about `-o json`."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from kubectl_dra.commands.loading import load_command
from kubectl_dra.commands.table import COMMANDS
from tests.properties.running import run

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "kubectl_dra" / "reports" / "SHAPES.md").read_text(encoding="utf-8")
MANIFEST: Final = str(ROOT / "tests" / "demo" / "manifests" / "40-pending.yaml")

ANSWERS: Final = {
    "DeviceList": ("devices", "--demo"),
    "DeviceMap": ("devices", "--demo", "--map"),
    "DeviceSummary": ("devices", "--demo", "--summary"),
    "ClaimList": ("claims", "--demo", "-A"),
    "PoolList": ("pools", "--demo"),
    "ClassList": ("classes", "--demo"),
    "ClaimDescription": ("describe", "claim", "train-0-gpu", "-n", "ml", "--demo"),
    "DeviceDescription": ("describe", "device", "gpu-b1/gpu-0", "--demo"),
    "PodDescription": ("describe", "pod", "train-1", "-n", "ml", "--demo"),
    "ClassDescription": ("describe", "class", "gpu.example.com", "--demo"),
    "PoolDescription": ("describe", "pool", "gpu.example.com/gpu-a2", "--demo"),
    "NodeDescription": ("describe", "node", "gpu-a2", "--demo"),
    "Version": ("version", "--demo"),
    "DiagnosisList": ("why-pending", "--demo", "-n", "ml"),
    "CodeList": ("explain", "DRA301"),
    "SelectorList": ("selector", "--demo", 'device.driver == "x"'),
    "LintReport": ("lint", "-f", MANIFEST),
    "Simulation": ("simulate", "--demo", "-f", MANIFEST),
}
PARTS: Final = {
    "Device": ("DeviceList", "items"),
    "Claim": ("ClaimList", "items"),
    "Pool": ("PoolList", "items"),
    "Class": ("ClassList", "items"),
    "Finding": ("DeviceList", "findings"),
}
MORE_THAN: Final = {
    "ClaimDescription": "Claim",
    "DeviceDescription": "Device",
    "PoolDescription": "Pool",
    "ClassDescription": "Class",
}
"""Kinds that have the fields of a part besides their own."""


def documented(section: str) -> set[str]:
    """The fields that a section lists: the words in backquotes at the beginning of each bullet, before its colon."""
    body = re.split(r"^## ", PAGE.partition(f"\n## {section}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    heads = re.findall(r"(?:^- |[.;] )((?:`[^`]+`(?:, )?)+):", body, flags=re.MULTILINE)
    own = {name for head in heads for name in re.findall(r"`([^`]+)`", head)}
    return own | (documented(MORE_THAN[section]) if section in MORE_THAN else set())


def answer(kind: str) -> dict[str, Any]:
    """What the command of a kind prints."""
    document: dict[str, Any] = json.loads(run(*ANSWERS[kind], "-o", "json").output)
    return document


@pytest.mark.parametrize("kind", ANSWERS)
def test_kind_has_the_fields_of_its_section(kind: str) -> None:
    """The document's kind is that of the section, and so are its fields."""
    document = answer(kind)

    assert (document.pop("apiVersion"), document.pop("kind")) == ("kubectl-dra/v1", kind)
    assert documented(kind) == set(document)


@pytest.mark.parametrize("part", PARTS)
def test_part_has_the_fields_of_its_section(part: str) -> None:
    """Each item of a list has the fields of its section, whatever the item."""
    kind, field = PARTS[part]
    items = answer(kind)[field]

    assert items
    assert [set(item) for item in items] == [documented(part)] * len(items)


def lists_that_are_null(value: Any, path: str = "") -> list[str]:
    """The paths of nulls in places where other documents have lists."""
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in lists_that_are_null(inner, f"{path}.{key}")]
    if isinstance(value, list):
        return [found for inner in value for found in lists_that_are_null(inner, f"{path}[]")]
    return [path] if value is None and path.endswith("s") else []


@pytest.mark.parametrize("kind", ANSWERS)
def test_lists_are_never_null(kind: str) -> None:
    """A field whose name is a plural is never null."""
    assert lists_that_are_null(answer(kind)) == []


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_every_command_that_prints_json_is_documented(entry: Any) -> None:
    """Each command that takes `-o json` has a section; new-claim prints the API's own objects."""
    command = load_command(entry.name)
    if "json" not in command.formats or entry.name == "new-claim":
        return

    assert entry.name in {words[0] for words in ANSWERS.values()}
