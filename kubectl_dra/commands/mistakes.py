"""An exception that ended a command → one sentence and an exit code."""

from __future__ import annotations

from typing import NamedTuple

from kubectl_dra.commands.command import NotAnswered, UsageError

_ISSUES = "https://github.com/kubectl-dra/kubectl-dra/issues"

USAGE, NOT_ANSWERED, BUG = 2, 3, 3


class Mistake(NamedTuple):
    """The sentence and the exit code."""

    sentence: str
    exit_code: int


def describe(error: Exception, words: list[str]) -> Mistake:
    """What a person is told; with ``-v 9`` where this program itself failed, too."""
    from kubectl_dra.rendering.style import escape  # noqa: PLC0415  (only mistakes need it)

    sentence, code = _sentence(error)
    if _verbosity(words) >= 9:  # noqa: PLR2004  (kubectl's level for everything)
        import traceback  # noqa: PLC0415

        return Mistake("".join(traceback.format_exception(error)) + escape(sentence), code)
    return Mistake(escape(sentence), code)


def _sentence(error: Exception) -> tuple[str, int]:
    from kubectl_dra.api.reading import UnreadableObject  # noqa: PLC0415  (only mistakes need it)
    from kubectl_dra.cluster.errors import ClusterError, MisusedOption  # noqa: PLC0415

    if isinstance(error, UsageError | MisusedOption):
        return str(error), USAGE
    if isinstance(error, ClusterError):
        return f"{error.where}: {error.message}" if error.where and error.where not in error.message else error.message, NOT_ANSWERED
    if isinstance(error, UnreadableObject | NotAnswered):
        return str(error), NOT_ANSWERED
    if isinstance(error, RecursionError | MemoryError):
        return "the objects are nested too deeply, or too large, to be read", NOT_ANSWERED
    what = f"{type(error).__name__}: {error}".rstrip(": ")
    return f"kubectl dra itself failed ({what}); -v 9 shows where, and {_ISSUES} is the place to report it", BUG


def _verbosity(words: list[str]) -> int:
    for word, following in zip(words, [*words, ""][1:], strict=True):
        name, _, value = word.partition("=")
        if name in {"-v", "--v"}:
            text = value or following
            return int(text) if text.isdigit() else 0
    return 0
