"""A folder → a small certificate authority for the tests, made by the openssl program."""

import base64
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

SERVER_NAMES = "IP:127.0.0.1,DNS:localhost,DNS:api.example.test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """Files of one folder, by name: ``ca``, ``server``, ``client``, ``second-client`` each ``.crt`` and ``.key``; ``other-ca.crt``."""

    folder: Path

    def path(self, name: str) -> Path:
        """The file called ``name``."""
        return self.folder / name

    def data(self, name: str) -> str:
        """The file as a kubeconfig holds it inline."""
        return base64.b64encode(self.path(name).read_bytes()).decode()


def make_certificates(folder: Path) -> Certificates:
    """Everything new; needs the openssl program."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not on PATH, so no certificates can be made")
    folder.mkdir(parents=True, exist_ok=True)
    for authority in ("ca", "other-ca"):
        _self_signed(folder, authority)
    _signed(folder, "server", f"subjectAltName={SERVER_NAMES}")
    for client in ("client", "second-client"):
        _signed(folder, client, "extendedKeyUsage=clientAuth")
    _openssl(folder, "ec", "-in", "client.key", "-out", "encrypted.key", "-aes256", "-passout", "pass:secret")
    return Certificates(folder=folder)


def _self_signed(folder: Path, name: str) -> None:
    _openssl(
        folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.crt",
    )  # fmt: skip


def _signed(folder: Path, name: str, extension: str) -> None:
    (folder / f"{name}.ext").write_text(extension)
    _openssl(
        folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr",
    )  # fmt: skip
    _openssl(
        folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
        "-extfile", f"{name}.ext", "-out", f"{name}.crt",
    )  # fmt: skip


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
