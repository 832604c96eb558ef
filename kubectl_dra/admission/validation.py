"""A DRA object as somebody wrote it → what the API server of a release would say to it.

The order is the server's: is the version served, strict decoding, defaults, conversion to v1, fields of gates that are off dropped, the
namespace's label for admin access, validation. What a webhook or a ValidatingAdmissionPolicy would add is in no manifest and not judged.
Upstream: ``pkg/registry/resource/*/strategy.go``, ``pkg/apis/resource/validation/validation.go`` and, from 1.36 on, the declarative rules
of ``staging/src/k8s.io/api/resource/v1/types.go``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from kubectl_dra.admission import names, schema
from kubectl_dra.admission.claims import claim_spec_errors
from kubectl_dra.admission.context import Context
from kubectl_dra.admission.declarative import as_written
from kubectl_dra.admission.defaults import with_defaults
from kubectl_dra.admission.dropped import Dropped, without_dropped
from kubectl_dra.admission.expressions import selector_list_errors
from kubectl_dra.admission.field_errors import FieldErrors, aggregate, forbidden
from kubectl_dra.admission.lists import check_list
from kubectl_dra.admission.metadata import metadata_errors, template_metadata_errors
from kubectl_dra.admission.opaque import configuration_errors
from kubectl_dra.admission.slices import slice_spec_errors
from kubectl_dra.admission.strict import UnknownField, WrongType, decode_strictly
from kubectl_dra.admission.taints import taint_rule_errors
from kubectl_dra.api.versions import as_v1
from kubectl_dra.releases.features import enabled_gates
from kubectl_dra.releases.release import nearest_followed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kubectl_dra.admission.field_errors import FieldError
    from kubectl_dra.api.source import Document
    from kubectl_dra.releases.release import Release

ADMIN_ACCESS_LABEL: Final = "resource.kubernetes.io/admin-access"
_MAX_CLASS_CONFIG: Final = 32

NamespaceLabels: TypeAlias = "Callable[[str], Mapping[str, str] | None]"
"""The labels of a namespace; None where they are not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the API server would say.

    ``is_served`` is false where the release has no such kind in that version, ``namespace_problems`` says why there can be no such
    namespace; then nothing else was looked at. ``unknown``, ``wrong`` and ``errors`` each refuse the object. ``dropped`` are fields that
    would silently be left out, ``untold`` what could not be decided. ``needs_label`` tells of admin access in a namespace whose labels are
    not known. ``stored`` is the object in v1 shape as it would be stored, None where it is refused before.
    """

    is_served: bool = True
    namespace_problems: tuple[str, ...] = ()
    unknown: tuple[UnknownField, ...] = ()
    wrong: tuple[WrongType, ...] = ()
    errors: tuple[FieldError, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    untold: tuple[str, ...] = ()
    needs_label: bool = False
    stored: Document | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether the object would be created."""
        return self.is_served and not (self.namespace_problems or self.unknown or self.wrong or self.errors)

    @property
    def message(self) -> str:
        """The server's complaint in one line, as far as it is about fields."""
        if self.wrong:
            return "; ".join(map(str, self.wrong))
        if self.unknown:
            return "strict decoding error: " + ", ".join(map(str, self.unknown))
        return aggregate(self.errors) if self.errors else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiServer:
    """The API server of a release with its default gates and those set by hand.

    ``namespace_labels`` tells what is known of namespaces.
    """

    release: Release
    gates: Mapping[str, bool] = field(default_factory=dict)
    namespace_labels: NamespaceLabels = lambda _: None

    def answer(self, document: Document, kind_name: str, api_version: str) -> Answer:
        """What creating ``document`` would be answered. Never raises for what the document says."""
        if not schema.can_serve(api_version, kind_name, self.release):
            return Answer(is_served=False)
        version = api_version.rpartition("/")[2]
        decoded = decode_strictly(document, kind_name, version, self.release)
        if decoded.wrong or decoded.unknown:
            return Answer(unknown=decoded.unknown, wrong=decoded.wrong)
        namespace = decoded.document.get("metadata", {}).get("namespace", "")
        problems = names.dns_label(namespace) if namespace and kind_name in _NAMESPACED else []
        if problems:
            return Answer(namespace_problems=tuple(problems))
        return self._validated(decoded.document, kind_name, api_version, namespace)

    def _validated(self, document: Document, kind_name: str, api_version: str, namespace: str) -> Answer:
        gates = enabled_gates(self.release, self.gates)
        context = Context(release=nearest_followed(self.release), gates=gates)
        version = api_version.rpartition("/")[2]
        filled = as_v1(kind_name, api_version, with_defaults(document, kind_name, version))
        stored, dropped = without_dropped(filled, kind_name, gates, context.release)
        errors = [*metadata_errors(stored.get("metadata", {}), kind_name, context.release), *_RULES[kind_name](stored, context)]
        labels = self.namespace_labels(namespace or "default")
        admin = _admin_access_errors(stored, kind_name)
        if admin and (labels is None or labels.get(ADMIN_ACCESS_LABEL) == "true"):
            admin_errors: FieldErrors = []
        else:
            admin_errors = admin
        return Answer(
            errors=(*admin_errors, *(as_written(error, version, context.release) for error in errors)),
            dropped=dropped,
            untold=tuple(context.untold),
            needs_label=bool(admin) and labels is None,
            stored=stored,
        )


_NAMESPACED: Final = frozenset({"ResourceClaim", "ResourceClaimTemplate"})


def _claim(document: Document, context: Context) -> FieldErrors:
    return claim_spec_errors("spec", document.get("spec", {}), context)


def _template(document: Document, context: Context) -> FieldErrors:
    spec = document.get("spec", {})
    return [
        *template_metadata_errors("spec.metadata", spec.get("metadata", {})),
        *claim_spec_errors("spec.spec", spec.get("spec", {}), context),
    ]


def _class(document: Document, context: Context) -> FieldErrors:
    spec = document.get("spec", {})
    errors = selector_list_errors("spec.selectors", spec.get("selectors", []), context)
    errors += check_list(
        "spec.config", spec.get("config", []), _MAX_CLASS_CONFIG, lambda config, at: configuration_errors(at, config), context.release
    )
    if "extendedResourceName" not in spec:
        return errors
    return errors + names.named(
        "spec.extendedResourceName", spec["extendedResourceName"], lambda text: names.extended_resource(text, context.release)
    )


def _slice(document: Document, context: Context) -> FieldErrors:
    return slice_spec_errors("spec", document.get("spec", {}), context)


def _taint_rule(document: Document, context: Context) -> FieldErrors:
    return taint_rule_errors("spec", document.get("spec", {}), context)


_RULES: Final[Mapping[str, Callable[[Document, Context], FieldErrors]]] = {
    "ResourceClaim": _claim,
    "ResourceClaimTemplate": _template,
    "DeviceClass": _class,
    "ResourceSlice": _slice,
    "DeviceTaintRule": _taint_rule,
}
KINDS: Final = tuple(_RULES)
"""The kinds that are judged."""


def _admin_access_errors(document: Document, kind_name: str) -> FieldErrors:
    """``AuthorizedForAdmin``: the path lacks ``exactly``, and a template's lacks its second ``spec``."""
    spec = document.get("spec", {}) if kind_name in _NAMESPACED else {}
    requests = (spec.get("spec", {}) if kind_name == "ResourceClaimTemplate" else spec).get("devices", {}).get("requests", ())
    for number, request in enumerate(requests):
        if request.get("exactly", {}).get("adminAccess"):
            detail = f"admin access to devices requires the `{ADMIN_ACCESS_LABEL}: true` label on the containing namespace"
            return [forbidden(f"spec.devices.requests[{number}].adminAccess", detail)]
    return []
