"""Paths → the objects in the files they name: YAML or JSON, gzip or plain, one document or many, Lists taken apart.

A path is a file, a folder (its ``.yaml``, ``.yml`` and ``.json`` files and those with ``.gz`` behind, subfolders included, hidden ones
not) or ``-`` for standard input. What is wrong with one file is a value beside the others (:attr:`ManifestFile.problem`); whoever needs
all of them raises it.
"""

from __future__ import annotations

import difflib
import gzip
import os
import re
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from kubectl_dra.apimachinery.origin import Origin
from kubectl_dra.cluster.errors import ClusterError, Malformed, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kubectl_dra.api.source import Document

SUFFIXES = (".yaml", ".yml", ".json")
VERSION_FILE = "version.json"
STANDARD_INPUT = "-"

_NOT_MANIFESTS = frozenset({"kustomization.yaml", "kustomization.yml", "Chart.yaml", "values.yaml", VERSION_FILE})
"""Files beside manifests that are none: kustomize's and Helm's own, and the server's version."""

_SNIFFED = 8192
_TEMPLATE = re.compile(r"\{\{-?\s*[\w.$(/\"]")
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class _Metadata(msgspec.Struct, rename="camel"):
    name: str = ""
    namespace: str = ""
    generate_name: str = ""


class _Header(msgspec.Struct, rename="camel"):
    """What has to be known of an object before it is typed."""

    api_version: str = ""
    kind: str = ""
    metadata: _Metadata | None = None


class _ListHeader(_Header):
    items: list[msgspec.Raw] | None = None


class _HeaderList(msgspec.Struct):
    items: list[_Header] = []


class ManifestObject(msgspec.Struct, frozen=True, kw_only=True):
    """One object as it stands in a file; exactly one of ``content`` (JSON bytes) and ``document`` is given."""

    api_version: str
    kind: str
    name: str
    namespace: str
    origin: Origin
    content: bytes | None = None
    document: Document | None = None


class ManifestPage(msgspec.Struct, frozen=True, kw_only=True):
    """A JSON list of objects of one kind and version, not taken apart: its bytes can be decoded in one go."""

    api_version: str
    kind: str
    names: tuple[tuple[str, str], ...]
    """Namespace and name of each item."""
    origin: Origin
    content: bytes


class ManifestFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file and what stands in it.

    ``text`` is None for a file that was read as JSON bytes. ``lists`` counts the Lists in it, empty ones included; ``passed_over`` are
    the places of documents that are no Kubernetes objects. ``is_template`` tells of a Helm template, which is no YAML until it is
    rendered.
    """

    where: str
    text: str | None = None
    objects: tuple[ManifestObject, ...] = ()
    pages: tuple[ManifestPage, ...] = ()
    lists: int = 0
    passed_over: tuple[Origin, ...] = ()
    problem: ClusterError | None = None
    is_template: bool = False


def find_manifests(path: str, *, recursive: bool = True) -> list[str]:
    """The files that ``path`` names, in the order of their names. Raises :class:`Unreadable`."""
    if path == STANDARD_INPUT or not os.path.isdir(path):
        return [path]
    found: list[str] = []
    for folder, folders, files in os.walk(path, onerror=_refuse):
        folders[:] = sorted(name for name in folders if recursive and not name.startswith("."))
        found += [os.path.join(folder, name) for name in sorted(files) if _is_manifest_name(name)]
    if not found:
        raise Unreadable(f"the folder has no file ending in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}", where=path)
    return found


def read_manifest_files(paths: Iterable[str], *, stdin: BinaryIO | None = None, as_text: bool = False) -> Iterator[ManifestFile]:
    """Every file that ``paths`` name, one after the other.

    ``as_text`` reads JSON as the YAML it also is, which is slower and gives every object its line. What is wrong with a file is told by
    its ``problem``. Raises :class:`Unreadable` for a folder without manifests.
    """
    for path in paths:
        if as_text:
            yield from _sources(path)
        for name in find_manifests(path):
            yield read_manifest_file(name, stdin=stdin, as_text=as_text, is_named=name == path)


def read_manifest_file(path: str, *, stdin: BinaryIO | None = None, as_text: bool = False, is_named: bool = True) -> ManifestFile:
    """One file; ``is_named`` says that a person named it, so that a document in it that is no object is a mistake."""
    try:
        return parse_manifests(_read_bytes(path, stdin), where=path, as_text=as_text, is_named=is_named)
    except ClusterError as error:
        return ManifestFile(where=path, problem=error)


def parse_manifests(content: bytes, *, where: str, as_text: bool = False, is_named: bool = True) -> ManifestFile:
    """The objects in ``content``, which may be gzip. Raises :class:`Malformed`."""
    content = _unpacked(content, where)
    if b"\0" in content[:_SNIFFED] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Malformed("the file is binary, neither YAML nor JSON", where=where)
    if content.lstrip()[:1] == b"{" and not as_text:
        try:
            return _parse_json(content, where, is_named=is_named)
        except Malformed:
            if content.lstrip()[1:].lstrip()[:1] in {b'"', b"}"}:
                raise
    return _parse_yaml(_decoded(content, where), where, is_named=is_named, is_lenient=as_text)


def write_manifest(path: str, text: str) -> None:
    """Replace the content of a file. Raises :class:`Unreadable`."""
    try:
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        raise Unreadable(_told(error), where=path) from error


_MADE_BY = {"kustomization.yaml": "kustomize build", "kustomization.yml": "kustomize build", "Chart.yaml": "helm template"}


def _sources(path: str) -> Iterator[ManifestFile]:
    """Files of a folder from which tools make manifests, as what they are."""
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(set(files) & _MADE_BY.keys()):
            where = os.path.join(folder, name)
            problem = Malformed(f"manifests are what {_MADE_BY[name]} makes of this folder", where=where)
            yield ManifestFile(where=where, problem=problem, is_template=True)


def _refuse(error: OSError) -> None:
    raise Unreadable(_told(error), where=str(error.filename)) from error


def _is_manifest_name(name: str) -> bool:
    plain = name.removesuffix(".gz")
    return plain.endswith(SUFFIXES) and not name.startswith(".") and plain not in _NOT_MANIFESTS


def _read_bytes(path: str, stdin: BinaryIO | None) -> bytes:
    try:
        if path == STANDARD_INPUT:
            return (stdin or sys.stdin.buffer).read()
        with open(path, "rb") as file:
            start = file.read(_SNIFFED)
            # Two hundred megabytes of something else need not be read to be refused.
            is_binary = b"\0" in start and not start.startswith((b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff"))
            return start if is_binary else start + file.read()
    except (OSError, ValueError) as error:
        raise Unreadable(_told(error) + _nearest(path, error), where=path) from error


def _told(error: Exception) -> str:
    """The system's own words, as a clause."""
    words = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return words[:1].lower() + words[1:]


def _nearest(path: str, error: Exception) -> str:
    if not isinstance(error, FileNotFoundError):
        return ""
    folder = Path(path).parent
    try:
        names = [entry.name for entry in folder.iterdir()]
    except OSError:
        return ""
    close = difflib.get_close_matches(Path(path).name, names, n=1)
    return f"; the nearest name there is {folder / close[0]}" if close else ""


def _unpacked(content: bytes, where: str) -> bytes:
    if content[:2] != b"\x1f\x8b":
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise Malformed("the gzip data is damaged or ends early", where=where) from error


def _decoded(content: bytes, where: str) -> str:
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Malformed("the file is not UTF-8 text", where=where, line=content.count(b"\n", 0, error.start) + 1) from error


def _parse_json(content: bytes, where: str, *, is_named: bool) -> ManifestFile:
    """The fast way: items of lists stay bytes until they are decoded into Structs."""
    parts = _Parts(where=where, is_named=is_named, lists=[], objects=[], pages=[], passed_over=[])
    for start, document in _json_documents(content, where):
        line = content.count(b"\n", 0, start) + 1
        header = _decode_header(document, where, line)
        if header.items is None or not header.kind.endswith("List"):
            parts.add_json(document, header, line)
        else:
            parts.add_json_list(document, header, content, start)
    return parts.file(text=None)


def _json_documents(content: bytes, where: str) -> Iterator[tuple[int, bytes]]:
    """The documents of a JSON stream with the place where each starts; nearly always there is one."""
    try:
        msgspec.json.decode(content, type=msgspec.Raw)
    except RecursionError as error:
        raise Malformed("the JSON is nested too deeply", where=where) from error
    except msgspec.DecodeError as error:
        if "trailing characters" not in str(error):
            raise _json_error(error, content, where) from error
    else:
        yield len(content) - len(content.lstrip()), content
        return
    yield from _json_stream(content, where)


def _json_stream(content: bytes, where: str) -> Iterator[tuple[int, bytes]]:
    import json  # noqa: PLC0415  (streams are rare)

    text = _decoded(content, where)
    decoder, index = json.JSONDecoder(), 0
    while rest := text[index:].lstrip():
        index = len(text) - len(rest)
        try:
            _, end = decoder.raw_decode(text, index)
        except (json.JSONDecodeError, RecursionError) as error:
            raise Malformed("the JSON is malformed", where=where, line=text.count("\n", 0, index) + 1) from error
        yield len(text[:index].encode()), text[index:end].encode()
        index = end


def _json_error(error: Exception, content: bytes, where: str) -> Malformed:
    place = re.search(r"\(byte (\d+)\)", str(error))
    if "truncated" in str(error) or "end" in str(error):
        return Malformed("the JSON ends in the middle of a value", where=where, line=content.count(b"\n") + 1)
    index = int(place[1]) if place else 0
    column = index - content.rfind(b"\n", 0, index)
    return Malformed("the JSON is malformed", where=where, line=content.count(b"\n", 0, index) + 1, column=column)


def _decode_header(document: bytes, where: str, line: int) -> _ListHeader:
    try:
        return msgspec.json.decode(document, type=_ListHeader)
    except (msgspec.ValidationError, UnicodeDecodeError, RecursionError):
        return _patient_header(document, where, line)
    except msgspec.DecodeError as error:
        raise _json_error(error, document, where) from error


def _patient_header(document: bytes, where: str, line: int) -> _ListHeader:
    """The header of an object in which null stands for what is absent, or whose header is not what it should be."""
    try:
        values = msgspec.json.decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed("the JSON is malformed or nested too deeply", where=where, line=line) from error
    header = _header_of(values) if isinstance(values, dict) else None
    if header is None:
        raise Malformed("apiVersion, kind and metadata.name are not text", where=where, line=line)
    items = values.get("items")
    raw = [msgspec.Raw(msgspec.json.encode(item)) for item in items] if isinstance(items, list) else None
    return _ListHeader(api_version=header.api_version, kind=header.kind, metadata=header.metadata, items=raw)


def _header_of(values: Document) -> _Header | None:
    """The header of plain values; None where one of its fields has the wrong type."""
    metadata = values.get("metadata") or {}
    if not isinstance(metadata, dict):
        return None
    texts = [values.get("apiVersion") or "", values.get("kind") or ""]
    named = [metadata.get(field) or "" for field in ("name", "namespace", "generateName")]
    if not all(isinstance(text, str) for text in (*texts, *named)):
        return None
    return _Header(api_version=texts[0], kind=texts[1], metadata=_Metadata(*named))


def _nameless_header(values: Document) -> _Header | None:
    """The header of an object whose metadata cannot be read."""
    api_version, kind = values.get("apiVersion"), values.get("kind")
    return _Header(api_version=api_version, kind=kind) if isinstance(api_version, str) and isinstance(kind, str) else None


def _parse_yaml(text: str, where: str, *, is_named: bool, is_lenient: bool) -> ManifestFile:
    from kubectl_dra.apimachinery.yaml_values import YamlError, load_yaml  # noqa: PLC0415  (JSON dumps need no YAML)

    try:
        documents = load_yaml(text)
    except YamlError as error:
        is_template = _TEMPLATE.search(text) is not None
        message = "the file is a Helm template, which is YAML only once it is rendered" if is_template else f"not YAML: {error.problem}"
        problem = Malformed(message, where=where, line=error.line, column=error.column)
        problem.__cause__ = error
        return ManifestFile(where=where, text=text, problem=problem, is_template=is_template)
    parts = _Parts(where=where, is_named=is_named, is_lenient=is_lenient, lists=[], objects=[], pages=[], passed_over=[])
    try:
        for document in documents:
            parts.add(document.value, (document.line, document.column), document.items)
    except Malformed as error:
        return ManifestFile(where=where, text=text, problem=error)
    return parts.file(text=text)


class _Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What has been found in a file so far."""

    where: str
    is_named: bool
    is_lenient: bool = False
    """Whether an object whose name is not text is handed on all the same, for others to judge."""
    lists: list[str]
    objects: list[ManifestObject]
    pages: list[ManifestPage]
    passed_over: list[Origin]

    def file(self, *, text: str | None) -> ManifestFile:
        return ManifestFile(
            where=self.where,
            text=text,
            objects=tuple(self.objects),
            pages=tuple(self.pages),
            lists=len(self.lists),
            passed_over=tuple(self.passed_over),
        )

    def add(self, value: object, place: tuple[int, int], items: Sequence[tuple[int, int]]) -> None:
        """One document of plain values."""
        if not isinstance(value, dict):
            self._pass_over("a list or a bare value stands where an object should", place)
            return
        kind = value.get("kind")
        if isinstance(kind, str) and kind.endswith("List") and "items" in value and isinstance(value["items"], list | None):
            self.lists.append(kind)
            for number, item in enumerate(value["items"] or ()):
                at = items[number] if number < len(items) else place
                self.add(_with_list_kind(item, value.get("apiVersion"), kind), at, ())
            return
        header = _header_of(value) or (_nameless_header(value) if self.is_lenient else None)
        if header is None:
            raise Malformed("apiVersion, kind and metadata.name are not text", where=self.where, line=place[0], column=place[1])
        if self._is_object(header, place, has_items="items" in value):
            self.objects.append(self._object(header, place, document=value))

    def add_json(self, document: bytes, header: _Header, line: int) -> None:
        """One object of JSON bytes."""
        if self._is_object(header, (line, 1)):
            self.objects.append(self._object(header, (line, 1), content=document))

    def add_json_list(self, document: bytes, header: _ListHeader, content: bytes, start: int) -> None:
        """A List of JSON bytes, kept whole where all its items are of one kind."""
        self.lists.append(header.kind)
        page = _uniform_page(document, header, Origin(where=self.where))
        if page is not None:
            self.pages.append(page)
            return
        line, index = 1, 0
        for item in header.items or ():
            raw = bytes(item)
            at = content.find(raw, start)
            if at >= 0:
                line, index, start = line + content.count(b"\n", index, at), at, at + len(raw)
            self._add_json_item(raw, header, line)

    def _add_json_item(self, raw: bytes, header: _ListHeader, line: int) -> None:
        item = _decode_header(raw, self.where, line)
        if not item.kind and header.kind != "List":
            item = _ListHeader(api_version=header.api_version, kind=header.kind.removesuffix("List"), metadata=item.metadata)
        self.add_json(raw, item, line)

    def _object(
        self, header: _Header, place: tuple[int, int], *, content: bytes | None = None, document: Document | None = None
    ) -> ManifestObject:
        metadata = header.metadata or _Metadata()
        return ManifestObject(
            api_version=header.api_version,
            kind=header.kind,
            name=metadata.name,
            namespace=metadata.namespace,
            origin=Origin(where=self.where, line=place[0], column=place[1]),
            content=content,
            document=document,
        )

    def _is_object(self, header: _Header, place: tuple[int, int], *, has_items: bool = False) -> bool:
        missing = [field for field, value in (("apiVersion", header.api_version), ("kind", header.kind)) if not value]
        if missing:
            hint = "; the file may be cut off, for kubectl writes the kind of a list last" if has_items else ""
            self._pass_over(f"the object has no {' and no '.join(missing)}{hint}", place)
        return not missing

    def _pass_over(self, problem: str, place: tuple[int, int]) -> None:
        if self.is_named:
            raise Malformed(problem, where=self.where, line=place[0], column=place[1])
        self.passed_over.append(Origin(where=self.where, line=place[0], column=place[1]))


def _with_list_kind(item: object, api_version: object, list_kind: str) -> object:
    """An item of a ``kind: XList``, whose items need not say that they are X."""
    if not isinstance(item, dict) or list_kind == "List" or item.get("kind"):
        return item
    return {"apiVersion": api_version, "kind": list_kind.removesuffix("List"), **item}


def _uniform_page(document: bytes, header: _ListHeader, origin: Origin) -> ManifestPage | None:
    if not header.items:
        return None
    try:
        items = msgspec.json.decode(document, type=_HeaderList).items
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    of_list = ("", "") if header.kind == "List" else (header.api_version, header.kind.removesuffix("List"))
    kinds = {(item.api_version, item.kind) if item.kind else of_list for item in items}
    named = [item.metadata or _Metadata() for item in items]
    names = tuple((metadata.namespace, metadata.name) for metadata in named)
    if len(kinds) != 1 or len(set(names)) != len(names):
        return None
    api_version, kind = kinds.pop()
    return ManifestPage(api_version=api_version, kind=kind, names=names, origin=origin, content=document) if kind and api_version else None
