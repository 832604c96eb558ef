"""What an expression can end in besides a value: values themselves, so that no caller forgets one."""

from __future__ import annotations

import msgspec


class Issue(msgspec.Struct, frozen=True):
    """One complaint of the compiler and where in the expression it is: an offset in characters, from 0."""

    message: str
    offset: int


class CompileError(msgspec.Struct, frozen=True):
    """An expression that is refused before it is evaluated; `text` is upstream's, `issues` its parts where it has positions."""

    text: str
    issues: tuple[Issue, ...] = ()


class EvaluationError(msgspec.Struct, frozen=True):
    """An expression that fails on one input; `text` is upstream's."""

    text: str


class CannotTell(msgspec.Struct, frozen=True):
    """Upstream has an answer and this program does not know it; `text` says what is missing."""

    text: str


CelError = CompileError | EvaluationError | CannotTell
