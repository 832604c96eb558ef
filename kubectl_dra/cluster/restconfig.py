"""A Kubeconfig, the flags and the environment → one RestConfig: to whom requests go, as whom, and how.

Followed here, rule by rule: client-go ``tools/clientcmd/client_config.go`` ``ClientConfig``, ``getCluster``, ``getAuthInfo`` and
``getContext``; ``validation.go`` ``validateClusterInfo`` and ``validateAuthInfo``; ``merged_client_builder.go``; ``rest/config.go``
``InClusterConfig``. Stricter than kubectl in one place: a context that names a cluster which is nowhere is an error here, where kubectl
goes on to ``http://localhost:8080``.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import msgspec

from kubectl_dra.cluster.errors import BadKubeconfig, CredentialFailed, MisusedOption, UnknownName
from kubectl_dra.cluster.kubeconfig import (
    AuthInfo,
    AuthProviderConfig,
    Cluster,
    Context,
    ExecConfig,
    Kubeconfig,
    decoded_data,
    load_kubeconfig,
    reason_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kubectl_dra.cluster.options import ConnectionOptions

EXEC_EXTENSION = "client.authentication.k8s.io/exec"
SERVICE_ACCOUNT_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount"
_IN_HOSTS = "-_.~!$&'()*+,;=:[]<>\"%"
"""What Go's ``url.Parse`` lets a host have beside letters and digits."""
_IN_LOGINS = "-._:~!$&'()*+,;=%@"
"""What it lets a user name and password have beside ASCII letters and digits."""
_NEVER_IN_PATHS = frozenset(' "<>\\^`{|}')
_HEXADECIMAL = frozenset("0123456789abcdefABCDEF")

_FALLBACK_SERVER = "http://localhost:8080"


class Impersonation(msgspec.Struct, frozen=True, kw_only=True):
    """Whom the server is asked to take us for."""

    user: str = ""
    uid: str = ""
    groups: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()


class RestConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What a connection is made from. Secrets are in it: it is never printed.

    ``server`` is ``scheme://host[:port][/path]`` without a slash at its end. Certificates and keys are PEM, None where there is none.
    ``timeout`` is seconds for one request, zero for none. ``exec_extension`` is what the cluster's entry holds for exec plugins.
    ``server_login`` is the user name and password that stood in the server's URL, which net/http sends before any other credential.
    ``is_default`` tells that nothing named a server.
    """

    server: str
    server_login: tuple[str, str] | None = None
    tls_server_name: str = ""
    insecure: bool = False
    certificate_authority: bytes | None = None
    client_certificate: bytes | None = None
    client_key: bytes | None = None
    token: str = ""
    token_file: str = ""
    username: str = ""
    password: str = ""
    exec: ExecConfig | None = None
    exec_extension: object = None
    auth_provider: AuthProviderConfig | None = None
    impersonation: Impersonation = Impersonation()
    proxy_url: str = ""
    disable_compression: bool = False
    timeout: float = 0.0
    namespace: str = "default"
    user_name: str = ""
    is_default: bool = False

    def __repr__(self) -> str:
        """The server alone: everything else may be secret."""
        return f"RestConfig({self.server!r})"

    @property
    def identifies_user(self) -> bool:
        """Whether anything says who asks. Follows ``canIdentifyUser``."""
        return bool(self.username or self.client_certificate or self.token or self.token_file or self.auth_provider or self.exec)


def resolve_connection(
    options: ConnectionOptions, environment: Mapping[str, str], service_account_folder: str = SERVICE_ACCOUNT_FOLDER
) -> RestConfig:
    """What kubectl would connect with, given the same flags, files and environment.

    Raises MisusedOption and UnknownName for flags, BadKubeconfig for files that contradict themselves, Unreadable and Malformed as
    ``load_kubeconfig``, CredentialFailed for a certificate or token file that cannot be read.
    """
    kubeconfig = load_kubeconfig(options.kubeconfig, environment)
    context = _context(kubeconfig, options)
    cluster = _cluster(kubeconfig, context, options, environment)
    user = _user(kubeconfig, context, options)
    user_name = context.user or ""
    _refuse_cluster(cluster, context.cluster or "")
    _refuse_user(user, user_name)
    in_cluster = _in_cluster(cluster, user, options, environment, service_account_folder)
    if in_cluster is not None:
        return in_cluster
    return _rest_config(cluster, user, context, options, environment)


def context_names(options: ConnectionOptions, environment: Mapping[str, str]) -> tuple[str, ...]:
    """The contexts of the kubeconfig files, in order. Raises Unreadable and Malformed as ``load_kubeconfig``."""
    return tuple(load_kubeconfig(options.kubeconfig, environment).contexts)


def _context(kubeconfig: Kubeconfig, options: ConnectionOptions) -> Context:
    name = options.context or kubeconfig.current_context
    found = kubeconfig.contexts.get(name)
    if found is None and options.context:
        raise _unknown("context", "--context", name, kubeconfig.contexts, kubeconfig)
    if found is None and name:
        raise BadKubeconfig(f"current-context {name!r} is no context of {_files(kubeconfig)}", where=_files(kubeconfig))
    found = found or Context()
    return Context(
        cluster=options.cluster or found.cluster, user=options.user or found.user, namespace=options.namespace_name() or found.namespace
    )


def _cluster(kubeconfig: Kubeconfig, context: Context, options: ConnectionOptions, environment: Mapping[str, str]) -> Cluster:
    found = kubeconfig.clusters.get(context.cluster or "")
    if found is None and options.cluster:
        raise _unknown("cluster", "--cluster", options.cluster, kubeconfig.clusters, kubeconfig)
    if found is None and context.cluster and not options.server:
        raise BadKubeconfig(f"cluster {context.cluster!r} is not in {_files(kubeconfig)}", where=_files(kubeconfig))
    found = found or Cluster()
    server = options.server or found.server or environment.get("KUBERNETES_MASTER") or _FALLBACK_SERVER
    overridden = options.insecure_skip_tls_verify or bool(options.certificate_authority)
    return Cluster(
        server=server,
        tls_server_name=options.tls_server_name if options.tls_server_name or options.server else found.tls_server_name,
        insecure_skip_tls_verify=options.insecure_skip_tls_verify if overridden else found.insecure_skip_tls_verify,
        certificate_authority=options.certificate_authority if overridden else found.certificate_authority,
        certificate_authority_data=None if overridden else found.certificate_authority_data,
        proxy_url=options.proxy_url or found.proxy_url,
        disable_compression=options.disable_compression or found.disable_compression,
        extensions=found.extensions,
    )


def _user(kubeconfig: Kubeconfig, context: Context, options: ConnectionOptions) -> AuthInfo:
    found = kubeconfig.users.get(context.user or "")
    if found is None and options.user:
        raise _unknown("user", "--user", options.user, kubeconfig.users, kubeconfig)
    found = found or AuthInfo()
    return msgspec.structs.replace(
        found,
        token=options.token or found.token,
        username=options.username or found.username,
        password=options.password or found.password,
        as_=options.as_ or found.as_,
        as_uid=options.as_uid or found.as_uid,
        as_groups=options.as_group or found.as_groups,
        as_user_extra=_merged_extra(found, options),
        client_certificate=options.client_certificate or found.client_certificate,
        client_certificate_data=None if options.client_certificate else found.client_certificate_data,
        client_key=options.client_key or found.client_key,
        client_key_data=None if options.client_key else found.client_key_data,
    )


def _merged_extra(found: AuthInfo, options: ConnectionOptions) -> dict[str, tuple[str | None, ...] | None]:
    """``--as-user-extra`` laid over the file's, key by key; an entry without ``=`` is passed over, as kubectl does."""
    typed: dict[str, tuple[str | None, ...]] = {}
    for entry in options.as_user_extra:
        key, equals, value = entry.partition("=")
        if equals:
            typed[key] = (*typed.get(key, ()), value)
    return {**(found.as_user_extra or {}), **typed}


def _unknown(noun: str, flag: str, name: str, known: Iterable[str], kubeconfig: Kubeconfig) -> UnknownName:
    import difflib  # noqa: PLC0415  (only ever needed on this way out)

    names = [entry for entry in known if entry]
    nearest = tuple(difflib.get_close_matches(name, names, n=3, cutoff=0.5))
    if nearest:
        hint = f"the nearest is {nearest[0]!r}"
    elif names:
        hint = f"it has {', '.join(sorted(names)[:5])}" + (f" and {len(names) - 5} more" if len(names) > 5 else "")  # noqa: PLR2004
    else:
        hint = f"it has no {noun}s"
    return UnknownName(f"{flag} {name}: no {noun} of that name in {_files(kubeconfig)}; {hint}", where=_files(kubeconfig), nearest=nearest)


def _files(kubeconfig: Kubeconfig) -> str:
    return ", ".join(kubeconfig.origins or kubeconfig.missing) or "the kubeconfig"


def _refuse_cluster(cluster: Cluster, name: str) -> None:
    """What ``validateClusterInfo`` and ``TLSConfigFor`` refuse."""
    if cluster.certificate_authority and cluster.certificate_authority_data:
        raise BadKubeconfig(f"cluster {name!r} has both certificate-authority and certificate-authority-data; only one is allowed")
    if cluster.proxy_url and not _is_proxy(cluster.proxy_url):
        raise BadKubeconfig(f"proxy-url of cluster {name!r} is not an http, https or socks5 URL")


def _is_proxy(url: str) -> bool:
    try:
        return _split_url(url)[0] in {"http", "https", "socks5"}
    except BadKubeconfig:
        return False


def _refuse_user(user: AuthInfo, name: str) -> None:
    """What ``validateAuthInfo`` refuses."""
    who = f"user {name!r}"
    if user.token and (user.username or user.password):
        raise BadKubeconfig(f"{who} has both a token and a user name with password; only one is allowed")
    if user.client_certificate or user.client_certificate_data:
        if user.client_certificate and user.client_certificate_data:
            raise BadKubeconfig(f"{who} has both client-certificate and client-certificate-data; only one is allowed")
        if user.client_key and user.client_key_data:
            raise BadKubeconfig(f"{who} has both client-key and client-key-data; only one is allowed")
        if not user.client_key and not user.client_key_data:
            raise BadKubeconfig(f"{who} has a client certificate and neither client-key nor client-key-data")
    if user.exec is not None:
        _refuse_exec(user.exec, who, has_auth_provider=user.auth_provider is not None)
    if (user.as_uid or user.as_groups or user.as_user_extra) and not user.as_:
        raise MisusedOption(f"{who} would impersonate a UID, groups or extra fields without a user to impersonate; --as names one")


def _refuse_exec(plugin: ExecConfig, who: str, *, has_auth_provider: bool) -> None:
    if has_auth_provider:
        raise BadKubeconfig(f"{who} has both exec and auth-provider; only one is allowed")
    if not plugin.command:
        raise BadKubeconfig(f"exec.command of {who} is empty")
    if not plugin.api_version:
        raise BadKubeconfig(f"exec.apiVersion of {who} is empty")
    if any(not (variable and variable.name) for variable in plugin.env or ()):
        raise BadKubeconfig(f"exec.env of {who} has a variable without a name")
    mode = plugin.interactive_mode
    if not mode and plugin.api_version not in {"client.authentication.k8s.io/v1beta1", "client.authentication.k8s.io/v1alpha1"}:
        raise BadKubeconfig(f"exec.interactiveMode of {who} is empty; it is one of Never, IfAvailable, Always")
    if mode and mode not in {"Never", "IfAvailable", "Always"}:
        raise BadKubeconfig(f"exec.interactiveMode of {who} is {mode!r}; it is one of Never, IfAvailable, Always")


def _rest_config(
    cluster: Cluster, user: AuthInfo, context: Context, options: ConnectionOptions, environment: Mapping[str, str]
) -> RestConfig:
    server, server_login = _server_url(cluster.server or "")
    config = RestConfig(
        server=server,
        server_login=server_login,
        impersonation=_impersonation(user),
        proxy_url=cluster.proxy_url or "",
        disable_compression=bool(cluster.disable_compression),
        timeout=options.timeout(),
        namespace=context.namespace or "default",
        user_name=context.user or "",
        is_default=server == _FALLBACK_SERVER and not environment.get("KUBERNETES_MASTER"),
    )
    if server.startswith("https://"):
        return _with_tls(config, cluster, user)
    # kubectl sends credentials over TLS only, and yet wants their files to be there
    _want_file(cluster.certificate_authority if not cluster.certificate_authority_data else None, "certificate-authority")
    _want_file(user.client_certificate, "client-certificate")
    if user.client_certificate:
        _want_file(user.client_key, "client-key")
    return config


def _want_file(path: str | None, field: str) -> None:
    """As ``validateClusterInfo`` and ``validateAuthInfo`` do: opened, not read, so that a folder will do."""
    if not path:
        return
    try:
        os.close(os.open(path, os.O_RDONLY))
    except (OSError, ValueError) as error:
        raise CredentialFailed(f"{field} file {path} cannot be read: {reason_of(error)}", where=path) from error


def _with_tls(config: RestConfig, cluster: Cluster, user: AuthInfo) -> RestConfig:
    if cluster.insecure_skip_tls_verify and (cluster.certificate_authority or cluster.certificate_authority_data):
        which = f"cluster of server {config.server}"
        raise BadKubeconfig(
            f"{which} has both a certificate authority and insecure-skip-tls-verify; only one is allowed", where=config.server
        )
    has_certificate = bool(user.client_certificate or user.client_certificate_data)
    extension = next((entry.extension for entry in cluster.extensions or () if entry and entry.name == EXEC_EXTENSION), None)
    return msgspec.structs.replace(
        config,
        tls_server_name=cluster.tls_server_name or "",
        insecure=bool(cluster.insecure_skip_tls_verify),
        certificate_authority=_authority(cluster),
        client_certificate=_pem(user.client_certificate_data, user.client_certificate, "client-certificate") if has_certificate else None,
        client_key=_pem(user.client_key_data, user.client_key, "client-key") if has_certificate else None,
        token=user.token or "",
        token_file=user.token_file or "",
        username=user.username or "",
        password=user.password or "",
        exec=user.exec,
        exec_extension=extension,
        auth_provider=user.auth_provider,
    )


def _authority_bytes(cluster: Cluster) -> bytes | None:
    return _pem(cluster.certificate_authority_data, cluster.certificate_authority, "certificate-authority")


def _authority(cluster: Cluster) -> bytes | None:
    authority = _authority_bytes(cluster)
    if authority is not None and b"-----BEGIN" not in authority:
        holds = "holds no PEM certificate" if authority.strip() else "is empty"
        raise BadKubeconfig(f"certificate-authority {holds}", where=cluster.certificate_authority or "")
    return authority


def _pem(data: str | None, path: str | None, field: str) -> bytes | None:
    """The bytes of ``FIELD-data``, else of the file. Messages name the field, never what it holds."""
    if data:
        return decoded_data(data)
    if not path:
        return None
    try:
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError) as error:
        raise CredentialFailed(f"{field} file {path} cannot be read: {reason_of(error)}", where=path) from error


def _impersonation(user: AuthInfo) -> Impersonation:
    if not user.as_:
        return Impersonation()
    extra = tuple((key, value or "") for key, values in (user.as_user_extra or {}).items() for value in values or ())
    said = (user.as_, user.as_uid or "", *(group or "" for group in user.as_groups or ()), *(value for _, value in extra))
    if any(character < " " or character == "\x7f" for text in said for character in text):
        raise BadKubeconfig("the user to impersonate has a control character, which no HTTP header can carry")
    return Impersonation(user=user.as_, uid=user.as_uid or "", groups=tuple(group or "" for group in user.as_groups or ()), extra=extra)


def _server_url(server: str) -> tuple[str, tuple[str, str] | None]:
    """``scheme://host[:port][/path]``, and the user name with password that stood in it.

    Without a scheme it is http, CA or no CA. Follows url_utils.go ``DefaultServerURL``.
    """
    server = _without_query(server)
    parts = _split_url(server)
    if not (parts[0] and parts[1]):
        parts = _split_url("http://" + server)
        if parts[2] not in {"", "/"}:
            raise BadKubeconfig(f"server {server!r} is not a URL or HOST:PORT", where=server)
    scheme, netloc, path = parts
    if scheme not in {"http", "https"} or not netloc:
        raise BadKubeconfig(f"server {server!r} is not an http or https URL", where=server)
    login, at, host = netloc.rpartition("@")
    username, _, password = login.partition(":")
    return urlunsplit((scheme, host, _escaped_path(path.rstrip("/")), "", "")), (unquote(username), unquote(password)) if at else None


def _without_query(server: str) -> str:
    """Follows ``ClientConfig``, which reads it by ``url.ParseRequestURI``: that knows no fragment, so that a # in a path belongs to it."""
    scheme, colon, behind = server.partition("?")[0].partition(":")
    slashes = "//" if behind.startswith("//") else ""
    host, slash, path = behind.removeprefix("//").partition("/") if slashes else ("", behind[:1], behind[1:])
    if not colon or slash != "/" or not path or "#" in host:
        return server
    return f"{scheme}:{slashes}{host}/{path.replace('#', '%23')}"


def _escaped_path(path: str) -> str:
    """The path as it is sent. Follows ``URL.EscapedPath``: as it was written where that is a path, else escaped anew."""
    if path.isascii() and not _NEVER_IN_PATHS.intersection(path):
        return path
    return quote(unquote(path), safe="/$&+,:;=@~-._")


def _split_url(url: str) -> tuple[str, str, str]:
    """Scheme, host with what belongs to it, and path. Raises BadKubeconfig for what ``url.Parse`` refuses."""
    shown = _without_login(url)
    if url.startswith(" ") or any(character < " " or character == "\x7f" for character in url):
        raise BadKubeconfig(f"server {shown!r} begins with a blank or has a control character", where=shown)
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise BadKubeconfig(f"server {shown!r} is not a URL: {error}", where=shown) from error
    login, at, _ = parts.netloc.rpartition("@")
    if at and not _is_login(login):
        raise BadKubeconfig(f"server {shown!r} has a character before its @ that no user name or password has there", where=shown)
    if not _is_host(parts.hostname or ""):
        raise BadKubeconfig(f"server {shown!r} has a character that no host name has", where=shown)
    return parts.scheme, parts.netloc if parts.hostname else "", parts.path


def _is_login(login: str) -> bool:
    """Whether Go takes it: its ``validUserinfo``, and escapes that are some."""
    fits = login.isascii() and all(character.isalnum() or character in _IN_LOGINS for character in login)
    return fits and all(len(part) > 1 and _HEXADECIMAL.issuperset(part[:2]) for part in login.split("%")[1:])


def _is_host(host: str) -> bool:
    """Whether Go takes it; a percent sign begins the zone of an IPv6 address and nothing else."""
    fits = all(not character.isascii() or character.isalnum() or character in _IN_HOSTS for character in host)
    return fits and ("%" not in host or ":" in host)


def _without_login(url: str) -> str:
    """A URL as it may be shown."""
    before, slashes, behind = url.partition("//")
    return before + slashes + behind.rpartition("@")[2]


def _in_cluster(
    cluster: Cluster, user: AuthInfo, options: ConnectionOptions, environment: Mapping[str, str], folder: str
) -> RestConfig | None:
    """The pod's own service account, where no kubeconfig says otherwise and the pod has one. Follows ``InClusterConfig``."""
    host, port = environment.get("KUBERNETES_SERVICE_HOST", ""), environment.get("KUBERNETES_SERVICE_PORT", "")
    token_file = os.path.join(folder, "token")
    default_server = environment.get("KUBERNETES_MASTER") or _FALLBACK_SERVER
    says_otherwise = cluster.server != default_server or cluster.proxy_url or cluster.disable_compression or user.as_
    if says_otherwise or not host or not port or not os.path.isfile(token_file):
        return None
    authority_file = options.certificate_authority or os.path.join(folder, "ca.crt")
    return RestConfig(
        server=f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}",
        certificate_authority=_pem(None, authority_file, "certificate-authority") if os.path.isfile(authority_file) else None,
        token=options.token,
        token_file="" if options.token else token_file,
        timeout=options.timeout(),
        namespace=options.namespace_name() or environment.get("POD_NAMESPACE") or _pod_namespace(folder) or "default",
        user_name="the pod's service account",
    )


def _pod_namespace(folder: str) -> str:
    try:
        with open(os.path.join(folder, "namespace"), encoding="utf-8") as file:
            return file.read().strip()
    except (OSError, ValueError):
        return ""
