"""Which proxy stands between."""

from urllib.parse import urlsplit

import pytest

from kubectl_dra.cluster.errors import BadKubeconfig
from kubectl_dra.cluster.proxies import proxy_for

PROXY = {"HTTPS_PROXY": "http://proxy.test:3128"}


def name(server: str, proxy_url: str = "", **environment: str) -> str:
    """The proxy's name, empty for none."""
    proxy = proxy_for(urlsplit(server), proxy_url, environment)
    return proxy.name if proxy else ""


def test_a_proxy_variable_serves_its_scheme() -> None:
    """HTTPS_PROXY is for https, HTTP_PROXY for http; lower case counts where upper case is absent."""
    assert name("https://a.test", **PROXY) == "http://proxy.test:3128"
    assert name("http://a.test", **PROXY) == ""
    assert name("http://a.test", http_proxy="proxy.test") == "http://proxy.test:80"


@pytest.mark.parametrize("server", ["https://localhost", "https://127.0.0.1:6443", "https://[::1]", "https://127.8.8.8"])
def test_this_machine_needs_no_proxy(server: str) -> None:
    """Loopback is never proxied by variables, and is by proxy-url."""
    assert name(server, **PROXY) == ""
    assert name(server, "socks5://proxy.test") == "socks5://proxy.test:1080"


@pytest.mark.parametrize(
    ("no_proxy", "server"),
    [
        ("*", "https://a.test"),
        ("a.test", "https://a.test"),
        ("a.test", "https://b.a.test"),
        (".a.test", "https://b.a.test"),
        ("*.a.test", "https://b.a.test"),
        ("a.test:6443", "https://a.test:6443"),
        ("A.TEST", "https://a.test"),
        (" x, a.test", "https://a.test"),
        ("192.0.2.0/24", "https://192.0.2.9"),
        ("192.0.2.9", "https://192.0.2.9"),
        ("[2001:db8::1]:443", "https://[2001:db8::1]"),
        ("2001:db8::/32", "https://[2001:db8::1]"),
    ],
)
def test_no_proxy_names_hosts(no_proxy: str, server: str) -> None:
    """Domains, addresses, networks, each with a port or without."""
    assert name(server, **PROXY, NO_PROXY=no_proxy) == ""


@pytest.mark.parametrize(
    ("no_proxy", "server"),
    [
        (".a.test", "https://a.test"),
        ("a.test:1", "https://a.test"),
        ("test.a", "https://a.test"),
        ("a.test", "https://ba.test"),
        ("192.0.2.0/24", "https://198.51.100.1"),
        ("nonsense/99", "https://192.0.2.1"),
        (",", "https://a.test"),
    ],
)
def test_no_proxy_spares_no_others(no_proxy: str, server: str) -> None:
    """What NO_PROXY does not name is proxied."""
    assert name(server, **PROXY, NO_PROXY=no_proxy) == "http://proxy.test:3128"


@pytest.mark.parametrize("url", ["gopher://a", "http://", "http://a:x", "proxy.test"])
def test_a_proxy_url_that_is_none_is_refused(url: str) -> None:
    """Nothing goes past a proxy that was meant."""
    with pytest.raises(BadKubeconfig):
        name("https://a.test", url)


def test_the_password_is_not_shown() -> None:
    """A proxy's name and repr are without it."""
    proxy = proxy_for(urlsplit("https://a.test"), "http://jane:s3cret@proxy.test", {})
    assert proxy is not None
    assert "s3cret" not in f"{proxy!r}{proxy.name}"
    assert proxy.authorization() == "Basic amFuZTpzM2NyZXQ="
