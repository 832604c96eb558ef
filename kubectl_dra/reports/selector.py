"""Selectors and devices → what each selects, is false on and fails on, clause by clause, and what was meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, dataclass_transform

import msgspec

from kubectl_dra.cel.parser import parse
from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import document
from kubectl_dra.reports.report import API_VERSION, Report, unread_documents
from kubectl_dra.selection.cel_environment import cel_environment
from kubectl_dra.selection.clauses import ABSENT, tally
from kubectl_dra.selection.device_selector import CompileError, Environment, compile_selector
from kubectl_dra.selection.nearest import nearest_readings, nearest_texts, vocabulary_of
from kubectl_dra.selection.readings import readings_in
from kubectl_dra.selection.repairs import repairs_of, try_expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubectl_dra.api.resource import Device
    from kubectl_dra.api.source import Unread
    from kubectl_dra.findings.finding import Finding
    from kubectl_dra.inventory.states import PublishedDevice
    from kubectl_dra.selection.clauses import ClauseTally, Counts, Failures, Tally
    from kubectl_dra.selection.device_selector import CelError, CompiledSelector
    from kubectl_dra.selection.nearest import Section, Vocabulary
    from kubectl_dra.selection.readings import Reading
    from kubectl_dra.selection.repairs import Repair

    Devices = Sequence[tuple[str, Device]]

NOTHING: Final = "nothing"
"""What is read where a device has neither the attribute nor the capacity."""
MAX_COST: Final = 1_000_000
MAX_LENGTH: Final = 10 * 1024
_WHOLE_PATH: Final = 3
_HINT: Final = ". consider using"
_DRIVER: Final = re.compile(r'device\.driver == "([^"]+)"')


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(msgspec.field,))
class _Part(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The base of what stands inside the report."""


class ValueCount(_Part):
    """A value that was read, written as CEL writes it, on how many devices; ``nothing`` where a device has none."""

    value: str
    devices: int


class ReadValues(_Part):
    """What devices have where a clause reads, the most frequent value first."""

    reading: str
    values: tuple[ValueCount, ...]


class ErrorCount(_Part):
    """An error in cel-go's words, on how many devices."""

    error: str
    devices: int


class JudgedClause(_Part):
    """A clause on all devices. ``start`` and ``end`` are offsets in the expression, in characters.

    ``only_obstacle`` counts the devices that no other clause keeps from being selected; ``values`` are what it read where it is false or
    fails, or, where it is true everywhere, what it read.
    """

    text: str
    start: int
    end: int
    connective: str
    true: int
    false: int
    fails: int
    only_obstacle: int
    errors: tuple[ErrorCount, ...]
    values: tuple[ReadValues, ...]
    clauses: tuple[JudgedClause, ...]


class Hint(_Part):
    """Something that the expression names and that devices do not have, or not all: where it stands, and what there is instead."""

    start: int
    end: int
    text: str


class OfferedRepair(_Part):
    """An expression that may be meant, and what it was seen to do on these devices.

    ``without_driver`` is enough inside a class that selects ``driver`` only; both are empty where that makes no difference.
    """

    expression: str
    selects: int
    devices: int
    without_driver: str = ""
    driver: str = ""


class JudgedSelector(_Part):
    """One selector.

    ``object``, ``field_path`` and ``origin`` say where it stands, empty for one from the command line. ``refusal`` is what the API server
    would say to it, empty where it accepts it; ``untold`` says why this program cannot evaluate it. ``among`` names the devices it was
    asked about, of which there are ``devices``.
    """

    expression: str
    object: str = ""
    field_path: str = ""
    origin: str = ""
    among: str = ""
    devices: int = 0
    selects: int = 0
    false: int = 0
    fails: int = 0
    errors: tuple[ErrorCount, ...] = ()
    refusal: str = ""
    refusal_start: int = -1
    untold: str = ""
    clauses: tuple[JudgedClause, ...] = ()
    hints: tuple[Hint, ...] = ()
    repairs: tuple[OfferedRepair, ...] = ()
    selected: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether it is accepted, selects something and fails on no device."""
        return not (self.refusal or self.untold or self.fails) and self.selects > 0

    @property
    def headline(self) -> str:
        """What becomes of it, in one sentence."""
        if self.refusal:
            return f"the API server refuses it: {self.refusal}"
        if self.untold:
            return f"it cannot be evaluated here: {self.untold}"
        if not self.devices:
            return f"there are no devices to try it on{f': {self.among}' if self.among else ''}"
        if self.fails:
            return f"fails on {self._some(self.fails)}: {self.errors[0].error}"
        if not self.selects:
            return f"selects none of {self._every}"
        return f"selects {self._some(self.selects)}"

    @property
    def consequence(self) -> str:
        """What the scheduler makes of an error."""
        return "the scheduler stops at the first such device and leaves the pod pending" if self.fails and not self.refusal else ""

    @property
    def _every(self) -> str:
        return f"{prose.count(self.devices, 'device')}{f' {self.among}' if self.among else ''}"

    def _some(self, number: int) -> str:
        return f"{number:,} of {self._every}"


class SelectorList(Report):
    """What ``kubectl dra selector`` found. ``release`` is the release as which the expressions were read."""

    release: str
    selectors: tuple[JudgedSelector, ...]
    view: tuple[Finding, ...] = ()
    """What could not be seen, and so may make an answer wrong."""
    unread: tuple[Unread, ...] = ()

    def document(self) -> dict[str, object]:
        """The documented shape."""
        return {
            "apiVersion": API_VERSION,
            "kind": "SelectorList",
            "release": self.release,
            "selectors": [msgspec.to_builtins(selector) for selector in self.selectors],
            "findings": [document(finding) for finding in self.view],
            "unread": unread_documents(self.unread),
        }

    @property
    def all_sound(self) -> bool:
        """Whether every selector is accepted, selects something and fails nowhere."""
        return all(selector.is_sound for selector in self.selectors)

    def names(self) -> tuple[str, ...]:
        """``DRIVER/POOL/DEVICE`` of every device that is selected."""
        return tuple(dict.fromkeys(name for selector in self.selectors for name in selector.selected))


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A selector to be judged: its text, where it stands, and the devices that get to it, named by ``among``.

    ``untold`` says why these are not known; the text alone is judged then.
    """

    expression: str
    devices: tuple[PublishedDevice, ...]
    object: str = ""
    field_path: str = ""
    origin: str = ""
    among: str = ""
    untold: str = ""


def judge(question: Question, stored: Environment) -> JudgedSelector:
    """A selector on devices: read as the API server reads a new one, evaluated as the scheduler of ``stored`` evaluates it."""
    devices: Devices = [(published.slice_.spec.driver, published.device) for published in question.devices]
    place = JudgedSelector(
        expression=question.expression,
        object=question.object,
        field_path=question.field_path,
        origin=question.origin,
        among=question.among,
        devices=len(devices),
    )
    new = msgspec.structs.replace(stored, stored=False)
    refused = _refused(question.expression, new)
    if refused is not None:
        refusal, start = refused
        repairs = _repairs(question.expression, new, devices)
        return msgspec.structs.replace(place, refusal=refusal, refusal_start=start, hints=_hints(question, devices, None), repairs=repairs)
    if question.untold:
        return msgspec.structs.replace(place, untold=question.untold)
    compiled = compile_selector(question.expression, stored)
    if compiled.error is not None:
        return msgspec.structs.replace(place, untold=_brief(compiled.error))
    return _evaluated(place, question, compiled, devices)


def _evaluated(place: JudgedSelector, question: Question, compiled: CompiledSelector, devices: Devices) -> JudgedSelector:
    counted = tally(compiled, devices)
    selected = [
        str(one.id) for one, (driver, device) in zip(question.devices, devices, strict=True) if compiled.evaluate(driver, device) is True
    ]
    judged = msgspec.structs.replace(
        place,
        selects=counted.selected,
        false=counted.false,
        fails=sum(failure.devices for failure in counted.failures),
        errors=_errors(counted.failures),
        clauses=tuple(_clause(clause) for clause in counted.clauses),
        hints=_hints(question, devices, counted),
        selected=tuple(selected),
    )
    repairs = () if judged.is_sound else _repairs(question.expression, compiled.environment, devices)
    return msgspec.structs.replace(judged, repairs=repairs)


# ── admission ──


def _refused(expression: str, new: Environment) -> tuple[str, int] | None:
    """What the API server says to a new expression, and where in it; None where it accepts it."""
    if (length := len(expression.encode())) > MAX_LENGTH:
        return f"it is {length:,} bytes long, at most {MAX_LENGTH:,} are allowed", -1
    compiled = compile_selector(expression, new)
    if isinstance(compiled.error, CompileError):
        first = compiled.error.issues[0] if compiled.error.issues else None
        return (first.message, first.offset) if first else (_brief(compiled.error), -1)
    if compiled.error is None and compiled.max_cost > MAX_COST:
        return f"too complex, exceeds cost limit: it is estimated at {compiled.max_cost:,}, at most {MAX_COST:,} is allowed", -1
    return None


def _brief(error: CelError) -> str:
    return error.text.partition("\n")[0].partition(_HINT)[0]


# ── clauses ──


def _clause(clause: ClauseTally) -> JudgedClause:
    not_true = clause.false or clause.failed or clause.others
    return JudgedClause(
        text=clause.text,
        start=clause.start,
        end=clause.end,
        connective=clause.connective,
        true=clause.true,
        false=clause.false + clause.others,
        fails=clause.failed,
        only_obstacle=clause.only_obstacle,
        errors=_errors(clause.failures),
        values=_values(clause.values_where_false if not_true else clause.values),
        clauses=tuple(_clause(part) for part in clause.clauses),
    )


def _errors(failures: Sequence[Failures]) -> tuple[ErrorCount, ...]:
    return tuple(ErrorCount(error=_brief(failure.error), devices=failure.devices) for failure in failures)


def _values(counts: Sequence[Counts]) -> tuple[ReadValues, ...]:
    return tuple(
        ReadValues(
            reading=str(one.reading),
            values=tuple(
                ValueCount(value=NOTHING if count.value is ABSENT else prose.quoted(count.value), devices=count.devices)
                for count in one.values
            ),
        )
        for one in counts
    )


# ── what it names and devices lack ──


def _hints(question: Question, devices: Devices, counted: Tally | None) -> tuple[Hint, ...]:
    """One for each name that no device has, or that not every device has where the selector fails."""
    if not devices:
        return ()
    vocabulary = vocabulary_of(devices)
    readings = _readings(question.expression)
    fails = bool(counted and counted.failures)
    found = (_hint(question.expression, reading, vocabulary, fails=fails) for reading in readings)
    absent = tuple(hint for hint in found if hint is not None)
    selects_nothing = counted is not None and not counted.selected and not fails
    return absent or (tuple(_unknown_texts(question.expression, readings, vocabulary)) if selects_nothing else ())


def _readings(expression: str) -> tuple[Reading, ...]:
    """What an expression reads, also one that does not compile, as far as it can be parsed."""
    environment = cel_environment(Environment())
    tree = parse(expression, environment.macros, escaped_fields=environment.quirks.escaped_fields).tree
    return readings_in(tree) if tree is not None else ()


def _hint(expression: str, reading: Reading, vocabulary: Vocabulary, *, fails: bool) -> Hint | None:
    if len(reading.path) != _WHOLE_PATH or reading.path[0] not in {"attributes", "capacity"}:
        return None
    section: Section = "attributes" if reading.path[0] == "attributes" else "capacity"
    _, domain, identifier = reading.path
    domains = vocabulary.domains(section)
    if domain not in domains:
        known = prose.listed(sorted(domains)) if domains else "none"
        return _at(expression, domain, f'a domain is expected here, and "{domain}" is none that these devices have: {known}')
    number = vocabulary.count(reading)
    if number and (number == vocabulary.devices or not fails):
        return None
    text = f"{identifier} is on {number:,} of {prose.count(vocabulary.devices, 'device')}"
    near = nearest_readings(reading, vocabulary) if not number else ()
    if near:
        text += f"; the nearest is {near[0].reading}, on {near[0].devices:,}"
    return _at(expression, identifier, text)


def _unknown_texts(expression: str, readings: Sequence[Reading], vocabulary: Vocabulary) -> Iterator[Hint]:
    """Texts that are compared with an attribute and that no device has."""
    for reading in readings:
        texts = vocabulary.texts.get(reading.path[1:], {}) if len(reading.path) == _WHOLE_PATH else {}
        written = re.search(rf'{re.escape(reading.identifier)}\s*==\s*("([^"]*)"|\'([^\']*)\')', expression)
        if not written or not texts:
            continue
        text = written[2] or written[3] or ""
        if text not in texts:
            near = nearest_texts(reading, text, vocabulary)
            there = near[0].text if near else max(texts, key=texts.__getitem__)
            number = texts[there]
            yield Hint(
                start=written.start(1), end=written.end(1), text=f'no device has it; "{there}" is on {number:,} of {vocabulary.devices:,}'
            )


def _at(expression: str, name: str, text: str) -> Hint | None:
    found = re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)|(?<=\.){re.escape(name)}(?!\w)", expression)
    return Hint(start=found.start(), end=found.end(), text=text) if found else None


# ── repairs ──


def _repairs(expression: str, environment: Environment, devices: Devices) -> tuple[OfferedRepair, ...]:
    if not devices:
        return ()
    return tuple(_offered(expression, repair, environment, devices) for repair in repairs_of(expression, environment, devices))


def _offered(expression: str, repair: Repair, environment: Environment, devices: Devices) -> OfferedRepair:
    offered = OfferedRepair(expression=repair.expression, selects=repair.trial.selects, devices=repair.trial.devices)
    drivers = _DRIVER.findall(repair.expression)
    if not repair.edits or repair.edits[-1].slip != "missing-driver" or len(drivers) != 1:
        return offered
    shorter = expression
    for edit in repair.edits[:-1]:
        shorter = edit.applied(shorter)
    of_driver = [(driver, device) for driver, device in devices if driver == drivers[0]]
    if not try_expression(shorter, environment, of_driver).is_sound:
        return offered
    return msgspec.structs.replace(offered, without_driver=shorter, driver=drivers[0])
