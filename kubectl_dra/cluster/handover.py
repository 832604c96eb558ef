"""A RestConfig → the transport that can carry it out: ours, kubectl, or ours with a credential from the ``kubernetes`` package.

What decides is what the kubeconfig asks for, never what happened to fail: a request is not tried again another way.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kubectl_dra.cluster.credentials import (
    Credential,
    FixedCredential,
    basic,
    bearer,
    certificate_of,
    credential_of,
    find_program,
    id_token_is_valid,
)
from kubectl_dra.cluster.errors import CredentialFailed, MisusedOption
from kubectl_dra.cluster.proxies import proxy_for
from kubectl_dra.cluster.transports import NativeTransport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kubectl_dra.cluster.http_trace import HttpTrace
    from kubectl_dra.cluster.options import ConnectionOptions
    from kubectl_dra.cluster.restconfig import RestConfig
    from kubectl_dra.cluster.transports import Transport

TRANSPORT_VARIABLE = "KUBECTL_DRA_TRANSPORT"
"""``native`` or ``kubectl``: which transport carries requests; chosen by what the kubeconfig asks for where it is not set."""


def transport_of(config: RestConfig, options: ConnectionOptions, environment: Mapping[str, str], trace: HttpTrace | None) -> Transport:
    """The transport for ``config``.

    Raises CredentialFailed where nothing that is installed can log in as the kubeconfig asks, MisusedOption for an unknown
    ``KUBECTL_DRA_TRANSPORT``.
    """
    wanted = environment.get(TRANSPORT_VARIABLE, "")
    if wanted not in {"", "native", "kubectl"}:
        raise MisusedOption(f"{TRANSPORT_VARIABLE}={wanted} is neither native nor kubectl")
    proxy = proxy_for(urlsplit(config.server), config.proxy_url, environment)
    is_proxied_by_tls = proxy is not None and proxy.scheme == "https"
    if wanted == "kubectl" or (not wanted and (is_proxied_by_tls or _needs_refresh(config))):
        kubectl = kubectl_program(environment)
        if kubectl is not None:
            from kubectl_dra.cluster.kubectl_transport import KubectlTransport  # noqa: PLC0415  (subprocess is 6 ms)

            return KubectlTransport(kubectl, options, config, environment)
        if wanted == "kubectl" or is_proxied_by_tls:
            why = f"{TRANSPORT_VARIABLE}=kubectl" if wanted else "a proxy that is reached over https"
            raise CredentialFailed(f"{why} needs kubectl, which is not on PATH")
    return NativeTransport(config, _credential(config, environment), environment, trace)


def kubectl_program(environment: Mapping[str, str]) -> str | None:
    """The kubectl that started us (KUBECTL_PATH, set since 1.37), else the one on PATH."""
    calling = environment.get("KUBECTL_PATH", "")
    return (find_program(calling, environment) if calling else None) or find_program("kubectl", environment)


def _logs_in_by_oidc(config: RestConfig) -> bool:
    """Whether the auth-provider gives the credential: a token of the kubeconfig or of ``--token`` goes before it, as in kubectl."""
    return config.auth_provider is not None and not (config.token or config.token_file or config.username or config.password)


def _needs_refresh(config: RestConfig) -> bool:
    settings = _oidc_settings(config)
    return _logs_in_by_oidc(config) and _valid_id_token(settings) is None


def _valid_id_token(settings: Mapping[str, str | None]) -> str | None:
    """The id-token that the kubeconfig has, where it is still good."""
    token = settings.get("id-token")
    return token if token and id_token_is_valid(token, time.time()) else None


def _oidc_settings(config: RestConfig) -> Mapping[str, str | None]:
    """What the auth-provider is told, also where a token goes before it; empty where there is none.

    Raises CredentialFailed for an auth-provider that kubectl has not, and for one that it would not start.
    """
    provider = config.auth_provider
    if provider is None:
        return {}
    if provider.name != "oidc":
        raise CredentialFailed(f"auth-provider {provider.name!r} of user {config.user_name!r} is none that kubectl has; oidc is")
    settings = provider.config or {}
    for field in ("idp-issuer-url", "client-id"):
        if not settings.get(field):
            raise CredentialFailed(f"auth-provider oidc of user {config.user_name!r} has no {field}")
    return settings


def _credential(config: RestConfig, environment: Mapping[str, str]) -> Credential:
    if config.server_login is not None:
        credential_of(config, environment)  # what kubectl refuses is refused, although nothing else of it is sent
        return FixedCredential(basic(*config.server_login), certificate_of(config))
    if not _logs_in_by_oidc(config):
        return credential_of(config, environment)
    token = _valid_id_token(_oidc_settings(config))
    if token is None:
        from kubectl_dra.cluster.oidc import refreshed_id_token  # noqa: PLC0415  (the kubernetes package is 0.5 s)

        token = refreshed_id_token(config)
    return FixedCredential(bearer(token), certificate_of(config))
