"""An OIDC ``auth-provider`` whose id-token has expired → a new id-token, from the ``kubernetes`` package, where there is no kubectl.

The package is given a copy of what the kubeconfig says and told to persist nothing: the user's file stays as it is. Left to itself it would
fetch the provider's metadata without checking any certificate where the kubeconfig names no CA; it is given the system's then.
"""

from __future__ import annotations

import ssl
import sys
import time
from typing import TYPE_CHECKING

from kubectl_dra.cluster.credentials import id_token_is_valid, without_control_characters
from kubectl_dra.cluster.errors import CredentialFailed

if TYPE_CHECKING:
    from kubectl_dra.cluster.restconfig import RestConfig

_EXPIRED_TOKEN = "e30.eyJleHAiOjF9.e30"  # noqa: S105  (a JWT that says only that it expired in 1970; it makes the package refresh)


def refreshed_id_token(config: RestConfig) -> str:
    """A new id-token, fetched with the refresh-token of the kubeconfig.

    Raises CredentialFailed where the package is not installed, or the provider gives none.
    """
    provider = config.auth_provider
    settings = {name: value for name, value in ((provider and provider.config) or {}).items() if value}
    who = f"auth-provider oidc of user {config.user_name!r}"
    if not settings.get("refresh-token"):
        raise CredentialFailed(f"{who} has no valid id-token, and no refresh-token to get one with; log in with your provider's tool again")
    if sys.modules.get("typing_extensions", True) is None:
        del sys.modules["typing_extensions"]  # cli bars it for the sake of a quick start
    try:
        from kubernetes.config import kube_config  # noqa: PLC0415  (0.5 s)
    except ImportError:
        raise CredentialFailed(
            f"{who} has an expired id-token; kubectl on PATH, or the kubernetes package, is needed to refresh it"
        ) from None
    settings = {"id-token": _EXPIRED_TOKEN, "client-secret": "", **_with_authority(settings)}
    document = {
        "clusters": [{"name": "c", "cluster": {"server": config.server}}],
        "users": [{"name": "u", "user": {"auth-provider": {"name": "oidc", "config": settings}}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    loader = kube_config.KubeConfigLoader(config_dict=document, config_persister=None)  # type: ignore[no-untyped-call]  # it has no types
    node = kube_config.ConfigNode("auth-provider", document["users"][0]["user"]["auth-provider"])  # type: ignore[index, no-untyped-call]
    try:
        # the public way would write certificates into files as well
        loader._load_oid_token(node)  # type: ignore[no-untyped-call]  # noqa: SLF001
    except Exception as error:  # oauthlib, requests, urllib3 and KeyError, each with words of its own
        raise CredentialFailed(f"{who} cannot refresh its id-token: {_words(error)}") from error
    token = str(settings["id-token"])
    if token == _EXPIRED_TOKEN or not id_token_is_valid(token, time.time()):
        raise CredentialFailed(f"{who} cannot refresh its id-token: {settings['idp-issuer-url']} gave none that is valid")
    return token


def _with_authority(settings: dict[str, str]) -> dict[str, str]:
    if "idp-certificate-authority" in settings or "idp-certificate-authority-data" in settings:
        return settings
    paths = ssl.get_default_verify_paths()
    bundle = paths.cafile or paths.openssl_cafile
    return {**settings, "idp-certificate-authority": bundle}


def _words(error: Exception) -> str:
    """The error's own words on one line; secrets travel in bodies and headers, which these never quote."""
    return without_control_characters(" ".join(f"{type(error).__name__} {error}".split()))[:300]
