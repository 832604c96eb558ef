"""Names of the authorizer's functions, which Kubernetes declares everywhere; no expression on devices has a value to call them on.

`apiserver/pkg/cel/library/authz.go`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kubectl_dra.cel.declarations import method
from kubectl_dra.cel.values import NO_SUCH_OVERLOAD, Failure, Value

if TYPE_CHECKING:
    from kubectl_dra.cel.declarations import Functions


def _nothing(*_arguments: Value) -> Value:
    raise Failure(NO_SUCH_OVERLOAD)


FUNCTIONS: Final[Functions] = {
    "path": (method("(Authorizer, string): PathCheck", _nothing),),
    "group": (method("(Authorizer, string): GroupCheck", _nothing),),
    "serviceAccount": (method("(Authorizer, string, string): Authorizer", _nothing),),
    "resource": (method("(GroupCheck, string): ResourceCheck", _nothing),),
    "subresource": (method("(ResourceCheck, string): ResourceCheck", _nothing),),
    "namespace": (method("(ResourceCheck, string): ResourceCheck", _nothing),),
    "name": (method("(ResourceCheck, string): ResourceCheck", _nothing),),
    "check": (method("(PathCheck, string): Decision", _nothing), method("(ResourceCheck, string): Decision", _nothing)),
    "errored": (method("(Decision): bool", _nothing),),
    "error": (method("(Decision): string", _nothing),),
    "allowed": (method("(Decision): bool", _nothing),),
    "reason": (method("(Decision): string", _nothing),),
    "fieldSelector": (method("(ResourceCheck, string): ResourceCheck", _nothing),),
    "labelSelector": (method("(ResourceCheck, string): ResourceCheck", _nothing),),
}
