"""A folder of ``NAME.yaml`` beside ``NAME.RELEASE.json`` → how often ``admission`` says what the API server said.

One comparison is one DRA object in one release: accepted or refused alike, and, where refused, the same set of field paths. The answers
were recorded with fresh namespaces, which have no labels, and with all API versions switched on.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kubectl_dra.admission.validation import KINDS, Answer, ApiServer
from kubectl_dra.api.kinds import RESOURCE_GROUP
from kubectl_dra.apimachinery.yaml_values import YamlError, load_yaml
from kubectl_dra.releases.release import Release, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

IN_MESSAGE = re.compile(r'(?:unknown|duplicate) field "([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One object in one release; ``difference`` is empty where both say the same."""

    where: str
    difference: str = ""


def compare(folders: Iterable[Path]) -> Iterator[Compared]:
    """Every recorded answer below the folders."""
    for folder in folders:
        for recorded in sorted(folder.rglob("*.json")):
            name, _, version = recorded.name.removesuffix(".json").rpartition(".1.")
            release = parse(f"1.{version}")
            manifest = recorded.with_name(f"{name}.yaml")
            if release is not None and name and manifest.exists():
                yield from _compare_file(manifest, json.loads(recorded.read_text()), release)


def _compare_file(manifest: Path, answers: list[dict[str, object]], release: Release) -> Iterator[Compared]:
    server = ApiServer(release=release, namespace_labels=lambda _: {})
    documents = iter(_dra_objects(manifest.read_bytes().decode(errors="replace")))
    for answer in answers:
        document = next((each for each in documents if each["kind"] == answer["kind"] and _name(each) == (answer.get("name") or "")), None)
        where = f"{manifest.name} {release} {answer['kind']}/{answer.get('name')}"
        if document is None:
            if answer["kind"] in KINDS:
                yield Compared(where=where, difference="this reader does not find the object in the file")
            continue
        ours = server.answer(document, str(document["kind"]), str(document["apiVersion"]))
        yield Compared(where=where, difference=_difference(ours, answer))


def _dra_objects(text: str) -> Iterator[dict[str, object]]:
    try:
        values = [document.value for document in load_yaml(text)]
    except YamlError:
        return
    for value in values:
        if not isinstance(value, dict):
            continue
        is_list = str(value.get("kind")).endswith("List") and isinstance(value.get("items"), list)
        for item in value["items"] if is_list else [value]:  # type: ignore[union-attr]
            if isinstance(item, dict) and str(item.get("apiVersion")).startswith(f"{RESOURCE_GROUP}/") and item.get("kind") in KINDS:
                yield item  # type: ignore[misc]


def _name(document: dict[str, object]) -> str:
    metadata = document.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else ""


def _difference(ours: Answer, answer: dict[str, object]) -> str:
    message, recorded = str(answer.get("message") or ""), answer.get("fields")
    if ours.untold:
        return f"cannot tell: {ours.untold[0]}"
    if ours.is_accepted != answer["accepted"]:
        return f"recorded {'accepted' if answer['accepted'] else f'refused: {message}'}; ours {ours.message or 'accepted'}"
    told = set(recorded) if isinstance(recorded, list) else set()
    # A decoding error has no causes: its paths stand in the message, and those of wrong types nowhere.
    told = told or set(IN_MESSAGE.findall(message))
    if ours.wrong or ours.namespace_problems or not ours.is_served:
        return "" if not told or ours.wrong else f"recorded fields {sorted(told)}; ours refuses the object as a whole"
    paths = {field.path for field in ours.unknown} | {error.path for error in ours.errors}
    return "" if paths == told else f"only recorded: {sorted(told - paths)}; only ours: {sorted(paths - told)}"


def main(arguments: list[str]) -> int:
    """Compare the folders that the arguments name."""
    shown = 10
    folders = [Path(argument) for argument in arguments if argument != "--all"]
    results = list(compare(folders))
    different = [result for result in results if result.difference]
    for result in different if "--all" in arguments else different[:shown]:
        print(f"{result.where}: {result.difference}")
    print(f"{len(results) - len(different)} of {len(results)} agree")
    return 1 if different or not results else 0
