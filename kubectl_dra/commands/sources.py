"""Options → the Source that a command reads, and the Inventory that it needs."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.commands.command import NotAnswered, UsageError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping

    from kubectl_dra.api.kinds import Kind
    from kubectl_dra.api.source import Source, Unread
    from kubectl_dra.cluster.apiserver import ApiServer
    from kubectl_dra.findings.finding import Finding
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.releases.release import Release

DEFAULT_NAMESPACE = "default"


class Opened(NamedTuple):
    """A Source, the namespace that is meant where none is given, and what a person should know of the source.

    ``server`` is the live server behind the source, None for files.
    """

    source: Source
    namespace: str
    notices: tuple[str, ...] = ()
    server: ApiServer | None = None


def open_source(options: Namespace) -> Opened:
    """The Source that the flags name: files, the demo cluster, or else the live cluster."""
    if options.demo and getattr(options, "from"):
        raise UsageError("--demo and --from both say where the cluster's state is read; one of them is enough")
    if options.demo:
        from kubectl_dra.cluster.manifests import DemoSource  # noqa: PLC0415  (a live cluster is read without)

        return Opened(DemoSource(), options.namespace or DEFAULT_NAMESPACE)
    if paths := getattr(options, "from"):
        from kubectl_dra.cluster.manifests import ManifestSource  # noqa: PLC0415  (a live cluster is read without)

        files = ManifestSource.read(paths, stdin=sys.stdin.buffer)
        return Opened(files, options.namespace or DEFAULT_NAMESPACE, _first_of(files.notices))
    return _connect(options)


_NOTICES = 3
"""Notices about files that are shown; a folder of copies would hide the answer."""


def _first_of(notices: tuple[str, ...]) -> tuple[str, ...]:
    rest = len(notices) - _NOTICES
    return notices if rest <= 1 else (*notices[:_NOTICES], f"{rest} more notices like these")


def _connect(options: Namespace) -> Opened:
    from kubectl_dra.cluster.apiserver import connect  # noqa: PLC0415  (files and the demo connect to nothing)
    from kubectl_dra.commands.flags import connection_options  # noqa: PLC0415

    server = connect(connection_options(options))
    return Opened(server, server.default_namespace, server=server)


def begin_reading(opened: Opened, *kinds: Kind, namespace: str | None = None) -> None:
    """Ask a live server for what :func:`load_inventory` will want, so that it works while the rest of this program is imported."""
    if opened.server is not None:
        opened.server.prefetch(kinds, namespace, server_info=True, ahead=_decode_ahead)


def _decode_ahead(kind: Kind, api_version: str, page: bytes) -> object:
    from kubectl_dra.inventory.load import decode_ahead  # noqa: PLC0415  (the server is asked before it is imported)

    return decode_ahead(kind, api_version, page)


def load_inventory(options: Namespace, opened: Opened, *kinds: Kind, namespace: str | None = None, about: Kind | None = None) -> Inventory:
    """What a command needs of the cluster; ``namespace`` limits namespaced kinds to one (None: all).

    Raises :class:`NotAnswered` where nothing of ``about`` could be read, the kind without which nothing can be answered.
    """
    begin_reading(opened, *kinds, namespace=namespace)
    from kubectl_dra.inventory.load import Wish, load  # noqa: PLC0415  (help and version load nothing)

    wish = Wish(
        kinds=kinds,
        namespace=namespace,
        fallback_namespace=opened.namespace,
        now=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        release=_release(options.release),
        feature_gates=parse_feature_gates(options.feature_gates),
    )
    inventory = load(opened.source, wish)
    refuse_gates(wish.feature_gates, inventory.release)
    if about is not None:
        require(inventory, about)
    return inventory


def require(inventory: Inventory, kind: Kind) -> None:
    """Raise :class:`NotAnswered` where the server showed nothing of ``kind``, without which there is no answer."""
    from kubectl_dra.inventory.load import objects_of  # noqa: PLC0415  (loaded already)

    unread = tuple(one for one in inventory.unread_of(kind) if one.reason.value != "not included")
    if unread and not objects_of(inventory, kind):
        raise _not_shown(inventory, unread)


def refuse_hidden(inventory: Inventory, kind: Kind) -> None:
    """Raise :class:`NotAnswered` where the server does not show all of ``kind``: then an object that was not found may be there."""
    if inventory.is_hidden(kind):
        raise _not_shown(inventory, inventory.unread_of(kind))


def _not_shown(inventory: Inventory, unread: tuple[Unread, ...]) -> NotAnswered:
    from msgspec.structs import replace  # noqa: PLC0415  (only mistakes need it)

    from kubectl_dra.reports.warnings import warn_of_view  # noqa: PLC0415

    findings = warn_of_view(replace(inventory, unread=unread))
    return NotAnswered(f"{findings[0].message}   {findings[0].code}" if findings else unread[0].message)


def _release(text: str) -> Release | None:
    from kubectl_dra.releases.release import parse  # noqa: PLC0415  (only where it is asked for)

    if not text:
        return None
    release = parse(text)
    if release is None:
        raise UsageError(f"--release {text} is not a Kubernetes release such as 1.37")
    return release


def parse_feature_gates(texts: list[str]) -> Mapping[str, bool]:
    """``NAME=true,NAME=false`` as kube-apiserver takes it. Raises :class:`UsageError`."""
    gates: dict[str, bool] = {}
    for part in (part for text in texts for part in text.split(",") if part):
        name, _, value = part.partition("=")
        if value.lower() not in {"true", "false"} or not name:
            raise UsageError(f"--feature-gates {part} is not NAME=true or NAME=false")
        gates[name] = value.lower() == "true"
    return gates


def refuse_gates(gates: Mapping[str, bool], *releases: Release) -> None:
    """Raise :class:`UsageError` for gates with which none of the releases would start, as they refuse to themselves."""
    if not gates:
        return
    from kubectl_dra.commands.parser import did_you_mean  # noqa: PLC0415  (few set gates)
    from kubectl_dra.releases.features import gates_of  # noqa: PLC0415
    from kubectl_dra.releases.refused import refusals_of, unknown_gates  # noqa: PLC0415

    last = releases[-1]
    for name in gates:
        if all(name in unknown_gates(release, gates) for release in releases):
            there = did_you_mean(name, sorted(gates_of(last)))
            raise UsageError(f"--feature-gates {name}: {last} has no gate of that name that matters to device allocation{there}")
    if all(refusals := [tuple(refusals_of(release, gates)) for release in releases]):
        raise UsageError(f"--feature-gates: {refusals[-1][0]}")


def namespace_wanted(options: Namespace, opened: Opened) -> str | None:
    """The namespace that is asked about: None with ``-A``."""
    return None if options.all_namespaces else opened.namespace


def kept_findings(options: Namespace, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings that ``--suppress`` leaves. Raises :class:`UsageError`."""
    if not options.suppress or not findings:
        return findings
    from kubectl_dra.findings.suppression import BadSuppression, parse_suppression, unsuppressed  # noqa: PLC0415  (rarely asked for)

    try:
        return unsuppressed(findings, [parse_suppression(text) for text in options.suppress])
    except BadSuppression as error:
        raise UsageError(str(error)) from error
