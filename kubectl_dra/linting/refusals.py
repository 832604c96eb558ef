"""What the API server of each release would say to an object → suspicions, the same complaint of several releases told once."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from kubectl_dra.admission import schema
from kubectl_dra.admission.context import Context
from kubectl_dra.admission.expressions import MAX_COST, environment_of_new
from kubectl_dra.admission.field_errors import ErrorType
from kubectl_dra.admission.validation import KINDS, ApiServer
from kubectl_dra.api.kinds import RESOURCE_GROUP
from kubectl_dra.findings.dra114_admin_access_not_labelled import AdminAccessNotLabelled
from kubectl_dra.findings.dra604_fields_dropped import DroppedField, FieldsDropped
from kubectl_dra.findings.dra901_selector_does_not_compile import SelectorDoesNotCompile
from kubectl_dra.findings.dra902_selector_too_costly import SelectorTooCostly
from kubectl_dra.findings.dra903_version_not_served import VersionNotServed
from kubectl_dra.findings.dra904_unknown_field import UnknownField
from kubectl_dra.findings.dra905_value_of_wrong_type import ValueOfWrongType
from kubectl_dra.findings.dra906_field_refused import FieldRefused
from kubectl_dra.findings.dra907_version_off_by_default import VersionOffByDefault
from kubectl_dra.findings.finding import Confidence, Severity
from kubectl_dra.linting import repairs
from kubectl_dra.linting.flaws import Suspicion
from kubectl_dra.releases.features import enabled_gates
from kubectl_dra.releases.release import Release, nearest_followed
from kubectl_dra.selection.device_selector import CompileError, compile_selector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kubectl_dra.admission.field_errors import FieldError
    from kubectl_dra.admission.strict import UnknownField as Unknown
    from kubectl_dra.admission.strict import WrongType
    from kubectl_dra.admission.validation import Answer
    from kubectl_dra.findings.finding import Facts
    from kubectl_dra.linting.edits import Edit
    from kubectl_dra.linting.manifests import LintedObject, Manifests

Part = TypeVar("Part")

_GENERAL: Final = Release(1, 34)
"""The first release that serves resource.k8s.io/v1, and by default only that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """The releases to judge for, and how they are set up. ``served`` are the versions that a known server has on, None where not known."""

    releases: tuple[Release, ...]
    gates: Mapping[str, bool] = field(default_factory=dict)
    served: tuple[str, ...] | None = None


def refusals(linted: LintedObject, manifests: Manifests, servers: Servers, labels: Mapping[str, Mapping[str, str]]) -> Iterator[Suspicion]:
    """Everything that any of the releases refuses, drops or serves only on request."""
    if linted.kind not in KINDS or not linted.api_version.startswith(f"{RESOURCE_GROUP}/"):
        return
    answers = {
        release: ApiServer(release=release, gates=servers.gates, namespace_labels=lambda name: labels.get(name)).answer(
            linted.document, linted.kind, linted.api_version
        )
        for release in servers.releases
    }
    judging = _Judging(linted=linted, manifests=manifests, several=len(servers.releases) > 1)
    yield from judging.versions(answers, servers)
    yield from judging.decoding(answers)
    yield from judging.validation(answers, servers)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judging:
    linted: LintedObject
    manifests: Manifests
    several: bool

    def versions(self, answers: Mapping[Release, Answer], servers: Servers) -> Iterator[Suspicion]:
        """API versions that are gone, not there yet, or off."""
        linted = self.linted
        unserved = [release for release, answer in answers.items() if not answer.is_served]
        about = linted.subject.at("apiVersion")
        if unserved:
            last = schema.last_release(linted.api_version, linted.kind)
            facts: Facts = VersionNotServed(
                about=about,
                api_version=linted.api_version,
                releases=_texts(unserved),
                last=str(last) if last and last < max(unserved) else "",
                instead=_served_instead(linted, unserved),
            )
            yield self._suspicion(facts, "apiVersion", edits=repairs.rewrite_version(linted, self.manifests, unserved))
        off = [release for release, answer in answers.items() if answer.is_served and _is_off(linted, release, servers)]
        if off:
            instead = _served_instead(linted, off)
            facts = VersionOffByDefault(about=about, api_version=linted.api_version, releases=_texts(off), instead=instead)
            yield self._suspicion(facts, "apiVersion", edits=repairs.rewrite_version(linted, self.manifests, off))

    def decoding(self, answers: Mapping[Release, Answer]) -> Iterator[Suspicion]:
        """Fields that are not there, values that cannot be."""
        for unknown, releases in _grouped((release, part) for release, answer in answers.items() for part in answer.unknown):
            yield self._unknown(unknown, releases)
        for wrong, releases in _grouped((release, part) for release, answer in answers.items() for part in answer.wrong):
            yield self._wrong(wrong, releases)

    def validation(self, answers: Mapping[Release, Answer], servers: Servers) -> Iterator[Suspicion]:
        """Values that are refused, fields that are dropped, namespaces that cannot be."""
        for error, releases in _grouped((release, part) for release, answer in answers.items() for part in answer.errors):
            yield self._refused(error, releases, servers)
        for problem, releases in _grouped((release, part) for release, answer in answers.items() for part in answer.namespace_problems):
            path = "metadata.namespace"
            yield self._suspicion(
                FieldRefused(about=self.linted.subject.at(path), field=path, complaint=problem, releases=self._told(releases)), path
            )
        for dropped, releases in _grouped((release, part) for release, answer in answers.items() for part in answer.dropped):
            subject = self.linted.subject
            lost = DroppedField(object=str(subject), field=dropped.path)
            facts = FieldsDropped(gate=dropped.gate, fields=(lost,), about=subject.at(dropped.path), default_off=True)
            del releases
            # Which gates a server has on is in no manifest: these are the defaults.
            yield Suspicion(
                facts=facts,
                linted=self.linted,
                field_path=dropped.path,
                confidence=Confidence.LIKELY,
                severity=Severity.WARNING,
                at_key=True,
            )

    def _unknown(self, unknown: Unknown, releases: list[Release]) -> Suspicion:
        linted, version = self.linted, self.linted.api_version.rpartition("/")[2]
        path = unknown.path
        move = repairs.belongs(path, version)
        since = "" if move else _since(path, linted, max(releases))
        facts = UnknownField(
            about=linted.subject.at(path),
            field=path,
            api_version=linted.api_version,
            place=move,
            nearest="" if move or since else _nearest_field(path, linted, version, max(releases)),
            since=since,
            releases=self._told(releases),
        )
        edits = repairs.move_field(linted, self.manifests, path, version) if move else ()
        return self._suspicion(facts, path, edits=edits, at_key=True)

    def _wrong(self, wrong: WrongType, releases: list[Release]) -> Suspicion:
        written, edits = repairs.quote(self.linted, self.manifests, wrong.path) if wrong.wanted == "text" else ("", ())
        facts = ValueOfWrongType(
            about=self.linted.subject.at(wrong.path),
            field=wrong.path,
            found=wrong.found,
            wanted=wrong.wanted,
            written=written,
            releases=self._told(releases),
        )
        return self._suspicion(facts, wrong.path, edits=edits)

    def _refused(self, error: FieldError, releases: list[Release], servers: Servers) -> Suspicion:
        about = self.linted.subject.at(error.path)
        if error.path.endswith(".cel.expression"):
            selector = self._selector(error, releases, servers)
            if selector is not None:
                return selector
        if error.path.endswith(".adminAccess"):
            namespace = self.linted.namespace or "default"
            return self._suspicion(AdminAccessNotLabelled(namespace=namespace, asked_by=about), error.path)
        complaint = str(error).removeprefix(f"{error.path}: ")
        return self._suspicion(FieldRefused(about=about, field=error.path, complaint=complaint, releases=self._told(releases)), error.path)

    def _selector(self, error: FieldError, releases: list[Release], servers: Servers) -> Suspicion | None:
        release = nearest_followed(max(releases))
        expression = _value_at(self.linted, error)
        if expression is None:
            return None
        context = Context(release=release, gates=enabled_gates(release, servers.gates))
        compiled = compile_selector(expression, environment_of_new(context))
        about, told = self.linted.subject.at(error.path), self._told(releases)
        if error.type is ErrorType.FORBIDDEN:
            costly = SelectorTooCostly(about=about, expression=expression, cost=compiled.max_cost, limit=MAX_COST, releases=told)
            return self._suspicion(costly, error.path)
        if not isinstance(compiled.error, CompileError):
            return None
        issues = compiled.error.issues
        repaired = repairs.compiling(expression, environment_of_new(context))
        facts = SelectorDoesNotCompile(
            about=about,
            expression=expression,
            problem=issues[0].message if issues else compiled.error.text,
            offset=issues[0].offset if issues else 0,
            more=max(len(issues) - 1, 0),
            repaired=repaired,
            releases=told,
        )
        edits = repairs.replace_expression(self.linted, self.manifests, error.path, repaired) if repaired else ()
        return self._suspicion(facts, error.path, offset=issues[0].offset if issues else None, edits=edits)

    def _told(self, releases: Iterable[Release]) -> tuple[str, ...]:
        return _texts(releases) if self.several else ()

    def _suspicion(
        self,
        facts: Facts,
        path: str,
        *,
        confidence: Confidence = Confidence.CERTAIN,
        offset: int | None = None,
        edits: tuple[Edit, ...] = (),
        at_key: bool = False,
    ) -> Suspicion:
        return Suspicion(facts=facts, linted=self.linted, field_path=path, confidence=confidence, offset=offset, edits=edits, at_key=at_key)


def _grouped(parts: Iterable[tuple[Release, Part]]) -> list[tuple[Part, list[Release]]]:
    """Equal complaints of several releases, in the order in which they first came."""
    found: dict[tuple[str, str], tuple[Part, list[Release]]] = {}
    for release, part in parts:
        key = str(part), getattr(part, "path", "")
        found.setdefault(key, (part, []))[1].append(release)
    return list(found.values())


def _texts(releases: Iterable[Release]) -> tuple[str, ...]:
    return tuple(str(release) for release in sorted(releases))


def _is_off(linted: LintedObject, release: Release, servers: Servers) -> bool:
    version = linted.api_version.rpartition("/")[2]
    if servers.served is not None:
        return version not in servers.served
    return release >= _GENERAL and version != "v1"


def _served_instead(linted: LintedObject, releases: Iterable[Release]) -> str:
    """The version that all these releases serve for the kind, the best first; empty where there is none."""
    chosen = tuple(releases)
    for version in ("v1", "v1beta2", "v1beta1"):
        candidate = f"{RESOURCE_GROUP}/{version}"
        if candidate != linted.api_version and all(schema.can_serve(candidate, linted.kind, release) for release in chosen):
            return candidate if version == "v1" or max(chosen) < _GENERAL else ""
    return ""


def _since(path: str, linted: LintedObject, release: Release) -> str:
    """``Kubernetes 1.36 and later``, where a later release has the field."""
    from kubectl_dra.releases.release import FOLLOWED  # noqa: PLC0415  (named where it is used)

    version = linted.api_version.rpartition("/")[2]
    for later in FOLLOWED:
        if later > release and path not in {part.path for part in repairs.unknown_of(linted, version, later)}:
            return f"Kubernetes {later} and later"
    return ""


def _nearest_field(path: str, linted: LintedObject, version: str, release: Release) -> str:
    """The field at the same place that is spelled most alike."""
    names = repairs.fields_beside(path, linted.kind, version, release)
    near = difflib.get_close_matches(path.rpartition(".")[2], names, n=1, cutoff=0.7)
    return near[0] if near else ""


def _value_at(linted: LintedObject, error: FieldError) -> str | None:
    if isinstance(error.value, str):
        return error.value
    return repairs.text_at(linted.document, error.path)
