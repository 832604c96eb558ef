"""The subcommands in the order in which help shows them, each with the module that is imported when it is called.

Nothing is imported here, so that a command pays for itself alone.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """A subcommand before its module is imported: the group it stands under in help, its name, its module, and one line about it."""

    group: str
    name: str
    module: str
    summary: str


_SEE = "See the hardware"
_EXPLAIN = "Explain"
_WRITE = "Write and check"
_OTHER = "Other Commands"

COMMANDS: tuple[Entry, ...] = (
    Entry(_SEE, "devices", "devices", "List devices: what each is, whether it can be had, who has it"),
    Entry(_SEE, "claims", "claims", "List claims: what each wants, what it got, for whom"),
    Entry(_SEE, "pools", "pools", "List pools: generation, completeness, validity, free devices"),
    Entry(_SEE, "classes", "classes", "List device classes: what each selects from"),
    Entry(_SEE, "describe", "describe", "Show one claim, device, pod, class, pool or node with all that belongs to it"),
    Entry(_EXPLAIN, "why-pending", "why_pending", "Say why a pod is pending"),
    Entry(_EXPLAIN, "explain", "explain", "Explain a finding's code, such as DRA101"),
    Entry(_EXPLAIN, "selector", "selector", "Try a CEL selector on the devices, clause by clause"),
    Entry(_WRITE, "new-claim", "new_claim", "Write a claim or template that works on this cluster"),
    Entry(_WRITE, "lint", "lint", "Check manifests before they are applied"),
    Entry(_WRITE, "simulate", "simulate", "Say whether and where pods would fit"),
    Entry(_OTHER, "rbac", "rbac", "Print the smallest ClusterRole that every command needs"),
    Entry(_OTHER, "completion", "completion", "Set up completion for a shell"),
    Entry(_OTHER, "version", "version", "Print our version, the releases followed, and the server's version"),
)

ALIASES = {"device": "devices", "claim": "claims", "pool": "pools", "class": "classes", "dev": "devices"}
"""Other spellings that people type."""


def find_entry(word: str) -> Entry | None:
    """The subcommand that ``word`` names."""
    name = ALIASES.get(word, word)
    return next((entry for entry in COMMANDS if entry.name == name), None)
