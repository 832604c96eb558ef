"""Facts → Finding: what was found, how sure it is, what proves it, and what was tried against it.

A finding's own file declares one class of facts; the class is named for the obstacle, and its methods are the only place where that
obstacle is put into words. Everything here is a value: the search fills facts in, renderers lay the words out, neither writes any.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, TypeAlias, dataclass_transform

import msgspec

if TYPE_CHECKING:
    from kubectl_dra.inventory.inventory import Inventory


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(msgspec.field,))
class Value(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The base of everything a finding is made of: immutable, compared by content, its fields spelled as the API spells fields."""


class Severity(enum.StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """It blocks now."""
    WARNING = "warning"
    """It will block, or it wastes devices."""
    INFO = "info"
    """It is worth knowing."""

    def reaches(self, threshold: Severity) -> bool:
        """Whether this is at or above ``threshold``."""
        return _ORDER.index(self) <= _ORDER.index(threshold)


_ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)


class Confidence(enum.StrEnum):
    """How sure a finding is."""

    CERTAIN = "certain"
    """Proved from objects that were read, on the release's default gates."""
    LIKELY = "likely"
    """Follows from what was read, unless something unread says otherwise."""
    POSSIBLE = "possible"
    """One of several explanations that the objects allow."""

    def at_most(self, other: Confidence) -> Confidence:
        """The lower of the two."""
        return max(self, other, key=_SURENESS.index)


_SURENESS = (Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE)


class Subject(Value):
    """The object, and the field of it, that a finding is about; ``field_path`` is zero-based, as the API prints it."""

    kind: str
    name: str
    namespace: str = ""
    field_path: str = ""

    def at(self, field_path: str) -> Subject:
        """The same object, another field."""
        return Subject(kind=self.kind, name=self.name, namespace=self.namespace, field_path=field_path)

    def __str__(self) -> str:
        """``ResourceClaim/train-gpu -n ml``."""
        place = f" -n {self.namespace}" if self.namespace else ""
        return f"{self.kind}/{self.name}{place}"


class Mark(enum.StrEnum):
    """What a line of evidence is; a renderer chooses the sign for it."""

    NOTE = "note"
    """A labelled fact."""
    SOURCE = "source"
    """Text quoted from an object."""
    HOLDS = "holds"
    """What was checked, and it holds."""
    FAILS = "fails"
    """What was checked, and it does not."""


class Evidence(Value):
    """One line that proves the finding: a label of one word, and the text."""

    text: str
    label: str = ""
    mark: Mark = Mark.NOTE


Change: TypeAlias = Callable[["Inventory"], "Inventory"]
"""What a remedy would change, as a function of what the cluster has."""


class Proposal(Value):
    """A remedy before it was tried.

    ``text`` says what to do, with the field path and the new value; ``command`` is the exact command where there is one; ``brief`` a few
    words for a table. ``change`` is what it does to the inventory, None where that cannot be tried; ``untried`` then says why.
    """

    text: str
    command: str = ""
    brief: str = ""
    change: Change | None = None
    untried: str = ""


class Remedy(Value):
    """A remedy, and what happened when it was tried; None where it could not be, and ``untried`` may say why."""

    text: str
    tried: str | None
    command: str = ""
    brief: str = ""
    untried: str = ""


class Finding(Value):
    """One thing that was found.

    ``headline`` is the obstacle in one clause, for a verdict or a table; ``message`` is the whole sentence. ``facts`` are the numbers and
    names behind both, in JSON types.
    """

    code: str
    name: str
    severity: Severity
    confidence: Confidence
    message: str
    subject: Subject = msgspec.field(name="object")
    headline: str
    facts: dict[str, object] = {}
    evidence: tuple[Evidence, ...] = ()
    remedies: tuple[Remedy, ...] = ()


class Facts(Value):
    """What a finding knows. Subclasses are named for the obstacle and put it into words; each has a file and a code of its own."""

    code: ClassVar[str]
    severity: ClassVar[Severity] = Severity.ERROR

    def subject(self) -> Subject:
        """What to look at."""
        raise NotImplementedError

    def message(self) -> str:
        """The whole sentence, subject first, present tense, no final stop."""
        raise NotImplementedError

    def headline(self) -> str:
        """The obstacle in one clause, for a verdict or a table."""
        return self.message()

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it, most telling first."""
        return ()

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take the obstacle away, best first; tried by whoever has the inventory."""
        return ()


def conclude(facts: Facts, *, confidence: Confidence = Confidence.CERTAIN, remedies: tuple[Remedy, ...] | None = None) -> Finding:
    """The finding that facts make. Without ``remedies`` the proposals that cannot be tried stand as they are, the others are left out."""
    if remedies is None:
        remedies = tuple(untried(proposal) for proposal in facts.proposals() if proposal.change is None)
    return Finding(
        code=facts.code,
        name=type(facts).__name__,
        severity=facts.severity,
        confidence=confidence,
        message=facts.message(),
        subject=facts.subject(),
        headline=facts.headline(),
        facts=known_facts(facts),
        evidence=facts.evidence(),
        remedies=remedies,
    )


def untried(proposal: Proposal) -> Remedy:
    """A proposal that nothing was tried for."""
    return Remedy(text=proposal.text, tried=None, command=proposal.command, brief=proposal.brief, untried=proposal.untried)


def known_facts(facts: Facts) -> dict[str, object]:
    """Facts as JSON types, fields in the API's spelling; changes, which are functions, are left out."""
    plain: dict[str, object] = msgspec.to_builtins(facts, enc_hook=lambda _: None)
    return {name: _without_changes(value) for name, value in plain.items() if name != "change"}


def _without_changes(value: object) -> object:
    if isinstance(value, dict):
        return {name: _without_changes(part) for name, part in value.items() if name != "change"}
    if isinstance(value, list):
        if all(isinstance(part, str) for part in value):  # thousands of names
            return value
        return [_without_changes(part) for part in value]
    return value


def document(finding: Finding) -> dict[str, object]:
    """A finding in its documented JSON shape; additive only."""
    plain: dict[str, object] = msgspec.to_builtins(finding)
    return {name: value for name, value in plain.items() if name != "headline"}


_CODE = re.compile(r"DRA[0-9]{3}")


def is_code(text: str) -> bool:
    """Whether ``text`` has the form of a code."""
    return _CODE.fullmatch(text) is not None
