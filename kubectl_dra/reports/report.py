"""The base of all reports, and what every one of them may say beside its own: findings, and what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, dataclass_transform

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubectl_dra.api.source import Unread

API_VERSION = "kubectl-dra/v1"


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(msgspec.field,))
class Report(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a command found. Its documented JSON shape is :meth:`document`: additive only, lists never null, quantities as written."""

    def document(self) -> dict[str, object]:
        """The report as JSON values; ``apiVersion`` and ``kind`` come first."""
        fields: dict[str, object] = msgspec.to_builtins(self)
        return {"apiVersion": API_VERSION, "kind": type(self).__name__, **fields}


def unread_documents(unread: Iterable[Unread]) -> list[dict[str, object]]:
    """What could not be read, in its documented shape."""
    return [
        {
            "resource": one.kind.plural,
            "group": one.kind.group,
            "namespace": one.namespace,
            "reason": one.reason.value,
            "message": one.message,
        }
        for one in unread
    ]
