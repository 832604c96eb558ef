"""Manifests that an API server refused or accepted → whether ``lint`` says the same of each document."""

from __future__ import annotations

import contextlib
import io
import json
from typing import TYPE_CHECKING, Any

from kubectl_dra.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def first_difference(folder: Path, expected: dict[str, Any]) -> str:
    """The first document about which ``lint`` and the server differ; empty where there is none."""
    refused = _objects_with_errors(folder)
    for answer in expected["answers"]:
        ours = answer["object"] in refused
        if ours != answer["refused"]:
            return (
                f"recorded {'refused' if answer['refused'] else 'accepted'}: {answer['object']}; ours {'refuses' if ours else 'accepts'} it"
            )
    return ""


def _objects_with_errors(folder: Path) -> set[str]:
    """``Kind namespace/name`` of every object that has a finding of severity error."""
    report = lint_report(folder.glob("*.refused.yaml"), folder / "cluster.yaml")
    return {_name(item["object"]) for item in report["items"] if item["severity"] == "error"}


def lint_report(files: Iterable[Path], cluster: Path) -> dict[str, Any]:
    """What ``kubectl dra lint -o json`` says of files beside a cluster."""
    out = io.StringIO()
    named = [word for file in sorted(files) for word in ("-f", str(file))]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        main(["lint", *named, "--from", str(cluster), "-o", "json"])
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


def _name(subject: dict[str, str]) -> str:
    place = f"{subject['namespace']}/" if subject.get("namespace") else ""
    return f"{subject['kind']} {place}{subject['name']}"
