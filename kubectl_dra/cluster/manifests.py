"""Files → a Source: dumps, folders of manifests and standard input (``--from``), and the demo cluster (``--demo``).

Of two objects with one kind, namespace and name the later one counts, as if both had been applied in order; :attr:`ManifestSource.notices`
says so. An object of a namespaced kind without a namespace is in ``default``. Kinds that this program does not read are passed over.

What an absent kind means: a dump that holds Namespaces is of a whole cluster, and what it does not hold does not exist. One that holds Pods
was made to show how they are scheduled: the kinds that decide it are taken to be complete, the others not. From anything less, say the
ResourceSlices alone, nothing follows for other kinds, and they are listed as not included.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

import msgspec

from kubectl_dra.api import kinds
from kubectl_dra.api.kinds import Kind, find_kind
from kubectl_dra.api.source import Listing, RawObject, ServerInfo, Unread, UnreadReason
from kubectl_dra.cluster.errors import Malformed, Unreadable
from kubectl_dra.cluster.manifest_files import (
    STANDARD_INPUT,
    VERSION_FILE,
    ManifestFile,
    ManifestObject,
    ManifestPage,
    parse_manifests,
    read_manifest_files,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kubectl_dra.apimachinery.origin import Origin

DEFAULT_NAMESPACE = "default"

_DECIDING = frozenset(
    {
        kinds.RESOURCE_SLICE,
        kinds.RESOURCE_CLAIM,
        kinds.RESOURCE_CLAIM_TEMPLATE,
        kinds.DEVICE_CLASS,
        kinds.DEVICE_TAINT_RULE,
        kinds.POD,
        kinds.NODE,
    }
)
"""The kinds that decide how a pod with claims is scheduled."""

_Key: TypeAlias = tuple[Kind, str, str]
_Notices: TypeAlias = list[str]


class ManifestSource:
    """A Source over files that were read."""

    def __init__(self, files: Iterable[ManifestFile], *, server: ServerInfo | None = None, namespace: str = DEFAULT_NAMESPACE) -> None:
        """Files as :func:`read_manifest_files` yields them. Raises the first file's problem that there is."""
        self._server = server or ServerInfo()
        self._namespace = namespace
        self._objects: dict[Kind, list[RawObject]] = {}
        self._pages: dict[Kind, list[ManifestPage]] = {}
        self._places: dict[_Key, tuple[int, Origin]] = {}
        self.notices: tuple[str, ...] = ()
        """What a person should know of the files, a sentence each."""
        self._load(tuple(files))

    @classmethod
    def read(cls, paths: Sequence[str], *, stdin: BinaryIO | None = None, namespace: str = DEFAULT_NAMESPACE) -> ManifestSource:
        """The files, folders and standard input that ``paths`` name, and the ``version.json`` beside them.

        Raises :class:`Unreadable` and :class:`Malformed`.
        """
        return cls(read_manifest_files(paths, stdin=stdin), server=_find_server(paths), namespace=namespace)

    @property
    def is_live(self) -> bool:
        """Files do not change while they are looked at."""
        return False

    def list(self, kind: Kind, namespace: str | None = None) -> Listing:
        """All objects of ``kind`` in the order of the files."""
        objects, pages = self._objects.get(kind, []), self._pages.get(kind, [])
        if not objects and not pages and not self._is_included(kind):
            message = f"the files hold no {kind.name}, and nothing shows that they were meant to"
            return Listing(kind=kind, unread=(Unread(kind=kind, reason=UnreadReason.NOT_INCLUDED, message=message),))
        if namespace is None and not objects and len({page.api_version for page in pages}) == 1:
            contents = tuple(page.content for page in pages)
            return Listing(kind=kind, pages=contents, api_version=pages[0].api_version, origin=pages[0].origin)
        every = [*(raw for page in pages for raw in _take_apart(page, kind)), *objects]
        return Listing(kind=kind, objects=tuple(raw for raw in every if namespace is None or _namespace_of(raw) == namespace))

    def server_info(self) -> ServerInfo:
        """What the ``version.json`` beside the files says, or nothing."""
        return self._server

    def _load(self, files: tuple[ManifestFile, ...]) -> None:
        notices: _Notices = []
        for file in files:
            if file.problem is not None:
                raise file.problem
            for page in file.pages:
                self._add_page(page, notices)
            for found in file.objects:
                self._add(found, notices)
            notices += [f"{origin}: passed over, it is not a Kubernetes object" for origin in file.passed_over]
        if files and not self._objects and not self._pages and not any(file.lists for file in files):
            raise _nothing_read(files)
        self.notices = tuple(notices)

    def _add_page(self, page: ManifestPage, notices: _Notices) -> None:
        kind = find_kind(page.api_version, page.kind)
        if kind is None:
            return
        is_plain = all((kind, namespace, name) not in self._places for namespace, name in page.names)
        if is_plain and (not kind.namespaced or all(namespace for namespace, _ in page.names)):
            self._pages.setdefault(kind, []).append(page)
            self._places.update({(kind, namespace, name): (-1, page.origin) for namespace, name in page.names})
            return
        for raw, (namespace, name) in zip(_take_apart(page, kind), page.names, strict=True):
            self._add(
                ManifestObject(
                    api_version=page.api_version, kind=page.kind, name=name, namespace=namespace, origin=raw.origin, content=raw.content
                ),
                notices,
            )

    def _add(self, found: ManifestObject, notices: _Notices) -> None:
        kind = find_kind(found.api_version, found.kind)
        if kind is None:
            return
        namespace = (found.namespace or self._namespace) if kind.namespaced else ""
        raw = _raw_object(found, kind, namespace)
        key = (kind, namespace, found.name)
        listed = self._objects.setdefault(kind, [])
        earlier = self._places.get(key) if found.name else None
        if earlier is None:
            self._places[key] = (len(listed), raw.origin)
            listed.append(raw)
            return
        notices.append(f"{raw.origin}: {kind.name}/{found.name} stands at {earlier[1]} too; this later one counts")
        self._replace(key, raw, earlier[0])

    def _replace(self, key: _Key, raw: RawObject, number: int) -> None:
        kind = key[0]
        if number < 0:  # it is in a page, which has to be taken apart
            self._split_pages(kind)
            number = self._places[key][0]
        self._objects[kind][number] = raw
        self._places[key] = (number, raw.origin)

    def _split_pages(self, kind: Kind) -> None:
        listed = self._objects.setdefault(kind, [])
        for page in self._pages.pop(kind, []):
            for raw, (namespace, name) in zip(_take_apart(page, kind), page.names, strict=True):
                self._places[kind, namespace, name] = (len(listed), raw.origin)
                listed.append(raw)

    def _is_included(self, kind: Kind) -> bool:
        held = self._objects.keys() | self._pages.keys()
        return kinds.NAMESPACE in held or (kind in _DECIDING and kinds.POD in held)


class DemoSource(ManifestSource):
    """The demo cluster that ships in the package."""

    def __init__(self) -> None:
        """Read the package's own data. Raises :class:`Unreadable` where an installation has lost it."""
        from importlib import resources  # noqa: PLC0415  (only the demo needs it)

        folder = resources.files("kubectl_dra") / "data" / "demo"
        try:
            entries = {entry.name: entry for entry in folder.iterdir()}
            contents = {name: entry.read_bytes() for name, entry in sorted(entries.items()) if entry.is_file()}
        except OSError as error:
            raise Unreadable("the demo cluster is missing from this installation", where="demo") from error
        version = contents.pop(VERSION_FILE, None)
        manifests = {name: content for name, content in contents.items() if re.search(r"\.(yaml|yml|json)(\.gz)?\Z", name)}
        super().__init__(
            (parse_manifests(content, where=f"demo:{name}") for name, content in manifests.items()),
            server=parse_server_info(version, where=f"demo:{VERSION_FILE}") if version else None,
        )


def parse_server_info(content: bytes, *, where: str) -> ServerInfo:
    """The content of a ``version.json`` beside a dump.

    That is the answer of ``/version``, alone or under ``server`` or ``serverVersion`` (as ``kubectl version -o json`` prints it), and
    under ``resource.k8s.io`` the ``versions`` and ``resources`` that were served. Raises :class:`Malformed`.
    """
    try:
        version = msgspec.json.decode(content, type=dict[str, object])
        server = version.get("server") or version.get("serverVersion") or version
        git_version = msgspec.convert(server, _GitVersion).git_version
        group = version.get("resource.k8s.io")
        served = msgspec.convert(group, _ServedGroup) if group is not None else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed("this is not what /version answers", where=where) from error
    if served is None:
        return ServerInfo(git_version=git_version)
    resources = {f"{kinds.RESOURCE_GROUP}/{name}": plurals for name, plurals in served.resources.items()}
    return ServerInfo(git_version=git_version, resource_versions=served.versions or tuple(served.resources), served=resources)


class _GitVersion(msgspec.Struct, rename="camel"):
    git_version: str = ""


class _ServedGroup(msgspec.Struct):
    versions: tuple[str, ...] = ()
    resources: dict[str, tuple[str, ...]] = {}


def _find_server(paths: Sequence[str]) -> ServerInfo | None:
    for path in paths:
        if path == STANDARD_INPUT:
            continue
        beside = (Path(path) if Path(path).is_dir() else Path(path).parent) / VERSION_FILE
        try:
            return parse_server_info(beside.read_bytes(), where=str(beside))
        except OSError:
            continue
    return None


def _raw_object(found: ManifestObject, kind: Kind, namespace: str) -> RawObject:
    content, document = found.content, found.document
    if kind.namespaced and not found.namespace:
        values = document if document is not None else msgspec.json.decode(content or b"{}", type=dict[str, object])
        metadata = values.get("metadata")
        content, document = None, {**values, "metadata": {**(metadata if isinstance(metadata, dict) else {}), "namespace": namespace}}
    return RawObject(kind=kind, api_version=found.api_version, origin=found.origin, content=content, document=document)


class _Items(msgspec.Struct):
    items: list[msgspec.Raw] = []


def _take_apart(page: ManifestPage, kind: Kind) -> list[RawObject]:
    items = msgspec.json.decode(page.content, type=_Items).items
    return [RawObject(kind=kind, api_version=page.api_version, origin=page.origin, content=bytes(item)) for item in items]


class _Namespaced(msgspec.Struct):
    metadata: _NamespaceOnly | None = None


class _NamespaceOnly(msgspec.Struct):
    namespace: str | None = ""


def _namespace_of(raw: RawObject) -> str:
    if raw.document is not None:
        metadata = raw.document.get("metadata")
        return str(metadata.get("namespace") or "") if isinstance(metadata, dict) else ""
    metadata = msgspec.json.decode(raw.content or b"{}", type=_Namespaced).metadata
    return (metadata.namespace or "") if metadata is not None else ""


def _nothing_read(files: tuple[ManifestFile, ...]) -> Malformed:
    found = sorted({entry.kind for file in files for entry in file.objects} | {page.kind for file in files for page in file.pages})
    held = f"only {', '.join(found[:3])}{' and others' if len(found) > 3 else ''}" if found else "nothing"  # noqa: PLR2004
    where = files[0].where if len(files) == 1 else f"{len(files)} files"
    return Malformed(f"here is {held}, and no object that tells of devices, claims, pods or nodes", where=where)
