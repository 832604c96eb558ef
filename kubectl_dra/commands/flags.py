"""The flags that commands share: whom to ask and as whom, where the cluster's state is read, and how the answer is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace

    from kubectl_dra.cluster.options import ConnectionOptions
    from kubectl_dra.commands.command import Command
    from kubectl_dra.commands.parser import Parser

_CONNECTION_VALUES = (
    ("", "--kubeconfig", "Path to the kubeconfig file to use for CLI requests."),
    ("", "--context", "The name of the kubeconfig context to use"),
    ("", "--cluster", "The name of the kubeconfig cluster to use"),
    ("", "--user", "The name of the kubeconfig user to use"),
    ("-n", "--namespace", "If present, the namespace scope for this CLI request"),
    ("-s", "--server", "The address and port of the Kubernetes API server"),
    ("", "--token", "Bearer token for authentication to the API server"),
    ("", "--username", "Username for basic authentication to the API server"),
    ("", "--password", "Password for basic authentication to the API server"),
    ("", "--as", "Username to impersonate for the operation."),
    ("", "--as-uid", "UID to impersonate for the operation."),
    ("", "--certificate-authority", "Path to a cert file for the certificate authority"),
    ("", "--client-certificate", "Path to a client certificate file for TLS"),
    ("", "--client-key", "Path to a client key file for TLS"),
    ("", "--tls-server-name", "Server name to use for server certificate validation."),
    ("", "--proxy-url", "Proxy to use for requests to the API server"),
    ("", "--cache-dir", "Accepted as kubectl accepts it; nothing is cached on disk"),
    ("", "--chunk-size", "Accepted as kubectl accepts it; slices are read at once, all else in pages of 500"),
)

FAIL_ON = ("error", "warning", "info", "never")
COLOR = ("auto", "always", "never")


def add_shared_flags(parser: Parser, command: Command) -> None:
    """Every flag that ``command`` has in common with others."""
    if command.formats:
        parser.add_choice("-o", "--output", "Output format.", command.formats)
    parser.add_choice("", "--color", "When to use colour.", COLOR, default="auto")
    parser.add_switch("", "--no-truncate", "Never shorten a cell to fit the width of the terminal")
    parser.add_value(
        "-v", "--v", "Number for the log level verbosity; 9 shows a traceback where this program fails", default="0", is_global=True
    )
    if command.reads_cluster:
        _add_source_flags(parser)
    # kubectl takes them with every command, whether it asks a server or not
    add_connection_flags(parser)


def _add_source_flags(parser: Parser) -> None:
    parser.add_list("", "--from", "Read the cluster's state from this file, folder or - instead of a live cluster; may be repeated")
    parser.add_switch("", "--demo", "Read the demo cluster that comes with this program")
    parser.add_value("", "--release", "Follow this Kubernetes release, such as 1.36, instead of the cluster's own")
    parser.add_list("", "--feature-gates", "Feature gates that differ from the release's defaults, as NAME=true,NAME=false")
    parser.add_choice("", "--fail-on", "Exit with 1 from this severity on.", FAIL_ON, default="error")
    parser.add_list("", "--suppress", "Leave out findings of this code, or CODE=KIND/NAME-PATTERN for some objects; may be repeated")


def add_connection_flags(parser: Parser) -> None:
    """The global flags of kubectl itself."""
    for short, name, text in _CONNECTION_VALUES:
        parser.add_value(short, name, text, is_global=True)
    parser.add_list(
        "", "--as-group", "Group to impersonate for the operation, this flag can be repeated to specify multiple groups.", is_global=True
    )
    parser.add_list("", "--as-user-extra", "User extras to impersonate for the operation, as KEY=VALUE; may be repeated", is_global=True)
    parser.add_value(
        "", "--request-timeout", "The length of time to wait before giving up on a single server request.", default="0", is_global=True
    )
    parser.add_switch(
        "", "--insecure-skip-tls-verify", "If true, the server's certificate will not be checked for validity", is_global=True
    )
    parser.add_switch(
        "", "--disable-compression", "If true, opt-out of response compression for all requests to the server", is_global=True
    )


def add_table_flags(parser: Parser) -> None:
    """Flags of a command that prints tables."""
    parser.add_switch("", "--no-headers", "When using the default output format, don't print headers")


def add_label_flag(parser: Parser) -> None:
    """``--show-labels``, for a command that lists objects."""
    parser.add_switch("", "--show-labels", "When printing, show all labels as the last column (default hide labels column)")


def add_scope_flags(parser: Parser) -> None:
    """Flags of a command that looks at one namespace or at all."""
    parser.add_switch("-A", "--all-namespaces", "If present, list the requested object(s) across all namespaces.")


def accept_all_namespaces(parser: Parser) -> None:
    """``-A`` on a command whose objects have no namespace: kubectl takes it, and it changes nothing."""
    parser.add_switch("-A", "--all-namespaces", "Accepted as kubectl accepts it; what is listed has no namespace", is_global=True)


def connection_options(options: Namespace) -> ConnectionOptions:
    """The connection flags as typed."""
    from kubectl_dra.cluster.options import ConnectionOptions  # noqa: PLC0415  (files and the demo connect to nothing)

    return ConnectionOptions(
        kubeconfig=options.kubeconfig,
        context=options.context,
        cluster=options.cluster,
        user=options.user,
        namespace=options.namespace,
        server=options.server,
        token=options.token,
        username=options.username,
        password=options.password,
        as_=getattr(options, "as"),
        as_group=tuple(options.as_group),
        as_uid=options.as_uid,
        as_user_extra=tuple(options.as_user_extra),
        certificate_authority=options.certificate_authority,
        client_certificate=options.client_certificate,
        client_key=options.client_key,
        tls_server_name=options.tls_server_name,
        proxy_url=options.proxy_url,
        insecure_skip_tls_verify=options.insecure_skip_tls_verify,
        disable_compression=options.disable_compression or None,
        request_timeout=options.request_timeout,
        verbosity=int(options.v) if options.v.isdigit() else 0,
        cache_dir=options.cache_dir,
    )
