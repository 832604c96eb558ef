"""Claims and classes that the API server accepts → what the scheduler cannot do with them, as far as the manifest alone tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kubectl_dra.admission.validation import ApiServer
from kubectl_dra.api.kinds import RESOURCE_GROUP
from kubectl_dra.apimachinery.semver import VersionError, parse_normalized_version, parse_version
from kubectl_dra.findings.dra106_too_many_devices_requested import TooManyDevicesRequested
from kubectl_dra.findings.dra909_alternative_never_reached import AlternativeNeverReached
from kubectl_dra.findings.dra910_domain_expected import DomainExpected
from kubectl_dra.findings.dra911_version_literal_malformed import VersionLiteralMalformed
from kubectl_dra.findings.finding import Confidence
from kubectl_dra.linting import repairs
from kubectl_dra.linting.flaws import Suspicion
from kubectl_dra.linting.repairs import LOOKUP, with_domains

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.api.source import Document
    from kubectl_dra.linting.manifests import LintedObject, Manifests
    from kubectl_dra.releases.release import Release

MAX_DEVICES: Final = 32
_SPEC_PATHS: Final = {"ResourceClaim": "spec", "ResourceClaimTemplate": "spec.spec"}
_SEMVER = re.compile(r"(?<!\w)semver\((?P<mark>[\"'])(?P<literal>[^\"'\\]*)(?P=mark)\)")


def stored(linted: LintedObject, release: Release) -> Document | None:
    """The object in v1 shape with defaults; None for other kinds and for what is refused before it has a shape."""
    if not linted.api_version.startswith(f"{RESOURCE_GROUP}/"):
        return None
    return ApiServer(release=release).answer(linted.document, linted.kind, linted.api_version).stored


def claim_suspicions(linted: LintedObject, shape: Document, manifests: Manifests) -> Iterator[Suspicion]:
    """What needs no cluster to be seen; ``shape`` is what :func:`stored` made of the object."""
    if linted.kind in _SPEC_PATHS:
        path = f"{_SPEC_PATHS[linted.kind]}.devices"
        spec = shape.get("spec", {})
        devices = (spec.get("spec", {}) if linted.kind == "ResourceClaimTemplate" else spec).get("devices", {})
        yield from _too_many(linted, path, devices.get("requests", ()))
        yield from _hidden_alternatives(linted, path, devices.get("requests", ()))
    for field_path, expression, class_name in expressions(linted, shape):
        yield from _domains(linted, field_path, expression, class_name)
        yield from _literals(linted, field_path, expression, manifests)


def expressions(linted: LintedObject, shape: Document) -> Iterator[tuple[str, str, str]]:
    """Path, text and class name of every selector of a claim, a template or a class."""
    if linted.kind == "DeviceClass":
        yield from _selectors("spec.selectors", shape.get("spec", {}), linted.name)
        return
    if linted.kind not in _SPEC_PATHS:
        return
    spec = shape.get("spec", {})
    devices = (spec.get("spec", {}) if linted.kind == "ResourceClaimTemplate" else spec).get("devices", {})
    for number, request in enumerate(devices.get("requests", ())):
        path = f"{_SPEC_PATHS[linted.kind]}.devices.requests[{number}]"
        if "exactly" in request:
            yield from _selectors(f"{path}.exactly.selectors", request["exactly"], request["exactly"].get("deviceClassName", ""))
        for index, subrequest in enumerate(request.get("firstAvailable", ())):
            yield from _selectors(f"{path}.firstAvailable[{index}].selectors", subrequest, subrequest.get("deviceClassName", ""))


def _selectors(path: str, holder: Document, class_name: str) -> Iterator[tuple[str, str, str]]:
    for number, selector in enumerate(holder.get("selectors", ())):
        expression = selector.get("cel", {}).get("expression", "")
        if expression:
            yield f"{path}[{number}].cel.expression", expression, class_name


def _too_many(linted: LintedObject, path: str, requests: list[Document]) -> Iterator[Suspicion]:
    """The least that a claim can get is more than any claim may get."""
    counts = {request.get("name", ""): _least(request) for request in requests}
    total = sum(counts.values())
    if total > MAX_DEVICES:
        largest = max(range(len(requests)), key=lambda number: _least(requests[number]))
        facts = TooManyDevicesRequested(claim=linted.subject.at(path), total=total, requests=tuple(name for name in counts if counts[name]))
        yield Suspicion(facts=facts, linted=linted, field_path=f"{path}.requests[{largest}]", confidence=Confidence.CERTAIN)


def _least(request: Document) -> int:
    if "exactly" in request:
        return int(request["exactly"].get("count", 0))
    return min((int(subrequest.get("count", 0)) for subrequest in request.get("firstAvailable", ())), default=0)


def _hidden_alternatives(linted: LintedObject, path: str, requests: list[Document]) -> Iterator[Suspicion]:
    for number, request in enumerate(requests):
        alternatives = request.get("firstAvailable", [])
        for index, later in enumerate(alternatives):
            earlier = next((one for one in alternatives[:index] if _asks_no_more(one, later)), None)
            if earlier is not None:
                place = f"{path}.requests[{number}].firstAvailable[{index}]"
                facts = AlternativeNeverReached(
                    about=linted.subject.at(place),
                    request=request.get("name", ""),
                    earlier=earlier.get("name", ""),
                    later=later.get("name", ""),
                )
                yield Suspicion(facts=facts, linted=linted, field_path=place, confidence=Confidence.CERTAIN)


def _asks_no_more(earlier: Document, later: Document) -> bool:
    """Whether ``earlier`` can have whatever ``later`` can: the same class, no further selector, no larger number, no less tolerance."""
    if earlier.get("deviceClassName") != later.get("deviceClassName") or earlier.get("allocationMode") != later.get("allocationMode"):
        return False
    if earlier.get("allocationMode") == "All" and earlier.get("selectors", []) != later.get("selectors", []):
        return False
    return (
        all(selector in later.get("selectors", ()) for selector in earlier.get("selectors", ()))
        and earlier.get("count", 0) <= later.get("count", 0)
        and all(toleration in earlier.get("tolerations", ()) for toleration in later.get("tolerations", ()))
        and earlier.get("capacity", later.get("capacity")) == later.get("capacity")
    )


def _domains(linted: LintedObject, path: str, expression: str, class_name: str) -> Iterator[Suspicion]:
    """``device.attributes["type"].string``: the first brackets take a domain, and a domain has a dot."""
    every = list(LOOKUP.finditer(expression))
    if not every:
        return
    found = every[0]
    # Where the class is named for its driver, as most are, that is the domain; without devices it stays a guess.
    domain = class_name if "." in class_name else ""
    facts = DomainExpected(
        about=linted.subject.at(path),
        expression=expression,
        written=found["domain"],
        source=found[0],
        repaired=with_domains(expression, {(found["map"], found["domain"]): domain for found in every}) if domain else "",
    )
    yield Suspicion(facts=facts, linted=linted, field_path=path, confidence=Confidence.LIKELY, offset=found.start("mark"))


def _literals(linted: LintedObject, path: str, expression: str, manifests: Manifests) -> Iterator[Suspicion]:
    repaired = _SEMVER.sub(_well_formed, expression)
    edits = repairs.replace_expression(linted, manifests, path, repaired) if repaired != expression else ()
    for found in _SEMVER.finditer(expression):
        try:
            parse_version(found["literal"])
        except VersionError as error:
            facts = VersionLiteralMalformed(
                about=linted.subject.at(path), literal=found["literal"], problem=str(error), canonical=_canonical(found["literal"])
            )
            yield Suspicion(
                facts=facts,
                linted=linted,
                field_path=path,
                confidence=Confidence.CERTAIN,
                offset=found.start("literal"),
                edits=edits if facts.canonical else (),
            )


def _well_formed(found: re.Match[str]) -> str:
    """The call with the version as drivers publish it; the call itself where it is well-formed or not a version at all."""
    try:
        parse_version(found["literal"])
    except VersionError:
        canonical = _canonical(found["literal"])
        return f"semver({found['mark']}{canonical}{found['mark']})" if canonical else found[0]
    return found[0]


def _canonical(literal: str) -> str:
    try:
        return str(parse_normalized_version(literal))
    except VersionError:
        return ""
