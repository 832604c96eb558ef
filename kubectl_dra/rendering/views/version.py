"""Version → lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.rendering.document import Document, Lines

if TYPE_CHECKING:
    from kubectl_dra.rendering.document import Line
    from kubectl_dra.rendering.layout import Layout
    from kubectl_dra.reports.version import Version


def show_version(report: Version, client: list[str], layout: Layout, *, asked_server: bool) -> Document:
    """Ours, then the server's."""
    del layout
    lines: list[Line] = [(line,) for line in client]
    if asked_server:
        lines.append((_server_line(report),))
        versions = ", ".join(report.resource_versions)
        lines.append((f"Serves resource.k8s.io {versions}" if versions else "Serves no version of resource.k8s.io that is known",))
    return Document((Lines(tuple(lines)),))


def _server_line(report: Version) -> str:
    if not report.server:
        return "Server version unknown"
    if not report.behaves_as:
        return f"Server {report.server}"
    exact = report.server.removeprefix("v").startswith(f"{report.behaves_as}.")
    return f"Server {report.server}" + ("" if exact else f", followed as {report.behaves_as}, the nearest release")
