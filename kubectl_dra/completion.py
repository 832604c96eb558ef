"""Words typed so far → what the shell may offer next, in the protocol that kubectl speaks with ``kubectl_complete-dra``.

One candidate a line, a tab before its description; the last line is ``:`` and a number of directives. Whatever goes wrong, nothing is
offered: a completion never talks. Upstream: ``k8s.io/kubectl/pkg/cmd/plugin/plugin_completion.go``, ``spf13/cobra`` ``completions.go``.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.commands.command import Command, Text
from kubectl_dra.commands.flags import COLOR, FAIL_ON, add_shared_flags
from kubectl_dra.commands.parser import Parser
from kubectl_dra.commands.table import COMMANDS
from kubectl_dra.commands.words import split_command

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterable, Sequence

    from kubectl_dra.api.kinds import Kind
    from kubectl_dra.inventory.inventory import Inventory

NO_FILES, FILES, NO_SPACE = 4, 0, 2
"""cobra's ``ShellCompDirective``: 2 puts no space behind the candidate, 4 keeps the shell from offering files."""

_PATIENCE = "2"
"""Seconds that a server has to answer a key press."""

_ANY_COMMAND = Command(name="", usage="", description="", examples="", add_flags=lambda _: None, run=lambda _: Text(""))
"""A command that takes every shared flag, for reading those typed so far."""


class Candidate(NamedTuple):
    """A word that may come next, and what it is."""

    word: str
    text: str = ""


class Offer(NamedTuple):
    """The candidates and the directives."""

    candidates: tuple[Candidate, ...] = ()
    directives: int = NO_FILES


def complete(words: Sequence[str]) -> str:
    """What ``kubectl_complete-dra`` prints for the words behind ``dra``, the last of which is the one being typed."""
    try:
        offer = offered(words)
    except Exception:  # noqa: BLE001  (the protocol has no place for a mistake: nothing is offered)
        offer = Offer()
    typed = (words or [""])[-1]
    value = typed.rpartition("=")[2] if typed.startswith("--") and "=" in typed else typed
    lines = [f"{one.word}\t{one.text}".rstrip() for one in offer.candidates if one.word.startswith((typed, value))]
    return "".join(f"{line}\n" for line in [*lines, f":{offer.directives}"])


def offered(words: Sequence[str]) -> Offer:
    """What may stand in the place of the last word."""
    *before, typed = words or [""]
    name, rest = split_command(before)
    previous = before[-1] if before else ""
    if not name:
        return _before_command(previous, typed, before)
    if name in {"help", "options"}:
        return Offer(_commands() if name == "help" and not rest else ())
    command = _load(name)
    if command is None:
        return Offer()
    parser = _parser(command)
    flag, is_inside = _flag_waiting(parser, previous, typed)
    if flag:
        return _values(flag, is_inside, command, parser, before)
    if typed.startswith("-"):
        return Offer(tuple(Candidate(flag.name, flag.text) for flag in sorted(parser.flags, key=lambda flag: flag.name)))
    return _positionals(command, parser, before)


def _before_command(previous: str, typed: str, before: Sequence[str]) -> Offer:
    parser = Parser("")
    from kubectl_dra.commands.flags import add_connection_flags  # noqa: PLC0415  (rarely before the command)

    add_connection_flags(parser)
    flag, is_inside = _flag_waiting(parser, previous, typed)
    if flag:
        return _values(flag, is_inside, None, parser, before)
    if typed.startswith("-"):
        return Offer(tuple(Candidate(flag.name, flag.text) for flag in parser.flags))
    return Offer(_commands())


def _commands() -> tuple[Candidate, ...]:
    return tuple(Candidate(entry.name, entry.summary) for entry in COMMANDS)


def _load(name: str) -> Command | None:
    from kubectl_dra.commands.command import UsageError  # noqa: PLC0415  (loaded with any command)
    from kubectl_dra.commands.loading import load_command  # noqa: PLC0415

    try:
        return load_command(name)
    except UsageError:
        return None


def _parser(command: Command) -> Parser:
    parser = Parser(command.name)
    add_shared_flags(parser, command)
    command.add_flags(parser)
    return parser


def _flag_waiting(parser: Parser, previous: str, typed: str) -> tuple[str, bool]:
    """The flag whose value is being typed, and whether it stands in the same word, as in ``--namespace=m``."""
    with_value = {
        spelling: flag.name for flag in parser.flags if flag.default != "false" for spelling in (flag.name, flag.short) if spelling
    }
    if "=" in typed and typed.partition("=")[0] in with_value:
        return with_value[typed.partition("=")[0]], True
    return with_value.get(previous, ""), False


_FILES = frozenset(
    {"--from", "--filename", "--kubeconfig", "--certificate-authority", "--client-certificate", "--client-key", "--cache-dir", "--dir"}
)


def _values(flag: str, is_inside: bool, command: Command | None, parser: Parser, before: Sequence[str]) -> Offer:  # noqa: FBT001
    if flag in _FILES:
        return Offer((), FILES)
    words = _value_words(flag, command, parser, before if is_inside else before[:-1])
    prefix = f"{flag}=" if is_inside else ""
    return Offer(tuple(Candidate(prefix + word, text) for word, text in words))


def _value_words(flag: str, command: Command | None, parser: Parser, before: Sequence[str]) -> Iterable[Candidate]:
    fixed: dict[str, Sequence[str]] = {
        "--output": command.formats if command else (),
        "--color": COLOR,
        "--fail-on": FAIL_ON,
    }
    if flag in fixed:
        return [Candidate(word) for word in fixed[flag]]
    if flag == "--release":
        from kubectl_dra.releases.release import FOLLOWED  # noqa: PLC0415  (only for this flag)

        return [Candidate(str(release)) for release in FOLLOWED]
    if flag == "--context":
        return _contexts(parser, before)
    if command is not None and command.name == "new-claim" and flag in _CLAIM_FLAGS:
        return _claim_words(flag, parser, before)
    reader = _READERS.get(flag)
    return reader(parser, before) if reader else ()


_CLAIM_FLAGS = ("--class", "--or", "--request", "--like", "--with", "--min", "--capacity", "--same", "--distinct")


def _claim_words(flag: str, parser: Parser, before: Sequence[str]) -> list[Candidate]:
    """What a claim may ask for: classes, devices, names and values, each with the number of devices that have it."""
    from kubectl_dra.api import kinds  # noqa: PLC0415  (only names need kinds)
    from kubectl_dra.scaffolding.offers import offers_for  # noqa: PLC0415
    from kubectl_dra.scaffolding.supply import supply_of  # noqa: PLC0415

    supply = supply_of(_inventory(parser, before, kinds.RESOURCE_SLICE, kinds.DEVICE_CLASS)[0])
    named = [value for word, value in itertools.pairwise(before) if word in {"--class", "--or", "--request"}]
    class_name = named[-1].rpartition("=")[2] if named else ""
    return [Candidate(word, text) for word, text in offers_for(flag, supply, class_name)]


def _contexts(parser: Parser, before: Sequence[str]) -> list[Candidate]:
    from kubectl_dra.cluster.apiserver import known_contexts  # noqa: PLC0415  (only for this flag)
    from kubectl_dra.commands.flags import connection_options  # noqa: PLC0415

    return [Candidate(name) for name in known_contexts(connection_options(_options(parser, before)))]


def _options(parser: Parser, before: Sequence[str]) -> Namespace:
    """The flags typed so far, whatever else stands among them."""
    _, rest = split_command(before)
    known = Parser(parser.command)
    add_shared_flags(known, _ANY_COMMAND)
    known.add_positional("WORD")
    shared = {one.name for one in known.flags}
    for flag in parser.flags:
        if flag.name not in shared:
            (known.add_switch if flag.default == "false" else known.add_list)(flag.short, flag.name, flag.text)
    return known.parse(rest)


def _inventory(parser: Parser, before: Sequence[str], *kinds: Kind) -> tuple[Inventory, str]:
    """What is read for a key press, and the namespace that is meant."""
    from kubectl_dra.commands.sources import load_inventory, open_source  # noqa: PLC0415  (only names need a cluster)

    options = _options(parser, before)
    options.request_timeout = _PATIENCE
    opened = open_source(options)
    return load_inventory(options, opened, *kinds), opened.namespace


def _namespaces(parser: Parser, before: Sequence[str]) -> list[Candidate]:
    from kubectl_dra.api import kinds  # noqa: PLC0415  (only names need kinds)

    return [Candidate(name) for name in sorted(_inventory(parser, before, kinds.NAMESPACE)[0].namespaces)]


def _nodes(parser: Parser, before: Sequence[str]) -> list[Candidate]:
    from kubectl_dra.api import kinds  # noqa: PLC0415  (only names need kinds)

    return [Candidate(name) for name in sorted(_inventory(parser, before, kinds.NODE)[0].nodes)]


def _classes(parser: Parser, before: Sequence[str]) -> list[Candidate]:
    from kubectl_dra.api import kinds  # noqa: PLC0415  (only names need kinds)

    return [Candidate(name) for name in sorted(_inventory(parser, before, kinds.DEVICE_CLASS)[0].device_classes)]


def _drivers(parser: Parser, before: Sequence[str]) -> list[Candidate]:
    from kubectl_dra.api import kinds  # noqa: PLC0415  (only names need kinds)

    slices = _inventory(parser, before, kinds.RESOURCE_SLICE)[0].resource_slices
    return [Candidate(name) for name in sorted({slice_.spec.driver for slice_ in slices})]


def _columns(parser: Parser, before: Sequence[str]) -> list[Candidate]:
    from kubectl_dra.api import kinds  # noqa: PLC0415  (only names need kinds)

    slices = _inventory(parser, before, kinds.RESOURCE_SLICE)[0].resource_slices
    keys = {key for slice_ in slices for device in slice_.spec.devices for key in (*device.attributes, *device.capacity)}
    return [Candidate(key.rpartition("/")[2]) for key in sorted(keys)]


def _claims(parser: Parser, before: Sequence[str]) -> list[Candidate]:
    from kubectl_dra.api import kinds  # noqa: PLC0415  (only names need kinds)
    from kubectl_dra.reports.asked import claim_state  # noqa: PLC0415

    inventory, namespace = _inventory(parser, before, kinds.RESOURCE_CLAIM)
    claims = inventory.resource_claims.values()
    return [Candidate(one.metadata.name, claim_state(one)) for one in claims if one.metadata.namespace == namespace]


def _pods(parser: Parser, before: Sequence[str]) -> list[Candidate]:
    from kubectl_dra.api import kinds  # noqa: PLC0415  (only names need kinds)

    inventory, namespace = _inventory(parser, before, kinds.POD)
    pods = inventory.pods.values()
    return [Candidate(one.metadata.name, one.status.phase) for one in pods if one.metadata.namespace == namespace]


def _pending_pods(parser: Parser, before: Sequence[str]) -> list[Candidate]:
    return [Candidate(f"pod/{word}", text) for word, text in _pods(parser, before) if text == "Pending"]


def _pools(parser: Parser, before: Sequence[str]) -> list[Candidate]:
    from kubectl_dra.api import kinds  # noqa: PLC0415  (only names need kinds)

    slices = _inventory(parser, before, kinds.RESOURCE_SLICE)[0].resource_slices
    return [Candidate(name) for name in sorted({f"{one.spec.driver}/{one.spec.pool.name}" for one in slices if one.spec.pool})]


def _devices(parser: Parser, before: Sequence[str]) -> list[Candidate]:
    from kubectl_dra.api import kinds  # noqa: PLC0415  (only names need kinds)

    slices = _inventory(parser, before, kinds.RESOURCE_SLICE)[0].resource_slices
    named = {f"{one.spec.pool.name}/{device.name}": one.spec.driver for one in slices if one.spec.pool for device in one.spec.devices}
    return [Candidate(name, f"of {driver}") for name, driver in sorted(named.items())]


def _codes(parser: Parser, before: Sequence[str]) -> list[Candidate]:
    from kubectl_dra.findings.catalogue import CATALOGUE  # noqa: PLC0415  (only explain)

    del parser, before
    return [Candidate(entry.code, entry.name) for entry in CATALOGUE]


_READERS: dict[str, Callable[[Parser, Sequence[str]], list[Candidate]]] = {
    "--namespace": _namespaces,
    "--node": _nodes,
    "--class": _classes,
    "--driver": _drivers,
    "--label-columns": _columns,
    "--sort-by": _columns,
    "--suppress": _codes,
}
_DESCRIBED: dict[str, Callable[[Parser, Sequence[str]], list[Candidate]]] = {
    "claim": _claims,
    "device": _devices,
    "pod": _pods,
    "class": _classes,
    "pool": _pools,
    "node": _nodes,
}
_NAMED: dict[str, Callable[[Parser, Sequence[str]], list[Candidate]]] = {
    "claims": _claims,
    "classes": _classes,
    "pools": _pools,
    "why-pending": _pending_pods,
    "explain": _codes,
}


def _positionals(command: Command, parser: Parser, before: Sequence[str]) -> Offer:
    words = _options(parser, before).words
    if command.name == "describe":
        if not words:
            return Offer(tuple(Candidate(name) for name in _DESCRIBED))
        reader = _DESCRIBED.get(words[0]) if len(words) == 1 else None
    elif command.name == "completion":
        from kubectl_dra.commands.completion import SHELLS  # noqa: PLC0415  (loaded already)

        return Offer(tuple(Candidate(word) for word in ("install", *SHELLS)) if not words else ())
    else:
        reader = _NAMED.get(command.name)
    given = set(words)
    return Offer(tuple(one for one in reader(parser, before) if one.word not in given) if reader else ())
