"""Help in kubectl's layout: description, examples, options, usage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.commands.table import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubectl_dra.commands.command import Command
    from kubectl_dra.commands.parser import Flag, Parser

_INTRODUCTION = """\
kubectl dra shows the devices that Dynamic Resource Allocation hands out, who holds them, and why a pod does not get any.

 It reads a live cluster as kubectl does (get, list and watch only), or files with --from, or a demo cluster with --demo.
"""


def overall_help() -> str:
    """What ``kubectl dra`` and ``kubectl dra --help`` print."""
    lines = [_INTRODUCTION]
    for group in dict.fromkeys(entry.group for entry in COMMANDS):
        entries = [entry for entry in COMMANDS if entry.group == group]
        lines += [f"{group}:", *(f"  {entry.name:<13} {entry.summary}" for entry in entries), ""]
    lines += [
        "Usage:",
        "  kubectl dra COMMAND [flags] [options]",
        "",
        'Use "kubectl dra COMMAND --help" for more information about a given command.',
        'Use "kubectl dra options" for a list of global command-line options (applies to all commands).',
    ]
    return "\n".join(lines) + "\n"


def command_help(command: Command, parser: Parser) -> str:
    """What ``kubectl dra COMMAND --help`` prints."""
    own = [flag for flag in parser.flags if not flag.is_global]
    parts = [
        command.description.strip(),
        "",
        "Examples:",
        *(f"  {line}".rstrip() for line in command.examples.strip().splitlines()),
        "",
        "Options:",
        *_flag_lines(own),
        "Usage:",
        f"  kubectl dra {command.name} {command.usage}".rstrip(),
        "",
        'Use "kubectl dra options" for a list of global command-line options (applies to all commands).',
    ]
    return "\n".join(parts) + "\n"


def options_help(parser: Parser) -> str:
    """What ``kubectl dra options`` prints."""
    head = "The following options can be passed to any command:\n"
    return "\n".join([head, *_flag_lines(flag for flag in parser.flags if flag.is_global)])


def _flag_lines(flags: Iterable[Flag]) -> list[str]:
    lines: list[str] = []
    for flag in sorted(flags, key=lambda flag: flag.name):
        short = f"{flag.short}, " if flag.short else ""
        lines += [f"    {short}{flag.name}={flag.default}:", f"\t{flag.text}", ""]
    return lines
