"""``metadata`` → what is wrong with it.

Upstream: ``apimachinery/pkg/api/validation/objectmeta.go``, ``pkg/apis/core/validation/validation.go`` ``ValidateObjectMeta``,
``ValidateTemplateObjectMeta``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kubectl_dra.admission import names
from kubectl_dra.admission.field_errors import FieldErrors, forbidden, invalid, required, too_long
from kubectl_dra.releases.release import Release

if TYPE_CHECKING:
    from kubectl_dra.api.source import Document

_ANNOTATIONS_SIZE: Final = 256 * 1024
_STANDARD_FINALIZERS: Final = ("kubernetes", "orphan", "foregroundDeletion")
_WITH_INDEXED_OWNERS: Final = Release(1, 37)
_NAME_ONLY: Final = frozenset({"DeviceClass"})
"""Kinds of which only the generated name is looked at, from 1.36 on."""

_NUMBERED_BY_SERVER: Final = frozenset({"DeviceClass", "ResourceSlice", "DeviceTaintRule"})
"""Kinds whose generation the server sets before it looks."""


def metadata_errors(metadata: Document, kind_name: str, release: Release) -> FieldErrors:
    """Everything but the namespace, which the URL decides, and ``managedFields``, which the server writes itself."""
    checks_generate_name = not (kind_name in _NAME_ONLY and release >= Release(1, 35))
    return [
        *_name_errors(metadata, checks_generate_name=checks_generate_name),
        *_generation_errors(metadata.get("generation", 0), kind_name),
        *_label_errors("metadata.labels", metadata.get("labels", {})),
        *_annotation_errors("metadata.annotations", metadata.get("annotations", {})),
        *_owner_errors(metadata.get("ownerReferences", ()), release),
        *_finalizer_errors(metadata.get("finalizers", ())),
    ]


def _generation_errors(generation: int, kind_name: str) -> FieldErrors:
    if generation >= 0 or kind_name in _NUMBERED_BY_SERVER:
        return []
    return [invalid("metadata.generation", generation, "must be greater than or equal to 0")]


def template_metadata_errors(path: str, metadata: Document) -> FieldErrors:
    """The metadata of a template: labels and annotations, nothing else."""
    others = [name for name, value in metadata.items() if name not in {"labels", "annotations"} and value not in ("", 0)]
    return [
        *_annotation_errors(f"{path}.annotations", metadata.get("annotations", {})),
        *_label_errors(f"{path}.labels", metadata.get("labels", {})),
        *(forbidden(f"{path}.{_go_name(name)}", "cannot be set") for name in others),
    ]


def _go_name(name: str) -> str:
    """The path that upstream derives from the Go field's name."""
    return {"uid": "uID"}.get(name, name)


def _name_errors(metadata: Document, *, checks_generate_name: bool) -> FieldErrors:
    generate, name = metadata.get("generateName", ""), metadata.get("name", "")
    errors: FieldErrors = []
    if generate and checks_generate_name:
        errors += names.named("metadata.generateName", generate, _as_prefix)
    if name:
        return errors + names.named("metadata.name", name, names.dns_subdomain)
    if not generate:
        return [*errors, required("metadata.name", "name or generateName is required")]
    # The server appends five letters to a generateName, shortened to leave room for them, and looks at the name that comes out.
    generated = generate[: 63 - 5] + "x7k2q"
    return errors + names.named("metadata.name", generated, names.dns_subdomain)


def _as_prefix(text: str) -> list[str]:
    """Upstream's ``maskTrailingDash``: a prefix may end in a dash."""
    return names.dns_subdomain(text[:-2] + "a" if len(text) > 1 and text.endswith("-") else text)


def _label_errors(path: str, labels: Document) -> FieldErrors:
    errors: FieldErrors = []
    for key, value in labels.items():
        errors += names.named(path, key, names.label_key)
        errors += names.named(path, value, names.label_value)
    return errors


def _annotation_errors(path: str, annotations: Document) -> FieldErrors:
    errors = [error for key in annotations for error in names.named(path, key.lower(), names.label_key)]
    size = sum(len(key.encode()) + len(value.encode()) for key, value in annotations.items())
    return [*errors, too_long(path, _ANNOTATIONS_SIZE)] if size > _ANNOTATIONS_SIZE else errors


def _owner_errors(references: list[Document], release: Release) -> FieldErrors:
    # The server takes out repetitions before it looks.
    owners = [owner for number, owner in enumerate(references) if owner not in references[:number]]
    path = "metadata.ownerReferences"
    errors: FieldErrors = []
    for number, owner in enumerate(owners):
        place = f"{path}[{number}]" if release >= _WITH_INDEXED_OWNERS else path
        errors += _owner_field_errors(owner, place, release)
    controllers = [owner for owner in owners if owner.get("controller")]
    for _ in controllers[1:]:
        errors.append(invalid(path, "", "Only one reference can have Controller set to true"))
    return errors


def _owner_field_errors(owner: Document, path: str, release: Release) -> FieldErrors:
    def missing(name: str) -> FieldErrors:
        if owner.get(name):
            return []
        place = f"{path}.{name}"
        return [required(place, "must not be empty")] if release >= _WITH_INDEXED_OWNERS else [invalid(place, "", "must not be empty")]

    errors = missing("apiVersion")
    version = owner.get("apiVersion", "")
    if version.count("/") > 1 or version.endswith("/"):
        errors.append(invalid(f"{path}.apiVersion", version, "must be <group>/<version> or <version>"))
    for name in ("kind", "name", "uid"):
        errors += missing(name)
    if version == "v1" and owner.get("kind") == "Event":
        errors.append(invalid(path, "", "/v1, Kind=Event is disallowed from being an owner"))
    return errors


def _finalizer_errors(finalizers: list[str]) -> FieldErrors:
    path = "metadata.finalizers"
    errors = [error for name in finalizers for error in names.named(path, name, names.label_key)]
    if {"orphan", "foregroundDeletion"} <= set(finalizers):
        errors.append(invalid(path, finalizers, "finalizer orphan and foregroundDeletion cannot be both set"))
    for number, name in enumerate(finalizers):
        if "/" not in name and name not in _STANDARD_FINALIZERS:
            detail = "name is neither a standard finalizer name nor is it fully qualified"
            errors.append(invalid(f"{path}[{number}]", name, detail))
    return errors
