"""A word → the Command that it names."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from kubectl_dra.commands.command import UsageError
from kubectl_dra.commands.table import COMMANDS, find_entry

if TYPE_CHECKING:
    from kubectl_dra.commands.command import Command


def load_command(word: str) -> Command:
    """Import the subcommand's module. Raises :class:`UsageError` with the nearest name where there is none."""
    entry = find_entry(word)
    if entry is None:
        from kubectl_dra.commands.parser import did_you_mean  # noqa: PLC0415  (only mistakes need it)

        near = did_you_mean(word, [entry.name for entry in COMMANDS])
        raise UsageError(f"kubectl dra has no command {word!r}{near}; kubectl dra --help lists the commands")
    command: Command = importlib.import_module(f"kubectl_dra.commands.{entry.module}").COMMAND
    return command
