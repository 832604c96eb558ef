"""What is wrong with a manifest → the edits that mend it.

Edits are offered where nothing is guessed: a field that is known to belong elsewhere, quotes around text that YAML took for something else,
a comparison that CEL writes as a call. Whoever applies them looks again at what comes out.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from kubectl_dra.admission import schema
from kubectl_dra.admission.strict import decode_strictly
from kubectl_dra.api.kinds import RESOURCE_GROUP
from kubectl_dra.linting.edits import Edit
from kubectl_dra.linting.rewriting import lift, nest
from kubectl_dra.releases.release import NEWEST
from kubectl_dra.selection.device_selector import compile_selector

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kubectl_dra.admission.strict import UnknownField
    from kubectl_dra.api.source import Document
    from kubectl_dra.apimachinery.yaml_values import YamlNode
    from kubectl_dra.linting.manifests import LintedObject, Manifests
    from kubectl_dra.releases.release import Release
    from kubectl_dra.selection.device_selector import Environment

EXACT_FIELDS: Final = (
    *("deviceClassName", "selectors", "allocationMode", "count", "adminAccess", "tolerations", "capacity", "derivedAttributes"),
)
"""What v1 wants under ``exactly`` and v1beta1 on the request itself."""

_REQUEST_FIELD = re.compile(rf"(?P<request>.*\.requests\[\d+\])\.(?:{'|'.join(EXACT_FIELDS)}|exactly)\Z")
_DEVICE_FIELD = re.compile(r"(?P<device>spec\.devices\[\d+\])\.(?P<name>\w+)\Z")
_FLAT: Final = ("v1beta1", "v1alpha3")


def belongs(path: str, version: str) -> str:
    """Where an unknown field belongs, in words; empty where that is not known."""
    if _REQUEST_FIELD.match(path):
        is_wrapper = path.endswith(".exactly")
        if is_wrapper == (version in _FLAT):
            return f"in {RESOURCE_GROUP}/v1" if is_wrapper else "under exactly"
    device = _DEVICE_FIELD.match(path)
    if device is not None and version not in _FLAT and device["name"] == "basic":
        return f"in {RESOURCE_GROUP}/v1beta1; its fields stand on the device itself"
    if device is not None and version == "v1beta1" and device["name"] in schema.fields_of("BasicDevice", version, NEWEST):
        return "under basic"
    return ""


def move_field(linted: LintedObject, manifests: Manifests, path: str, version: str) -> tuple[Edit, ...]:
    """The edits that put an unknown field where :func:`belongs` says."""
    request, device = _REQUEST_FIELD.match(path), _DEVICE_FIELD.match(path)
    holder = request["request"] if request else device["device"] if device else ""
    place = manifests.place(linted, holder) if holder else None
    if place is None or place.rest:
        return ()
    text = linted.file.text
    if request is not None:
        if version in _FLAT:
            return _set_version(linted, manifests, "v1") if not unknown_of(linted, "v1", NEWEST) else ()
        # Where there are both, nobody knows which of them is meant.
        return () if place.node.child("exactly") else nest(text, place.node, EXACT_FIELDS, "exactly")
    if version in _FLAT:
        names = tuple(schema.fields_of("BasicDevice", version, NEWEST))
        return () if place.node.child("basic") else nest(text, place.node, names, "basic")
    return lift(text, place.node, "basic")


def rewrite_version(linted: LintedObject, manifests: Manifests, releases: Iterable[Release]) -> tuple[Edit, ...]:
    """The edits that turn an older version into v1, where these releases serve it."""
    version = linted.api_version.rpartition("/")[2]
    if version == "v1" or not all(schema.can_serve(f"{RESOURCE_GROUP}/v1", linted.kind, release) for release in releases):
        return ()
    edits = list(_set_version(linted, manifests, "v1"))
    root = manifests.node(linted)
    if root is None or not edits or version not in _FLAT:
        return tuple(edits)
    if version == "v1alpha3" and linted.kind == "ResourceSlice":
        return ()
    for holder, is_device in _holders(root, linted.kind):
        edits += lift(linted.file.text, holder, "basic") if is_device else nest(linted.file.text, holder, EXACT_FIELDS, "exactly")
    return tuple(edits)


def _holders(root: YamlNode, kind: str) -> list[tuple[YamlNode, bool]]:
    """The requests of a claim or template, or the devices of a slice."""
    steps = {
        "ResourceClaim": "spec devices requests",
        "ResourceClaimTemplate": "spec spec devices requests",
        "ResourceSlice": "spec devices",
    }
    node: YamlNode | None = root
    for step in steps.get(kind, "").split():
        node = node.child(step) if node is not None else None
    entries = node.items if node is not None and kind in steps else None
    return [(entry, kind == "ResourceSlice") for entry in entries or ()]


def _set_version(linted: LintedObject, manifests: Manifests, version: str) -> tuple[Edit, ...]:
    place = manifests.place(linted, "apiVersion")
    if place is None or place.rest:
        return ()
    return (Edit(start=place.node.start.index, end=place.node.end.index, text=f"{RESOURCE_GROUP}/{version}"),)


def quote(linted: LintedObject, manifests: Manifests, path: str) -> tuple[str, tuple[Edit, ...]]:
    """The scalar that YAML took for something else than text, and the edit that puts it in quotes."""
    place = manifests.place(linted, path)
    if place is None or place.rest or place.node.scalar is None or place.node.is_quoted or place.node.is_block_scalar:
        return "", ()
    written = place.node.scalar
    return written, (Edit(start=place.node.start.index, end=place.node.end.index, text=json.dumps(written, ensure_ascii=False)),)


LOOKUP = re.compile(r"device\.(?P<map>attributes|capacity)\[(?P<mark>[\"'])(?P<domain>[^\"'.\\]*)(?P=mark)\](?P<field>\.\w+)?")
"""``device.attributes["type"].string``: the first brackets take a domain, a domain has a dot, and this one has none."""

_VALUE_FIELDS: Final = (*("string", "stringValue", "bool", "boolValue", "int", "intValue", "version", "versionValue", "quantity", "value"),)


def with_domains(expression: str, domains: Mapping[tuple[str, str], str]) -> str:
    """The expression with each lookup without a domain under the one that ``domains`` gives for its map and name."""

    def lookup(found: re.Match[str]) -> str:
        domain = domains.get((found["map"], found["domain"]))
        if domain is None:
            return found[0]
        field = "" if (found["field"] or "").removeprefix(".") in _VALUE_FIELDS else found["field"] or ""
        return f'device.{found["map"]}["{domain}"].{found["domain"]}{field}'

    return LOOKUP.sub(lookup, expression)


_LOOKUP = r"device\.(?:attributes|capacity)(?:\[[^\]]*\]|\.\w+)+"
_COMPARISON = re.compile(rf"(?P<left>{_LOOKUP})\s*(?P<sign>>=|<=|>|<)\s*(?P<right>(?:quantity|semver)\([^()]*\))")


def compiling(expression: str, environment: Environment) -> str:
    """The expression with quantities and versions compared as CEL compares them; empty where that does not make it compile."""
    repaired = _COMPARISON.sub(r"\g<left>.compareTo(\g<right>) \g<sign> 0", expression)
    return repaired if repaired != expression and compile_selector(repaired, environment).error is None else ""


def replace_expression(linted: LintedObject, manifests: Manifests, path: str, expression: str) -> tuple[Edit, ...]:
    """The edit that writes another expression in the style in which the old one stands."""
    place = manifests.place(linted, path)
    if place is None or place.rest or place.node.scalar is None:
        return ()
    node, text = place.node, linted.file.text
    old = text[node.start.index : node.end.index]
    return (Edit(start=node.start.index, end=node.end.index, text=_in_style(expression, node, old)),)


def _in_style(expression: str, node: YamlNode, old: str) -> str:
    if node.is_block_scalar:
        header, _, body = old.partition("\n")
        indent = body[: len(body) - len(body.lstrip(" "))]
        return header + "".join(f"\n{indent}{line}" for line in expression.rstrip("\n").split("\n"))
    if old.startswith("'"):
        return "'" + expression.replace("'", "''") + "'"
    if old.startswith('"') or "\n" in expression or ": " in expression or " #" in expression:
        return json.dumps(expression, ensure_ascii=False)
    return expression


def unknown_of(linted: LintedObject, version: str, release: Release) -> tuple[UnknownField, ...]:
    """The fields that the object would have too many in another version."""
    return decode_strictly(linted.document, linted.kind, version, release).unknown


def fields_beside(path: str, kind: str, version: str, release: Release) -> list[str]:
    """The names of the fields that may stand where ``path`` stands."""
    type_name = kind
    for step in re.sub(r"\[\d+\]", "", path).split(".")[:-1]:
        if type_name.startswith("{"):
            type_name = schema.element_of(type_name)
            continue
        following = schema.fields_of(type_name, version, release).get(step)
        if following is None:
            return []
        type_name = schema.element_of(following) if schema.is_list(following) else following
    scalars = ("string", "int", "bool", "quantity", "time", "any")
    return [] if type_name in scalars or type_name.startswith("{") else list(schema.fields_of(type_name, version, release))


def text_at(document: Document, path: str) -> str | None:
    """The text at a field path of a document, whichever of the two shapes it has."""
    value: object = document
    for step in re.findall(r"[^.\[\]]+", path):
        if isinstance(value, list | tuple) and step.isdigit():
            value = value[int(step)] if int(step) < len(value) else None
        elif isinstance(value, dict):
            value = value if step in {"exactly", "basic"} and step not in value else value.get(step)
        else:
            return None
    return value if isinstance(value, str) else None
