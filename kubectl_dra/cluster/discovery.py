"""A way to get paths → what the server serves: its version, and which versions of resource.k8s.io with which kinds.

Kinds are asked for only where that decides something: lists are asked for in the newest version that can be read, and most servers have it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

import msgspec

from kubectl_dra.api.kinds import RESOURCE_GROUP
from kubectl_dra.apimachinery.decode import decode_json
from kubectl_dra.cluster.errors import NotServed, ServerFailed, ServerRefused, Unauthorized
from kubectl_dra.cluster.side_by_side import Read, run_side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable

_Struct = TypeVar("_Struct", bound=msgspec.Struct)

VERSION_PATH = "/version"
GROUP_PATH = f"/apis/{RESOURCE_GROUP}"


class _Version(msgspec.Struct, frozen=True):
    gitVersion: str = ""  # noqa: N815  (the API's name)


class _GroupVersion(msgspec.Struct, frozen=True):
    version: str = ""


class _Group(msgspec.Struct, frozen=True):
    versions: tuple[_GroupVersion, ...] = ()


class _Resource(msgspec.Struct, frozen=True):
    name: str = ""


class _ResourceList(msgspec.Struct, frozen=True):
    resources: tuple[_Resource, ...] | None = None


def server_version(get: Callable[[str], bytes]) -> str:
    """The server's ``gitVersion``; empty where the server does not tell it. Raises Unreachable, CredentialFailed and Unauthorized."""
    try:
        return _decoded(get(VERSION_PATH), _Version, VERSION_PATH).gitVersion
    except Unauthorized:
        raise
    except ServerRefused:
        return ""


def group_versions(get: Callable[[str], bytes]) -> tuple[str, ...] | None:
    """The versions of resource.k8s.io that the server serves, in its order; empty where the group is not served.

    None where the server does not tell, which is not to know. Raises Unreachable, CredentialFailed and Unauthorized.
    """
    try:
        group = _decoded(get(GROUP_PATH), _Group, GROUP_PATH)
    except NotServed:
        return ()
    except Unauthorized:
        raise
    except ServerRefused:
        return None
    return tuple(entry.version for entry in group.versions)


def served_resources(get: Callable[[str], bytes], versions: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """From ``resource.k8s.io/VERSION`` to the plural names that it serves; a version of which the server does not tell is left out.

    Raises Unreachable, CredentialFailed and Unauthorized.
    """
    reads = [Read(partial(_resources, get, version)) for version in versions]
    run_side_by_side(reads, len(reads))
    answers = zip(versions, (read.value() for read in reads), strict=True)
    return {f"{RESOURCE_GROUP}/{version}": names for version, names in answers if names is not None}


def _resources(get: Callable[[str], bytes], version: str) -> tuple[str, ...] | None:
    """The plural names of one version, None where the server does not tell."""
    path = f"{GROUP_PATH}/{version}"
    try:
        resources = _decoded(get(path), _ResourceList, path).resources or ()
    except Unauthorized:
        raise
    except ServerRefused:
        return None
    return tuple(resource.name for resource in resources if "/" not in resource.name)


def _decoded(body: bytes, struct: type[_Struct], path: str) -> _Struct:
    try:
        return decode_json(body, struct)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ServerFailed("the server's answer is not what the API has there", where=path, status=200) from error
