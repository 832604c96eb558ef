"""Words of the command line → a Namespace, as pflag would read them.

argparse does the work; here is where it differs from pflag: ``--flag=false`` for a switch, no abbreviations, flags anywhere among the
arguments, errors as exceptions, and help in kubectl's layout instead of its own.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.commands.command import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


class Flag(NamedTuple):
    """A flag as help prints it: the short and the long spelling, the default as kubectl shows it, and what it does."""

    short: str
    name: str
    default: str
    text: str
    is_global: bool

    def spellings(self) -> tuple[str, ...]:
        """The long and, where there is one, the short spelling."""
        return (self.name, self.short) if self.short else (self.name,)


# It would look on the disk for translations of words that are never printed, and `_reworded` reads English: 1 ms of every start.
vars(argparse)["_"] = str


class Parser:
    """One subcommand's flags. ``positional`` names what may stand beside them; an empty one allows nothing."""

    def __init__(self, name: str) -> None:
        self._parser = _Arguments(f"kubectl dra {name}")
        self.command = name
        self.flags: list[Flag] = []
        self._switches: set[str] = set()
        self._positional = ""
        self.add_switch("-h", "--help", "Show help for this command", is_global=True)

    def add_switch(self, short: str, name: str, text: str, *, is_global: bool = False) -> None:
        """A flag that is on or off."""
        self._switches |= {name, short} - {""}
        self._parser.add_argument(*filter(None, (short, name)), action="store_true", dest=_attribute(name))
        self.flags.append(Flag(short, name, "false", text, is_global))

    def add_value(self, short: str, name: str, text: str, *, default: str = "", is_global: bool = False) -> None:
        """A flag with a value; the last one counts."""
        self._parser.add_argument(*filter(None, (short, name)), default=default, dest=_attribute(name))
        shown = default if default.isdigit() else f"'{default}'"
        self.flags.append(Flag(short, name, shown, text, is_global))

    def add_choice(self, short: str, name: str, text: str, choices: Sequence[str], *, default: str = "") -> None:
        """A flag with one of a few values."""
        self._parser.add_argument(*filter(None, (short, name)), default=default, choices=("", *choices), dest=_attribute(name))
        self.flags.append(Flag(short, name, f"'{default}'", f"{text} One of: ({', '.join(choices)}).", is_global=False))

    def add_list(self, short: str, name: str, text: str, *, is_global: bool = False) -> None:
        """A flag that may be repeated; every value counts."""
        self._parser.add_argument(*filter(None, (short, name)), action="append", default=[], dest=_attribute(name))
        self.flags.append(Flag(short, name, "[]", text, is_global))

    def add_step(self, short: str, name: str, text: str, *, is_switch: bool = False) -> None:
        """A flag whose place among others matters; all of them arrive in ``steps``, in order, as pairs of name and value."""
        if is_switch:
            self._switches |= {name, short} - {""}
        nargs = 0 if is_switch else None
        self._parser.add_argument(*filter(None, (short, name)), action=_Step, dest="steps", default=(), nargs=nargs)
        self.flags.append(Flag(short, name, "false" if is_switch else "''", text, is_global=False))

    def add_positional(self, placeholder: str) -> None:
        """Allow words beside the flags; they arrive as ``words``."""
        self._positional = placeholder

    def parse(self, words: Sequence[str]) -> argparse.Namespace:
        """Read the words after the subcommand. Raises :class:`UsageError`."""
        self._parser.add_argument("words", nargs="*")
        flags, plain = _parted(words)
        options = self._parser.parse_intermixed_args(self._without_switch_values(flags))
        options.words += plain
        if options.words and not self._positional and not options.help:
            raise UsageError(f"kubectl dra {self.command} takes no argument, and {options.words[0]!r} is one")
        return options

    def _without_switch_values(self, words: Sequence[str]) -> list[str]:
        kept: list[str] = []
        for word in words:
            name, equals, value = word.partition("=")
            if not equals or name not in self._switches:
                kept.append(word)
            elif value.lower() in {"1", "t", "true"}:
                kept.append(name)
            elif value.lower() not in {"0", "f", "false"}:
                raise UsageError(f"{name} is on or off, and {value!r} is neither true nor false")
        return kept


class _Step(argparse.Action):
    """Appends the flag's name, without its dashes, and its value."""

    def __call__(self, parser: object, namespace: argparse.Namespace, values: object, option_string: str | None = None) -> None:
        del parser
        value = values if isinstance(values, str) else ""
        namespace.steps = (*namespace.steps, ((option_string or "").lstrip("-"), value))


class _Arguments(argparse.ArgumentParser):
    """argparse whose errors are sentences of ours."""

    def __init__(self, prog: str) -> None:
        # argparse asks for one with every flag, only to see whether it could be shown; a constant width keeps it from importing shutil.
        formatter = argparse.HelpFormatter(prog, width=80)
        super().__init__(prog=prog, add_help=False, allow_abbrev=False, formatter_class=lambda prog: formatter)  # noqa: ARG005

    def error(self, message: str) -> None:  # type: ignore[override]  # argparse's never returns; neither does this one
        raise UsageError(self._reworded(message))

    def _reworded(self, message: str) -> str:
        if message.startswith("unrecognized arguments: "):
            return self._unknown(message.removeprefix("unrecognized arguments: ").split(" ")[0])
        if message.startswith("argument "):
            flag, _, rest = message.removeprefix("argument ").partition(": ")
            return self._bad_value(flag.rpartition("/")[2], rest)
        return message

    def _unknown(self, word: str) -> str:
        from kubectl_dra.commands.untaken import instead_of  # noqa: PLC0415  (only mistakes need it)

        name = word.partition("=")[0]
        if instead := instead_of(self.prog.rpartition(" ")[2], name):
            return f"{self.prog} has no flag {name}: {instead}"
        known = [spelling for spelling in self._option_string_actions if spelling.startswith("--")]
        return f"{self.prog} has no flag {name}{did_you_mean(name, known)}; see {self.prog} --help"

    def _bad_value(self, flag: str, rest: str) -> str:
        if rest.startswith("invalid choice: "):
            value = rest.removeprefix("invalid choice: ").partition(" (choose from ")[0].strip("'\"")
            choices = [str(choice) for choice in self._option_string_actions[flag].choices or () if choice]
            return f"{flag} {value} is none of: {', '.join(choices)}{did_you_mean(value, choices)}"
        return f"{flag} needs a value" if rest.startswith("expected one argument") else f"{flag}: {rest}"


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """``; did you mean NAME?`` for the nearest known spelling, or nothing."""
    near = nearest(word, known)
    return f"; did you mean {near}?" if near else ""


def nearest(word: str, known: Sequence[str]) -> str:
    """The nearest known spelling; empty where none is near."""
    import difflib  # noqa: PLC0415  (mistakes may take a few milliseconds more)
    import re  # noqa: PLC0415

    begun = [name for name in known if name.lower().startswith(word.lower())]
    if len(begun) == 1 and word.strip("-"):
        return begun[0]
    # A misspelt first part (nix for nic.example.com) is as near as a misspelt whole.
    parts = {re.split(r"[./]", name.lower(), maxsplit=1)[0]: name for name in reversed(known)}
    lowered = parts | {name.lower(): name for name in reversed(known)}
    near = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return lowered[near[0]] if near else ""


def _parted(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words before ``--``, where flags may stand, and those behind it, which are none."""
    end = list(words).index("--") if "--" in words else len(words)
    return list(words[:end]), list(words[end + 1 :])


def _attribute(name: str) -> str:
    return name.lstrip("-").replace("-", "_")
