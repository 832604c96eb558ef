"""The table: how a cluster is named and who asks, each case run by kubectl and by us.

``$server``, ``$ca`` and so on stand for what the world of the test has: see ``world.py``. A case says nothing of the outcome, for kubectl
does; ``says`` is what our sentence must contain where both fail, and ``differs`` why we do otherwise where we do.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Files, flags and environment of one connection."""

    name: str
    files: dict[str, str]
    flags: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    says: str = ""
    differs: str = ""
    through: str = ""
    """``connect``, ``socks`` or ``issuer``: what else must see the same from both."""


def kubeconfig(cluster: str = "", user: str = "token: t-config", context: str = "", *, server: str = "$server", ca: str = "$ca") -> str:
    """The smallest kubeconfig, with flow-style fields added to its cluster, its user, its context."""
    authority = f", certificate-authority: {ca}" if ca else ""
    return f"""apiVersion: v1
kind: Config
clusters: [{{name: c, cluster: {{server: "{server}"{authority}{", " + cluster if cluster else ""}}}}}]
users: [{{name: u, user: {{{user}}}}}]
contexts: [{{name: x, context: {{cluster: c, user: u{", " + context if context else ""}}}}}]
current-context: x
"""


def one(
    name: str, text: str, *flags: str, environment: dict[str, str] | None = None, says: str = "", differs: str = "", through: str = ""
) -> Case:
    """A case of one file, found at ``~/.kube/config``."""
    return Case(
        name=name,
        files={"home/.kube/config": text},
        flags=flags,
        environment=environment or {},
        says=says,
        differs=differs,
        through=through,
    )


def plugin(fields: str = "", version: str = "v1", command: str = "$home/login", mode: str = "Never") -> str:
    """A user who logs in by an exec plugin."""
    interactive = f", interactiveMode: {mode}" if mode else ""
    more = f", {fields}" if fields else ""
    return f"exec: {{apiVersion: client.authentication.k8s.io/{version}, command: {command}{interactive}{more}}}"


def prints(variable: str) -> str:
    """``exec.env`` with what the plugin prints; ``variable`` names it in the world."""
    return f"env: [{{name: PRINTS, value: '{variable}'}}]"


TWO_CONTEXTS = """
clusters:
- {name: first, cluster: {server: "$server", certificate-authority: $ca}}
- {name: second, cluster: {server: "$server2", certificate-authority: $ca}}
users:
- {name: anna, user: {token: t-anna}}
- {name: ben, user: {token: t-ben}}
contexts:
- {name: one, context: {cluster: first, user: anna}}
- {name: two, context: {cluster: second, user: ben, namespace: lab}}
current-context: one
"""
ONLY_FIRST = 'clusters: [{name: c, cluster: {server: "$server", certificate-authority: $ca}}]\nusers: [{name: u, user: {token: t-first}}]\n'
ONLY_SECOND = (
    'clusters: [{name: c, cluster: {server: "$server2", certificate-authority: $ca}}]\nusers: [{name: u, user: {token: t-second}}]\n'
    "contexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\n"
)
OIDC = (
    "auth-provider: {name: oidc, config: {idp-issuer-url: $issuer, client-id: dra, client-secret: s, "
    "idp-certificate-authority: $ca, refresh-token: first-refresh-token, id-token: %s}}"
)

MERGING = (
    one("a token", kubeconfig()),
    one("an empty file", "", says="refuses the connection"),
    Case(name="no home", files={}, environment={"HOME": ""}, says="refuses the connection"),
    one("a context by flag", TWO_CONTEXTS, "--context=two"),
    one("a context that is not there", TWO_CONTEXTS, "--context=tow", says="the nearest is 'two'"),
    one("a current-context that is not there", kubeconfig().replace("current-context: x", "current-context: away"), says="'away' is no"),
    one("a cluster by flag", TWO_CONTEXTS, "--cluster=second"),
    one("a cluster that is not there", TWO_CONTEXTS, "--cluster=third", says="--cluster third"),
    one("a user by flag", TWO_CONTEXTS, "--user=ben"),
    one("a user that is not there", TWO_CONTEXTS, "--user=carl", says="--user carl"),
    Case(
        name="two files, the first entry wins whole",
        files={"a": ONLY_FIRST, "b": ONLY_SECOND},
        environment={"KUBECONFIG": "$folder/a:$folder/b"},
    ),
    Case(
        name="two files, the other way round",
        files={"a": ONLY_SECOND, "b": ONLY_FIRST},
        environment={"KUBECONFIG": "$folder/a:$folder/b"},
    ),
    Case(
        name="two current-contexts, the first wins",
        files={"a": TWO_CONTEXTS, "b": TWO_CONTEXTS.replace("current-context: one", "current-context: two")},
        environment={"KUBECONFIG": "$folder/b:$folder/a"},
    ),
    Case(
        name="empty and missing names in KUBECONFIG",
        files={"a": kubeconfig()},
        environment={"KUBECONFIG": ":$folder/missing:$folder/a:$folder/a:"},
    ),
    Case(name="--kubeconfig goes before KUBECONFIG", files={"a": ONLY_SECOND, "b": kubeconfig()}, flags=("--kubeconfig=$folder/b",),
         environment={"KUBECONFIG": "$folder/a"}),
    Case(name="--kubeconfig that is not there", files={}, flags=("--kubeconfig=$folder/none",), says="does not exist"),
    Case(name="--kubeconfig that is a folder", files={}, flags=("--kubeconfig=$folder",), says="cannot be read"),
    Case(name="relative paths are the file's", files={"sub/config": kubeconfig(ca="../pki/ca.crt"), "pki/ca.crt": "$ca_text"},
         flags=("--kubeconfig=sub/config",)),
    one("JSON", '{"clusters":[{"name":"c","cluster":{"server":"$server","certificate-authority":"$ca"}}],"users":[{"name":"u","user":'
        '{"token":"t-json"}}],"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x"}'),
    one("a list in place of a mapping", "- a\n- b\n", says="a list where a mapping is needed"),
    one("not YAML", "clusters: [\n", says="is not a kubeconfig"),
    one("another kind", "apiVersion: v1\nkind: Pod\n", says="kind Pod"),
    one("a number for a token", kubeconfig(user="token: 12345"), says="users[0].user.token"),
    one("unknown fields", kubeconfig(user="token: t, colour: red", cluster="shape: round") + "more: stuff\n"),
    one("nulls", kubeconfig(user="token: t, as: null, exec: null", cluster="proxy-url: null, extensions: null")),
    one("two entries of one name", kubeconfig().replace("users: [", "users: [{name: u, user: {}}, "), says="two entries named 'u'"),
    one("a user that is nowhere", kubeconfig().replace("user: u", "user: v"), says="'v' has no credential"),
    one("a cluster that is nowhere", kubeconfig().replace("cluster: c,", "cluster: d,"), says="cluster 'd' is not in",
        differs="kubectl goes on to http://localhost:8080, which nobody means"),
    one("a name that YAML takes for a truth", kubeconfig().replace("current-context: x", "current-context: y"), says="current-context"),
    one("--server", kubeconfig(), "--server=$server2"),
    one("a server without scheme", kubeconfig(server="127.0.0.1:$port")),
    one("a server with a path", kubeconfig(server="$server/k8s/clusters/c-1/")),
    one("a server with query and fragment", kubeconfig(server="$server/k8s?a=b#c")),
    one("a server whose path has letters beyond ASCII", kubeconfig(server="$server/k8\u00e9s/clusters")),
    one("a server with a fragment behind its path", kubeconfig(server="$server/k8s#c")),
    one("a server with a fragment behind its host", kubeconfig(server="$server#c")),
    one("a server whose path has a blank", kubeconfig(server="$server/k8s/ clusters")),
    one("a server with a blank in its host", kubeconfig(server="https://127.0. 0.1:$port"), says="no host name has"),
    one("a server with a percent sign in its host", kubeconfig(server="https://127.0.0.1%:$port"), says="no host name has"),
    one("a proxy with a blank in its password", kubeconfig(cluster="proxy-url: 'http://jane:s cret@127.0.0.1:1'"), says="proxy-url of"),
    one("a plugin of an unknown version beside a token", kubeconfig(user=f"token: t-config, {plugin(version='v1alpha1')}"),
        says="exec.apiVersion"),
    one("an auth-provider without client-id beside a token", kubeconfig(
        user="token: t-config, auth-provider: {name: oidc, config: {idp-issuer-url: $issuer}}"), says="client-id"),
    one("a login in the server's URL", kubeconfig(user="{}", server="https://jane:s%40cret@127.0.0.1:$port")),
    one("a login in the server's URL and a token", kubeconfig(server="https://jane:s%40cret@127.0.0.1:$port")),
    one("a name alone in the server's URL", kubeconfig(server="https://jane@127.0.0.1:$port")),
    one("a login in the URL of a server without TLS", kubeconfig(server="http://jane:s%40cret@127.0.0.1:$plain_port", ca="")),
    one("a server that is no URL", kubeconfig(server="ftp://127.0.0.1"), says="server"),
    one("http gets no credential", kubeconfig(server="$plain", ca="")),
    one("http gets no password", kubeconfig(server="$plain", ca="", user="username: a, password: b")),
    one("KUBERNETES_MASTER", "", environment={"KUBERNETES_MASTER": "$plain"}),
)  # fmt: skip

CREDENTIALS = (
    one("--token", kubeconfig(), "--token=t-flag"),
    one("a token with space around it", kubeconfig(user='token: " t "'), differs="kubectl sends the space on, which no server accepts"),
    one("a token file", kubeconfig(user="tokenFile: $home/token")),
    one("a token file beside a token", kubeconfig(user="tokenFile: $home/token, token: t-config")),
    one("a missing token file beside a token", kubeconfig(user="tokenFile: $home/none, token: t-config")),
    one("a missing token file", kubeconfig(user="tokenFile: $home/none"), says="tokenFile"),
    one("an empty token file", kubeconfig(user="tokenFile: $home/empty"), says="is empty"),
    one("--token beside a token file", kubeconfig(user="tokenFile: $home/token"), "--token=t-flag"),
    one("basic", kubeconfig(user="username: jane, password: p")),
    one("basic by flags", kubeconfig(user=""), "--username=jane", "--password=p"),
    one("basic and token", kubeconfig(user="username: jane, password: p, token: t"), says="only one is allowed"),
    one("certificate files", kubeconfig(user="client-certificate: $pki/client.crt, client-key: $pki/client.key")),
    one("certificate data", kubeconfig(user="client-certificate-data: $client_crt, client-key-data: $client_key")),
    one("certificate and token", kubeconfig(user="token: t, client-certificate: $pki/client.crt, client-key: $pki/client.key")),
    one("certificate by flags", kubeconfig(), "--client-certificate=$pki/second-client.crt", "--client-key=$pki/second-client.key"),
    one("certificate by flags over data", kubeconfig(user="client-certificate-data: $client_crt, client-key-data: $client_key"),
        "--client-certificate=$pki/second-client.crt", "--client-key=$pki/second-client.key"),
    one("certificate file and data", kubeconfig(user="client-certificate: $pki/client.crt, client-certificate-data: $client_crt, "
        "client-key: $pki/client.key"), says="only one is allowed"),
    one("a certificate without key", kubeconfig(user="client-certificate: $pki/client.crt"), says="neither client-key"),
    one("a missing certificate", kubeconfig(user="client-certificate: $pki/no.crt, client-key: $pki/client.key"), says="cannot be read"),
    one("another's key", kubeconfig(user="client-certificate: $pki/client.crt, client-key: $pki/second-client.key"), says="cannot be used"),
    one("an encrypted key", kubeconfig(user="client-certificate: $pki/client.crt, client-key: $pki/encrypted.key"), says="cannot be used"),
    one("data that is not base64", kubeconfig(user="client-certificate-data: '%%%', client-key-data: $client_key"), says="not base64"),
    one("no credential", kubeconfig(user=""), says="has no credential"),
    one("impersonation", kubeconfig(user="token: t, as: eve, as-uid: '7', as-groups: [a, b], as-user-extra: {Scope/x: [one, two]}")),
    one("impersonation by flags", kubeconfig(), "--as=eve", "--as-uid=7", "--as-group=a", "--as-group=b", "--as-user-extra=k=v"),
    one("impersonation by flag over the file's", kubeconfig(user="token: t, as: eve, as-groups: [a]"), "--as=mallory"),
    one("groups without a user", kubeconfig(), "--as-group=a", says="--as names one"),
    one("impersonation of a service account", kubeconfig(), "--as=system:serviceaccount:ml:default"),
)  # fmt: skip

PLUGINS = (
    one("a plugin's token", kubeconfig(user=plugin(prints("$prints_token")))),
    one("a plugin of v1beta1", kubeconfig(user=plugin(prints("$prints_beta"), version="v1beta1", mode=""))),
    one("a plugin's certificate", kubeconfig(user=plugin(prints("$prints_certificate")))),
    one("a plugin on PATH", kubeconfig(user=plugin(prints("$prints_token"), command="login"))),
    one("a plugin beside the file", kubeconfig(user=plugin(prints("$prints_token"), command="../login"))),
    one("a plugin that gets the cluster", kubeconfig(
        user=plugin("provideClusterInfo: true, env: [{name: PRINTS, value: '$prints_token'}, {name: KEEPS, value: $kept}]"),
        cluster="tls-server-name: localhost, extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: me}}]")),
    one("a plugin that does not get the cluster", kubeconfig(
        user=plugin("env: [{name: PRINTS, value: '$prints_token'}, {name: KEEPS, value: $kept}]"))),
    one("a plugin that fails", kubeconfig(user=plugin("env: [{name: FAILS, value: '3'}, {name: SAYS, value: 'log in again'}]")),
        says="exit code 3"),
    one("a plugin that is missing", kubeconfig(user=plugin("installHint: get it from the shop", command="no-such-login")),
        says="get it from the shop"),
    one("a plugin that prints nothing", kubeconfig(user=plugin()), says="printed no ExecCredential"),
    one("a plugin that prints another kind", kubeconfig(user=plugin(prints("$prints_pod"))), says="printed Pod"),
    one("a plugin that prints another version", kubeconfig(user=plugin(prints("$prints_beta"))), says="not ExecCredential"),
    one("a plugin that prints no credential", kubeconfig(user=plugin(prints("$prints_empty"))), says="neither a token nor"),
    one("a plugin that prints half a certificate", kubeconfig(user=plugin(prints("$prints_half"))), says="not both"),
    one("a plugin of an unknown version", kubeconfig(user=plugin(prints("$prints_token"), version="v2")), says="exec.apiVersion"),
    one("a plugin without interactiveMode", kubeconfig(user=plugin(prints("$prints_token"), mode="")), says="exec.interactiveMode"),
    one("a plugin that wants a terminal", kubeconfig(user=plugin(prints("$prints_token"), mode="Always")), says="wants a terminal"),
    one("a plugin that takes a terminal if there is one", kubeconfig(user=plugin(prints("$prints_token"), mode="IfAvailable"))),
    one("a plugin beside --token", kubeconfig(user=plugin("env: [{name: FAILS, value: '3'}]")), "--token=t-flag"),
    one("a plugin beside a certificate", kubeconfig(
        user=plugin("env: [{name: FAILS, value: '3'}]") + ", client-certificate: $pki/client.crt, client-key: $pki/client.key")),
    one("a plugin with impersonation", kubeconfig(user=plugin(prints("$prints_token")) + ", as: eve")),
    one("a plugin and an auth-provider", kubeconfig(user=plugin() + ", auth-provider: {name: oidc}"), says="only one is allowed"),
)  # fmt: skip

TLS = (
    one("the CA as data", kubeconfig(ca="", cluster="certificate-authority-data: $ca_data")),
    one("the CA as file and data", kubeconfig(cluster="certificate-authority-data: $ca_data"), says="only one is allowed"),
    one("another CA", kubeconfig(ca="$pki/other-ca.crt"), says="is not trusted"),
    one("no CA", kubeconfig(ca=""), says="is not trusted"),
    one("the server's own certificate as CA", kubeconfig(ca="$pki/server.crt")),
    one("a missing CA", kubeconfig(ca="$pki/none.crt"), says="cannot be read"),
    one("a CA that is none", kubeconfig(ca="$home/token"), says="no PEM certificate"),
    one("an empty CA", kubeconfig(ca="$home/empty"), says="is empty"),
    one("a CA amid text and keys", kubeconfig(ca="$home/mixed.pem")),
    one("insecure", kubeconfig(ca="", cluster="insecure-skip-tls-verify: true")),
    one("insecure with a CA", kubeconfig(cluster="insecure-skip-tls-verify: true"), says="only one is allowed"),
    one("--insecure-skip-tls-verify", kubeconfig(ca="$pki/other-ca.crt"), "--insecure-skip-tls-verify"),
    one("--certificate-authority", kubeconfig(ca="$pki/other-ca.crt"), "--certificate-authority=$ca"),
    one("--certificate-authority over insecure", kubeconfig(ca="", cluster="insecure-skip-tls-verify: true"),
        "--certificate-authority=$pki/other-ca.crt", says="is not trusted"),
    one("tls-server-name", kubeconfig(cluster="tls-server-name: api.example.test")),
    one("a tls-server-name that the certificate lacks", kubeconfig(cluster="tls-server-name: other.test"), says="is not trusted"),
    one("--tls-server-name", kubeconfig(cluster="tls-server-name: other.test"), "--tls-server-name=localhost"),
    one("--server sets tls-server-name back", kubeconfig(cluster="tls-server-name: other.test"), "--server=$server2"),
    one("a host by name", kubeconfig(server="https://localhost:$port")),
    one("http on a TLS port", kubeconfig(server="http://127.0.0.1:$port", ca="")),
    one("TLS on an http port", kubeconfig(server="https://127.0.0.1:$plain_port"), says="does not speak TLS"),
    one("--disable-compression", kubeconfig(), "--disable-compression"),
    one("disable-compression", kubeconfig(cluster="disable-compression: true")),
    one("nobody listens", kubeconfig(server="https://127.0.0.1:1"), says="refuses the connection"),
    one("an unknown host", kubeconfig(server="https://no-such-host.invalid"), says="is not known"),
    one("--request-timeout", kubeconfig(), "--request-timeout=5s"),
    one("--request-timeout that is none", kubeconfig(), "--request-timeout=soon", says="--request-timeout soon"),
)  # fmt: skip

PROXIES = (
    one("proxy-url", kubeconfig(cluster="proxy-url: http://$proxy"), through="connect"),
    one("proxy-url with login", kubeconfig(cluster="proxy-url: 'http://jane:s%40cret@$proxy'"), through="connect"),
    one("proxy-url of SOCKS", kubeconfig(cluster="proxy-url: socks5://$socks"), through="socks"),
    one("proxy-url of SOCKS and a name", kubeconfig(server="https://api.example.test:$port", cluster="proxy-url: socks5://$socks"),
        through="socks"),
    one("proxy-url of another scheme", kubeconfig(cluster="proxy-url: gopher://$proxy"), says="proxy-url"),
    one("proxy-url goes before NO_PROXY", kubeconfig(cluster="proxy-url: http://$proxy"), environment={"NO_PROXY": "*"}, through="connect"),
    one("a proxy that nobody runs", kubeconfig(cluster="proxy-url: http://127.0.0.1:1"), says="cannot be reached"),
    one("a proxy that refuses", kubeconfig(cluster="proxy-url: http://$refusing"), says="407"),
    one("HTTPS_PROXY is not for this machine", kubeconfig(), environment={"HTTPS_PROXY": "http://$proxy"}, through="connect"),
    one("HTTPS_PROXY", kubeconfig(server="https://api.example.test:$port"), environment={"HTTPS_PROXY": "http://$proxy"},
        through="connect"),
    one("https_proxy without scheme", kubeconfig(server="https://api.example.test:$port"), environment={"https_proxy": "$proxy"},
        through="connect"),
    one("NO_PROXY by domain", kubeconfig(server="https://api.example.test:$port"),
        environment={"HTTPS_PROXY": "http://$proxy", "NO_PROXY": "other.test, .example.test"}, says="is not known", through="connect"),
    one("NO_PROXY by another port", kubeconfig(server="https://api.example.test:$port"),
        environment={"HTTPS_PROXY": "http://$proxy", "NO_PROXY": "api.example.test:1"}, through="connect"),
    one("NO_PROXY of another domain", kubeconfig(server="https://api.example.test:$port"),
        environment={"HTTPS_PROXY": "http://$proxy", "NO_PROXY": "ample.test"}, through="connect"),
    one("NO_PROXY by network", kubeconfig(server="https://192.0.2.1:$port", cluster="tls-server-name: localhost"),
        "--request-timeout=500ms", environment={"HTTPS_PROXY": "http://$proxy", "NO_PROXY": "192.0.2.0/24"}, through="connect"),
    one("HTTP_PROXY for http", kubeconfig(server="http://api.example.test:$plain_port", ca=""),
        environment={"HTTP_PROXY": "http://$plain_proxy"}),
)  # fmt: skip

LOGINS = (
    one("an id-token that is valid", kubeconfig(user=OIDC % "$valid_id_token"), through="issuer"),
    one("an id-token with impersonation", kubeconfig(user=(OIDC % "$valid_id_token") + ", as: eve"), through="issuer"),
    one("an id-token that has expired", kubeconfig(user=OIDC % "$expired_id_token"), through="issuer"),
    one("an id-token that has expired, with impersonation", kubeconfig(user=(OIDC % "$expired_id_token") + ", as: eve"), through="issuer"),
    one("an id-token that is none", kubeconfig(user=OIDC % "nonsense"), says="id-token", through="issuer"),
    one("--token beside OIDC", kubeconfig(user=OIDC % "$expired_id_token"), "--token=t-flag", through="issuer"),
    one("OIDC without refresh-token", kubeconfig(user=(OIDC % "$expired_id_token").replace("refresh-token: first-refresh-token, ", "")),
        says="refresh-token", through="issuer"),
    one("OIDC without client-id", kubeconfig(user=(OIDC % "$valid_id_token").replace("client-id: dra, ", "")), says="client-id"),
    one("an auth-provider that is gone", kubeconfig(user="auth-provider: {name: gcp}"), says="'gcp'"),
)  # fmt: skip

CASES = (*MERGING, *CREDENTIALS, *PLUGINS, *TLS, *PROXIES, *LOGINS)
