"""A pod's own service account."""

from pathlib import Path

import pytest

from kubectl_dra.cluster.options import ConnectionOptions
from kubectl_dra.cluster.restconfig import RestConfig, resolve_connection

IN_A_POD = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443", "HOME": "/nonexistent"}


@pytest.fixture
def account(tmp_path: Path) -> Path:
    """What a pod finds at /var/run/secrets/kubernetes.io/serviceaccount."""
    (tmp_path / "token").write_text("t\n")
    (tmp_path / "ca.crt").write_text("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n")
    (tmp_path / "namespace").write_text("ml\n")
    return tmp_path


def resolved(account: Path, options: ConnectionOptions | None = None, **environment: str) -> RestConfig:
    """The connection from within the pod."""
    return resolve_connection(options or ConnectionOptions(), {**IN_A_POD, **environment}, str(account))


def test_the_service_account_is_used(account: Path) -> None:
    """Server, CA, token and namespace are the pod's."""
    config = resolved(account)
    assert (config.server, config.token_file, config.namespace) == ("https://10.0.0.1:443", str(account / "token"), "ml")
    assert config.certificate_authority is not None


def test_addresses_of_version_6_are_bracketed(account: Path) -> None:
    """As a URL needs it."""
    assert resolved(account, KUBERNETES_SERVICE_HOST="fd00::1").server == "https://[fd00::1]:443"


def test_pod_namespace_goes_before_the_file(account: Path) -> None:
    """POD_NAMESPACE, else the file; -n before both."""
    assert resolved(account, POD_NAMESPACE="lab").namespace == "lab"
    assert resolved(account, ConnectionOptions(namespace="x"), POD_NAMESPACE="lab").namespace == "x"


def test_a_kubeconfig_goes_before_the_pod(account: Path) -> None:
    """A kubeconfig that names a server is what is meant."""
    (account / "config").write_text('{"clusters": [{"name": "", "cluster": {"server": "http://192.0.2.1"}}]}')
    assert resolved(account, KUBECONFIG=str(account / "config")).server == "http://192.0.2.1"


def test_a_flag_goes_before_the_pod(account: Path) -> None:
    """--server is what is meant; --token goes with the pod's server."""
    assert resolved(account, ConnectionOptions(server="http://192.0.2.1")).server == "http://192.0.2.1"
    config = resolved(account, ConnectionOptions(token="t-flag"))
    assert (config.server, config.token, config.token_file) == ("https://10.0.0.1:443", "t-flag", "")


def test_outside_a_pod_the_default_is_local(account: Path) -> None:
    """Without the variables, kubectl looks at localhost, and so do we, and know it."""
    config = resolve_connection(ConnectionOptions(), {"HOME": "/nonexistent"}, str(account))
    assert (config.server, config.is_default) == ("http://localhost:8080", True)
