"""kubeconfig files → one Kubeconfig, merged as kubectl merges them.

Followed here: client-go ``tools/clientcmd/loader.go`` ``Load`` and ``ResolveLocalPaths``, ``merge.go`` ``merge``, ``api/v1/types.go`` and
``conversion.go``. The first file that names a cluster, a user or a context gives all of it; the first file with a ``current-context`` gives
that; relative paths are relative to the file they stand in; a file that is not there counts only where it was named by ``--kubeconfig``.
"""

from __future__ import annotations

import binascii
import os
from typing import TYPE_CHECKING, TypeVar

import msgspec

from kubectl_dra.apimachinery.plain_yaml import load_plain
from kubectl_dra.cluster.errors import BadKubeconfig, Malformed, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_Entry = TypeVar("_Entry")

KUBECONFIG_VARIABLE = "KUBECONFIG"

_LARGEST = 64 << 20
"""Bytes; kubeconfig files of whole fleets have a few, and a device file has no end."""


class Cluster(msgspec.Struct, frozen=True, rename="kebab"):
    """How a server is reached and known."""

    server: str | None = None
    tls_server_name: str | None = None
    insecure_skip_tls_verify: bool | None = None
    certificate_authority: str | None = None
    certificate_authority_data: str | None = None
    proxy_url: str | None = None
    disable_compression: bool | None = None
    extensions: tuple[NamedExtension | None, ...] | None = None


class ExecEnvVar(msgspec.Struct, frozen=True):
    """A variable for an exec plugin."""

    name: str | None = None
    value: str | None = None


class ExecConfig(msgspec.Struct, frozen=True, rename="camel"):
    """A program that prints a credential."""

    command: str | None = None
    args: tuple[str | None, ...] | None = None
    env: tuple[ExecEnvVar | None, ...] | None = None
    api_version: str | None = None
    install_hint: str | None = None
    provide_cluster_info: bool | None = None
    interactive_mode: str | None = None


class AuthProviderConfig(msgspec.Struct, frozen=True):
    """A way to log in that is built into kubectl; ``oidc`` is the one that is left."""

    name: str | None = None
    config: dict[str, str | None] | None = None


class AuthInfo(msgspec.Struct, frozen=True, rename="kebab"):
    """Who asks, and how that is proved."""

    client_certificate: str | None = None
    client_certificate_data: str | None = None
    client_key: str | None = None
    client_key_data: str | None = None
    token: str | None = None
    token_file: str | None = msgspec.field(default=None, name="tokenFile")
    as_: str | None = msgspec.field(default=None, name="as")
    as_uid: str | None = None
    as_groups: tuple[str | None, ...] | None = None
    as_user_extra: dict[str, tuple[str | None, ...] | None] | None = None
    username: str | None = None
    password: str | None = None
    auth_provider: AuthProviderConfig | None = None
    exec: ExecConfig | None = None
    extensions: tuple[NamedExtension | None, ...] | None = None


class Context(msgspec.Struct, frozen=True):
    """A cluster, a user and a namespace that go together."""

    cluster: str | None = None
    user: str | None = None
    namespace: str | None = None
    extensions: tuple[NamedExtension | None, ...] | None = None


class NamedExtension(msgspec.Struct, frozen=True):
    """What another program keeps in the file."""

    name: str | None = None
    extension: object = None


class NamedCluster(msgspec.Struct, frozen=True):
    """An entry of ``clusters``."""

    name: str | None = None
    cluster: Cluster | None = None


class NamedAuthInfo(msgspec.Struct, frozen=True):
    """An entry of ``users``."""

    name: str | None = None
    user: AuthInfo | None = None


class NamedContext(msgspec.Struct, frozen=True):
    """An entry of ``contexts``."""

    name: str | None = None
    context: Context | None = None


class ConfigFile(msgspec.Struct, frozen=True, rename="kebab"):
    """One kubeconfig file."""

    kind: str | None = None
    api_version: str | None = msgspec.field(default=None, name="apiVersion")
    clusters: tuple[NamedCluster | None, ...] | None = None
    users: tuple[NamedAuthInfo | None, ...] | None = None
    contexts: tuple[NamedContext | None, ...] | None = None
    current_context: str | None = None


class Kubeconfig(msgspec.Struct, frozen=True, kw_only=True):
    """All files merged, paths made absolute.

    ``origins`` are the files that were read; ``missing`` those that were looked for and are not there.
    """

    clusters: dict[str, Cluster]
    users: dict[str, AuthInfo]
    contexts: dict[str, Context]
    current_context: str
    origins: tuple[str, ...]
    missing: tuple[str, ...]


def load_kubeconfig(explicit_path: str, environment: Mapping[str, str]) -> Kubeconfig:
    """The files that kubectl would read, merged.

    Raises Unreadable for a file that is there and cannot be read (with ``explicit_path``: also for one that is not there), Malformed for
    one that is not a kubeconfig, with line and column where the text itself is at fault.
    """
    paths = [explicit_path] if explicit_path else _default_paths(environment)
    files: list[tuple[str, ConfigFile]] = []
    missing = []
    for path in dict.fromkeys(path for path in paths if path):
        content = _read(path)
        if content is not None:
            files.append((path, parse_kubeconfig(content, path)))
        elif explicit_path:
            raise Unreadable(f"kubeconfig file {path} does not exist", where=path)
        else:
            missing.append(path)
    return _merge(files, tuple(missing))


def parse_kubeconfig(content: bytes, path: str) -> ConfigFile:
    """One file's bytes, typed. Raises Malformed; no value of the file appears in the message, for it may be a key."""
    values = _plain_values(content, path)
    if values is None:
        return ConfigFile()
    if not isinstance(values, dict):
        raise Malformed(f"{path} is not a kubeconfig: the file holds {_shape(values)} where a mapping is needed", where=path)
    try:
        config = msgspec.convert(values, ConfigFile)
    except msgspec.ValidationError as error:
        problem, _, field_path = str(error).partition(" - at `$")
        field = field_path.rstrip("`").lstrip(".")
        raise Malformed(f"{path} is not a kubeconfig: {field}: {problem[:1].lower()}{problem[1:]}", where=path) from None
    _refuse_data(config, path)
    if (config.kind or "Config") != "Config" or (config.api_version or "v1") != "v1":
        raise Malformed(f"{path} is not a kubeconfig: kind {config.kind or 'Config'} of version {config.api_version or 'v1'}", where=path)
    return config


def _default_paths(environment: Mapping[str, str]) -> list[str]:
    listed = environment.get(KUBECONFIG_VARIABLE, "")
    if listed:
        return listed.split(os.pathsep)
    return [os.path.join(_home(environment), ".kube", "config")]


def _home(environment: Mapping[str, str]) -> str:
    """The folder that ``homedir.HomeDir`` finds; without HOME, kubectl looks in the current folder, and so do we."""
    if os.name == "nt":
        return (
            environment.get("HOME")
            or environment.get("HOMEDRIVE", "") + environment.get("HOMEPATH", "")
            or environment.get("USERPROFILE", "")
        )
    return environment.get("HOME", "")


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            content = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise Unreadable(f"kubeconfig file {path} cannot be read: {reason_of(error)}", where=path) from error
    if len(content) > _LARGEST:
        raise Unreadable(f"kubeconfig file {path} is larger than {_LARGEST >> 20} MB", where=path)
    return content


def reason_of(error: Exception) -> str:
    """The operating system's own words, without number and file name."""
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return words[:1].lower() + words[1:]


def _plain_values(content: bytes, path: str) -> object:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Malformed(f"{path} is not a kubeconfig: the file is not UTF-8 text", where=path, line=line) from None
    plain = load_plain(text)
    return _read_with_care(text, path) if plain is None else plain


def _read_with_care(text: str, path: str) -> object:
    from kubectl_dra.apimachinery.yaml_values import YamlError, load_first_yaml  # noqa: PLC0415  (PyYAML is 17 ms)

    try:
        document = load_first_yaml(text)
    except YamlError as error:
        raise Malformed(f"{path} is not a kubeconfig: {_without_values(error)}", where=path, line=error.line, column=error.column) from None
    return document.value if document else None


def _without_values(error: ValueError) -> str:
    """What is wrong with the text; quoted text is left out, for it may be a key."""
    return "".join(part if index % 2 == 0 else "…" for index, part in enumerate(str(error).split("'")))


def _refuse_data(config: ConfigFile, path: str) -> None:
    """Raises Malformed for ``…-data`` that is not base64, in whatever entry it stands."""
    clusters = [(f"clusters[{index}].cluster", entry.cluster) for index, entry in enumerate(config.clusters or ()) if entry]
    users = [(f"users[{index}].user", entry.user) for index, entry in enumerate(config.users or ()) if entry]
    fields = [(f"{place}.certificate-authority-data", cluster.certificate_authority_data) for place, cluster in clusters if cluster]
    for place, user in users:
        if user is not None:
            fields += [
                (f"{place}.client-certificate-data", user.client_certificate_data),
                (f"{place}.client-key-data", user.client_key_data),
            ]
    for field, data in fields:
        if decoded_data(data) is None:
            raise Malformed(f"{path} is not a kubeconfig: {field} is not base64", where=path)


def decoded_data(data: str | None) -> bytes | None:
    """The bytes of a ``…-data`` field, empty where there is none; None where it is not base64. Follows Go's ``StdEncoding``."""
    try:
        return binascii.a2b_base64((data or "").replace("\n", "").replace("\r", ""), strict_mode=True)
    except ValueError:
        return None


def _shape(value: object) -> str:
    return {list: "a list", str: "a text", bool: "true or false"}.get(type(value), "a number")


def _merge(files: list[tuple[str, ConfigFile]], missing: tuple[str, ...]) -> Kubeconfig:
    clusters: dict[str, Cluster] = {}
    users: dict[str, AuthInfo] = {}
    contexts: dict[str, Context] = {}
    current_context = ""
    for path, config in files:
        folder = os.path.dirname(os.path.abspath(path))
        for name, cluster in _unique(((entry.name, entry.cluster) for entry in config.clusters or () if entry), "clusters", path):
            clusters.setdefault(name, _cluster_with_paths(cluster or Cluster(), folder))
        for name, user in _unique(((entry.name, entry.user) for entry in config.users or () if entry), "users", path):
            users.setdefault(name, _user_with_paths(user or AuthInfo(), folder))
        for name, context in _unique(((entry.name, entry.context) for entry in config.contexts or () if entry), "contexts", path):
            contexts.setdefault(name, context or Context())
        current_context = current_context or config.current_context or ""
    origins = tuple(path for path, _ in files)
    return Kubeconfig(clusters=clusters, users=users, contexts=contexts, current_context=current_context, origins=origins, missing=missing)


def _unique(entries: Iterable[tuple[str | None, _Entry]], section: str, path: str) -> list[tuple[str, _Entry]]:
    seen: set[str] = set()
    named = []
    for raw_name, entry in entries:
        name = raw_name or ""
        if name in seen:
            raise BadKubeconfig(f"{path} has two entries named {name!r} in {section}", where=path)
        seen.add(name)
        named.append((name, entry))
    return named


def _absolute(path: str | None, folder: str) -> str | None:
    return os.path.normpath(os.path.join(folder, path)) if path and not os.path.isabs(path) else path


def _cluster_with_paths(cluster: Cluster, folder: str) -> Cluster:
    return msgspec.structs.replace(cluster, certificate_authority=_absolute(cluster.certificate_authority, folder))


def _user_with_paths(user: AuthInfo, folder: str) -> AuthInfo:
    plugin = user.exec
    if plugin and plugin.command and os.sep in plugin.command:
        plugin = msgspec.structs.replace(plugin, command=_absolute(plugin.command, folder))
    return msgspec.structs.replace(
        user,
        client_certificate=_absolute(user.client_certificate, folder),
        client_key=_absolute(user.client_key, folder),
        token_file=_absolute(user.token_file, folder),
        exec=plugin,
    )
