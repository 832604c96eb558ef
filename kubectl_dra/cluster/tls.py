"""A RestConfig and a client certificate → an SSLContext that accepts what kubectl's would.

Followed here: client-go ``transport/transport.go`` ``TLSConfigFor``. As in Go: a CA that is given is the only one trusted; any certificate
given as CA is trusted by itself, self-signed or not; the common name counts for nothing; nothing older than TLS 1.2.
"""

from __future__ import annotations

import contextlib
import os
import ssl
from typing import TYPE_CHECKING

from kubectl_dra.cluster.errors import BadKubeconfig, CredentialFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.cluster.credentials import Certificate
    from kubectl_dra.cluster.restconfig import RestConfig


def tls_context(config: RestConfig, certificate: Certificate | None) -> ssl.SSLContext:
    """The context for connections to the server. Raises BadKubeconfig and CredentialFailed for certificates that are none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.hostname_checks_common_name = False
    context.set_alpn_protocols(["http/1.1"])
    if config.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif config.certificate_authority is None:
        context.load_default_certs()
    else:
        _trust(context, config.certificate_authority)
    if certificate is not None:
        _present(context, certificate)
    return context


def _trust(context: ssl.SSLContext, authority: bytes) -> None:
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(cadata=_certificates_alone(authority))
    except (ssl.SSLError, ValueError) as error:
        raise BadKubeconfig("certificate-authority holds no certificate that can be read") from error


def _certificates_alone(pem: bytes) -> str:
    """The CERTIFICATE blocks; OpenSSL stumbles over text and keys between them, which Go passes over."""
    text = pem.decode("latin-1")
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    blocks = (part.partition(end) for part in text.split(begin)[1:])
    return "\n".join(f"{begin}{body}{end}" for body, closing, _ in blocks if closing).encode("ascii", "replace").decode()


def _present(context: ssl.SSLContext, certificate: Certificate) -> None:
    with _as_file(certificate.chain) as chain, _as_file(certificate.key) as key:
        try:
            # an encrypted key must fail, as it does in Go, and not ask at the terminal
            context.load_cert_chain(chain, key, password=b"")
        except (ssl.SSLError, OSError, ValueError) as error:
            reason = getattr(error, "reason", "") or "not PEM"
            words = str(reason).lower().replace("_", " ")
            raise CredentialFailed(f"client certificate and key cannot be used: {words}") from error


@contextlib.contextmanager
def _as_file(content: bytes) -> Iterator[str]:
    """A path under which ``content`` can be read once, for OpenSSL takes keys from files only.

    The file has no name by the time it has content: on Linux it is in memory, on other Unixes it has been removed already, so that
    nothing is left whenever the program ends. On Windows it is readable by its owner alone, and gone before this returns.
    """
    if hasattr(os, "memfd_create"):
        with open(os.memfd_create("client-certificate", os.MFD_CLOEXEC), "wb+", buffering=0) as file:
            file.write(content)
            file.seek(0)
            yield f"/dev/fd/{file.fileno()}"
        return
    import tempfile  # noqa: PLC0415  (not on Linux)

    if os.name == "nt":
        number, path = tempfile.mkstemp()
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content)
            yield path
        finally:
            os.unlink(path)
        return
    with tempfile.TemporaryFile(buffering=0) as file:
        file.write(content)
        file.seek(0)
        yield f"/dev/fd/{file.fileno()}"
