"""Words of the command line → the subcommand among them, wherever it stands between kubectl's flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FLAGS_WITH_VALUE = frozenset(
    {
        *("-n", "--namespace", "-s", "--server", "--kubeconfig", "--context", "--cluster", "--user", "--token", "--as", "--as-uid"),
        *(
            "--as-group",
            "--as-user-extra",
            "--username",
            "--password",
            "--request-timeout",
            "--certificate-authority",
            "--cache-dir",
            "--chunk-size",
        ),
        *("--client-certificate", "--client-key", "--tls-server-name", "--proxy-url", "-v", "--v", "-o", "--output", "--color"),
        *("--from", "-l", "--selector", "--release", "--feature-gates", "--fail-on", "--suppress"),
    }
)
"""Flags that people put before the subcommand, and that take the next word with them."""


def split_command(words: Sequence[str]) -> tuple[str, list[str]]:
    """The subcommand, empty where there is none, and all other words in their order."""
    skip = False
    for index, word in enumerate(words):
        if skip:
            skip = False
        elif not word.startswith("-"):
            return word, [*words[:index], *words[index + 1 :]]
        else:
            skip = "=" not in word and word in FLAGS_WITH_VALUE
    return "", list(words)
