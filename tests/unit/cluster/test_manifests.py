from __future__ import annotations

import contextlib
import gzip
import io
import json
from typing import TYPE_CHECKING

import pytest

from kubectl_dra.api import kinds, reading
from kubectl_dra.api.meta import NamespacedName
from kubectl_dra.api.resource import ResourceClaim, ResourceSlice
from kubectl_dra.api.source import UnreadReason
from kubectl_dra.cluster.errors import ClusterError, Malformed, Unreadable
from kubectl_dra.cluster.manifests import ManifestSource, parse_server_info

if TYPE_CHECKING:
    from pathlib import Path

SLICE = "apiVersion: resource.k8s.io/v1\nkind: ResourceSlice\nmetadata: {name: s}\nspec: {driver: gpu.example.com}\n"
CLAIM = "apiVersion: resource.k8s.io/v1\nkind: ResourceClaim\nmetadata: {name: c, namespace: ml}\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"


def slices_as_json(*names: str, kind: str = "List") -> bytes:
    """A JSON list of slices as the API server or kubectl prints it."""
    header = {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice"} if kind == "List" else {}
    api_version = "v1" if kind == "List" else "resource.k8s.io/v1"
    items = [{**header, "metadata": {"name": name}, "spec": {"driver": "gpu.example.com"}} for name in names]
    return json.dumps({"apiVersion": api_version, "kind": kind, "metadata": {"resourceVersion": ""}, "items": items}, indent=1).encode()


def read(folder: Path, **files: str | bytes) -> ManifestSource:
    """A Source over files of these names; ``__`` stands for the dot."""
    return ManifestSource.read(written(folder, **files))


def written(folder: Path, **files: str | bytes) -> list[str]:
    """The paths of files that now hold this content."""
    paths = []
    for name, content in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        paths.append(str(path))
    return paths


def names(source: ManifestSource) -> list[str]:
    """Names of the slices in the order of the listing."""
    return [value.metadata.name for value in reading.read(source.list(kinds.RESOURCE_SLICE), ResourceSlice)]


def test_many_documents(tmp_path: Path) -> None:
    """Each document of a YAML file is an object with its line."""
    source = read(tmp_path, a__yaml=f"{SLICE}---\n{CLAIM}")
    (claim,) = source.list(kinds.RESOURCE_CLAIM).objects
    assert f"{tmp_path}/a.yaml:6:1" == str(claim.origin)
    assert names(source) == ["s"]


@pytest.mark.parametrize("kind", ["List", "ResourceSliceList"])
def test_json_list_of_one_kind_stays_whole(tmp_path: Path, kind: str) -> None:
    """A JSON list of one kind is handed on as one page of bytes."""
    source = read(tmp_path, a__json=slices_as_json("a", "b", kind=kind))
    assert names(source) == ["a", "b"]
    assert len(source.list(kinds.RESOURCE_SLICE).pages) == 1


def test_json_list_of_several_kinds(tmp_path: Path) -> None:
    """Items of a mixed JSON list keep their bytes and have their lines."""
    listing = json.loads(slices_as_json("a"))
    listing["items"].append({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "ml"}})
    source = read(tmp_path, a__json=json.dumps(listing, indent=1))
    (pod,) = source.list(kinds.POD).objects
    assert pod.content is not None
    assert pod.origin.line > source.list(kinds.RESOURCE_SLICE).objects[0].origin.line > 1


def test_items_without_kind_have_that_of_their_list(tmp_path: Path) -> None:
    """Items of ``kind: ResourceSliceList`` need not say that they are ResourceSlices."""
    text = "apiVersion: resource.k8s.io/v1\nkind: ResourceSliceList\nitems:\n- metadata: {name: a}\n- metadata: {name: b}\n"
    assert names(read(tmp_path, a__yaml=text)) == ["a", "b"]


def test_gzip_and_standard_input(tmp_path: Path) -> None:
    """Gzip is read whatever the name, from files and from standard input."""
    paths = written(tmp_path, a__gz=gzip.compress(SLICE.encode()))
    source = ManifestSource.read([*paths, "-"], stdin=io.BytesIO(gzip.compress(slices_as_json("t"))))
    assert {"s", "t"} == set(names(source))


def test_folder(tmp_path: Path) -> None:
    """A folder stands for its manifests and those of its subfolders, in order of name; what is no object is passed over, with a notice."""
    (tmp_path / "sub").mkdir()
    written(tmp_path / "sub", b__json=slices_as_json("b"))
    written(tmp_path, a__yaml=SLICE, z__txt="a: b", note__yaml="title: about this folder\n", kustomization__yaml="resources: []\n")
    source = ManifestSource.read([str(tmp_path)])
    assert {"s", "b"} == set(names(source))
    assert (f"{tmp_path}/note.yaml:1:1: passed over, it is not a Kubernetes object",) == source.notices


def test_the_later_one_of_two_counts(tmp_path: Path) -> None:
    """Of two objects with one name the later one counts, also where the first stands in a list that was kept whole."""
    source = read(tmp_path, a__json=slices_as_json("r", "s"), b__yaml=SLICE.replace("gpu.example.com", "nic.example.com"))
    slices = reading.read(source.list(kinds.RESOURCE_SLICE), ResourceSlice)
    assert [(each.metadata.name, each.spec.driver) for each in slices] == [("r", "gpu.example.com"), ("s", "nic.example.com")]
    assert len(source.notices) == 1


def test_generated_names_are_no_duplicates(tmp_path: Path) -> None:
    """Two objects that the server would name stay two."""
    text = POD.replace("name: p", "generateName: p-")
    assert len(read(tmp_path, a__yaml=f"{text}---\n{text}").list(kinds.POD).objects) == 2


def test_namespace_is_default(tmp_path: Path) -> None:
    """A namespaced object without a namespace is in ``default``, and a listing of another namespace leaves it out."""
    source = read(tmp_path, a__yaml=f"{CLAIM}---\n{CLAIM.replace('name: c, namespace: ml', 'name: d')}")
    claims = reading.read(source.list(kinds.RESOURCE_CLAIM), ResourceClaim)
    assert [NamespacedName("ml", "c"), NamespacedName("default", "d")] == [claim.metadata.key for claim in claims]
    assert len(source.list(kinds.RESOURCE_CLAIM, "ml").objects) == 1


def test_slices_alone_tell_nothing_of_claims(tmp_path: Path) -> None:
    """A dump of slices alone leaves claims unread, it does not say that there are none."""
    (unread,) = read(tmp_path, a__yaml=SLICE).list(kinds.RESOURCE_CLAIM).unread
    assert UnreadReason.NOT_INCLUDED is unread.reason


def test_slices_with_pods_are_enough(tmp_path: Path) -> None:
    """Where there are pods, no claims means that there are none; of namespaces and quotas it still says nothing."""
    source = read(tmp_path, a__yaml=f"{SLICE}---\n{POD}")
    assert source.list(kinds.RESOURCE_CLAIM).unread == ()
    assert source.list(kinds.RESOURCE_QUOTA).unread != ()


def test_namespaces_make_a_whole_cluster(tmp_path: Path) -> None:
    """A dump that holds Namespaces holds everything."""
    source = read(tmp_path, a__yaml=f"{SLICE}---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: ml}}\n")
    assert [kind.name for kind in kinds.KINDS if source.list(kind).unread] == []


def test_version_beside_the_dump(tmp_path: Path) -> None:
    """The ``version.json`` beside a dump tells the release and what is served."""
    version = {"server": {"gitVersion": "v1.36.1"}, "resource.k8s.io": {"versions": ["v1"], "resources": {"v1": ["resourceslices"]}}}
    written(tmp_path, version__json=json.dumps(version))
    server = read(tmp_path, a__yaml=SLICE).server_info()
    assert (
        server.git_version,
        server.resource_versions,
        server.served,
    ) == ("v1.36.1", ("v1",), {"resource.k8s.io/v1": ("resourceslices",)})


@pytest.mark.parametrize("key", ["serverVersion", "server"])
def test_version_of_kubectl(key: str) -> None:
    """What ``kubectl version -o json`` prints serves as ``version.json`` too; what was served then stays unknown."""
    server = parse_server_info(json.dumps({"clientVersion": {}, key: {"gitVersion": "v1.34.4"}}).encode(), where="version.json")
    assert (server.git_version, server.resource_versions) == ("v1.34.4", None)


BAD = {
    "the JSON ends in the middle of a value": slices_as_json("a")[:-20],
    "the JSON is malformed": b'{"apiVersion": v1}',
    "the JSON is nested too deeply": b'{"a":' * 100_000,
    "the gzip data is damaged or ends early": gzip.compress(SLICE.encode())[:-9],
    "the file is binary": b"\x7fELF\0\0\0",
    "the file is not UTF-8 text": b"a: \xff\xfe\xfd",
    "not YAML: key 'kind' stands twice": f"{SLICE}kind: Pod\n".encode(),
    "a list or a bare value stands where an object should": b"hello, world\n",
    "the object has no kind": b"apiVersion: v1\nmetadata: {name: a}\n",
    "the object has no kind; the file may be cut off": b"apiVersion: v1\nitems:\n- apiVersion: v1\n",
    "apiVersion, kind and metadata.name are not text": b"apiVersion: v1\nkind: Pod\nmetadata: {name: 3}\n",
    "here is only ConfigMap, and no object": b"apiVersion: v1\nkind: ConfigMap\n",
    "here is nothing, and no object": b"# only a comment\n",
    "the file is a Helm template": b"a: {{ .Values.a }}\nb: {{- if .x }}\n",
}


@pytest.mark.parametrize(("message", "content"), BAD.items(), ids=list(BAD))
def test_bad_files(tmp_path: Path, message: str, content: bytes) -> None:
    """A file that is not what it should be is refused with one sentence and its name."""
    with pytest.raises(Malformed) as caught:
        read(tmp_path, bad__yaml=content)
    assert caught.value.message.startswith(message)
    assert caught.value.where.startswith(f"{tmp_path}/bad.yaml")


def test_missing_file_names_the_nearest(tmp_path: Path) -> None:
    """A misspelt file is refused with the nearest name that is there."""
    written(tmp_path, cluster__yaml=SLICE)
    with pytest.raises(Unreadable, match=r"no such file or directory; the nearest name there is .*cluster\.yaml"):
        ManifestSource.read([str(tmp_path / "clutser.yaml")])


def test_folder_without_manifests(tmp_path: Path) -> None:
    """A folder that holds no manifest is refused."""
    with pytest.raises(Unreadable, match=r"no file ending in \.yaml, \.yml or \.json"):
        ManifestSource.read([str(tmp_path)])


def test_an_empty_list_is_an_answer(tmp_path: Path) -> None:
    """A List without items, as kubectl prints for a cluster that has none, is read as such."""
    assert names(read(tmp_path, a__yaml="apiVersion: v1\nkind: List\nitems: []\n")) == []


def test_halves_never_crash(tmp_path: Path) -> None:
    """A dump cut off anywhere is read or refused."""
    whole = slices_as_json("a", "b")
    for end in range(0, len(whole), 7):
        with contextlib.suppress(ClusterError):
            read(tmp_path, half__json=whole[:end])
