"""What lint is given: files with their text, and the objects that stand in them."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kubectl_dra.apimachinery.yaml_values import YamlError, compose_positions
from kubectl_dra.findings.finding import Subject
from kubectl_dra.linting.places import locate

if TYPE_CHECKING:
    from kubectl_dra.api.source import Document
    from kubectl_dra.apimachinery.yaml_values import YamlNode
    from kubectl_dra.linting.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class LintedFile:
    """A file: its name and its text. ``problem`` says why nothing in it can be judged, at a place of its own."""

    where: str
    text: str
    problem: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LintedObject:
    """An object in a file, and where it starts, counted from one."""

    file: LintedFile
    document: Document
    api_version: str
    kind: str
    name: str
    namespace: str
    line: int
    column: int

    @property
    def subject(self) -> Subject:
        """The object as findings name it."""
        return Subject(kind=self.kind, name=self.name, namespace=self.namespace)


@dataclass(frozen=True, kw_only=True)
class Manifests:
    """All files and their objects, in order."""

    files: tuple[LintedFile, ...]
    objects: tuple[LintedObject, ...]
    _maps: dict[int, dict[tuple[int, int], YamlNode]] = field(default_factory=dict)

    def node(self, linted: LintedObject) -> YamlNode | None:
        """The span of an object in its file."""
        file = linted.file
        if id(file) not in self._maps:
            self._maps[id(file)] = _starts(file.text)
        return self._maps[id(file)].get((linted.line, linted.column))

    def place(self, linted: LintedObject, field_path: str) -> Place | None:
        """Where a field of an object stands; of one that is missing, where it would have to be."""
        node = self.node(linted)
        return locate(node, field_path) if node is not None else None

    @functools.cached_property
    def namespaces(self) -> dict[str, dict[str, str]]:
        """The labels of the namespaces that stand in the files."""
        found: dict[str, dict[str, str]] = {}
        for linted in self.objects:
            if linted.kind == "Namespace" and linted.api_version == "v1":
                metadata = linted.document.get("metadata")
                labels = metadata.get("labels") if isinstance(metadata, dict) else None
                found[linted.name] = labels if isinstance(labels, dict) else {}
        return found


def _starts(text: str) -> dict[tuple[int, int], YamlNode]:
    """Every document, and every entry of a document's ``items``, by where it starts."""
    try:
        roots = compose_positions(text)
    except YamlError:
        return {}
    starts: dict[tuple[int, int], YamlNode] = {}
    for root in roots:
        items = root.child("items")
        for item in (items.items or ()) if items is not None else ():
            starts[item.start.line, item.start.column] = item
        starts[root.start.line, root.start.column] = root
    return starts
