"""Text → program → value: the engine as its callers see it.

`compile_program` never raises for what a text says, and `Program.evaluate` never raises for what a value is: errors are values.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from kubectl_dra.cel.checker import Checked, check
from kubectl_dra.cel.errors import CannotTell, CelError, CompileError, EvaluationError, Issue
from kubectl_dra.cel.estimate import Range, estimate
from kubectl_dra.cel.evaluator import Plan, plan
from kubectl_dra.cel.parser import parse
from kubectl_dra.cel.steps import PlanError
from kubectl_dra.cel.validators import validate
from kubectl_dra.cel.values import CostLimitExceeded, Failure, Panic, Unknowable, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kubectl_dra.cel.celtypes import Type
    from kubectl_dra.cel.environment import Environment
    from kubectl_dra.cel.tree import Expression

_LONGEST_SNIPPET: Final = 16_384
_MOST_ISSUES: Final = 100
_WIDE_DOT: Final = "\uff0e"
_WIDE_CARET: Final = "\uff3e"
_FRAMES: Final = 10_000
sys.setrecursionlimit(max(sys.getrecursionlimit(), _FRAMES))  # 250 parentheses in one another need more than Python's usual thousand
_TOO_DEEP: Final = CannotTell("the expression is nested too deeply to be evaluated here")


class Program:
    """An expression that compiles."""

    __slots__ = ("_plan", "checked", "cost", "cost_limit", "environment", "text")

    def __init__(self, text: str, environment: Environment, checked: Checked, ready: Plan, cost: Range) -> None:
        self._plan = ready
        self.cost_limit = None if ready.meter is None else ready.meter.limit
        """What an evaluation may cost where that is watched; None where it cannot cost more than it may."""
        self.text = text
        self.environment = environment
        self.checked = checked
        self.cost = cost

    @property
    def tree(self) -> Expression:
        """The syntax tree."""
        return self.checked.tree

    @property
    def output_type(self) -> Type:
        """The type that the checker found."""
        return self.checked.output_type

    def evaluate(self, *variables: Value) -> Value | CelError:
        """The value for these variables, in the order in which the environment declares them, or why there is none."""
        return _outcome(self._plan, variables)

    def part(self, node: Expression, names: tuple[str, ...] = ()) -> Callable[..., Value | CelError]:
        """A node of the tree as a function of the variables, and of the values of local names that are bound around it."""
        variables = (*self.environment.variables, *names)
        try:
            ready = plan(self.checked, variables, self.environment.quirks, cost_limit=self.cost_limit, root=node)
        except Unknowable as error:
            unknown = CannotTell(str(error))
            return lambda *_variables: unknown
        return lambda *values: _outcome(ready, values)


def _outcome(ready: Plan, variables: Sequence[Value]) -> Value | CelError:
    try:
        return ready.run(*variables)
    except (Failure, Panic, CostLimitExceeded) as error:
        return EvaluationError(str(error))
    except Unknowable as error:
        return CannotTell(str(error))
    except RecursionError:
        return _TOO_DEEP


def compile_program(
    text: str, environment: Environment, *, cost_limit: int, validate_output: Callable[[Type], str | None]
) -> Program | CompileError | CannotTell:
    """The program of a text. `validate_output` says what is wrong with the type of its value, None where nothing is."""
    try:
        return _compile(_without_halves(text), environment, cost_limit, validate_output)
    except Unknowable as error:
        return CannotTell(str(error))
    except PlanError as error:
        return CompileError(f"program instantiation failed: {error}")
    except RecursionError:
        return _TOO_DEEP


def _without_halves(text: str) -> str:
    """The text as JSON carries it: bytes that are no letter have become the replacement character."""
    return text if text.isascii() else "".join("\ufffd" if 0xD800 <= ord(letter) <= 0xDFFF else letter for letter in text)  # noqa: PLR2004


def _compile(text: str, environment: Environment, cost_limit: int, validate_output: Callable[[Type], str | None]) -> Program | CompileError:
    parsed = parse(text, environment.macros, escaped_fields=environment.quirks.escaped_fields)
    if parsed.tree is None:
        return _refused(text, parsed.issues)
    checked = check(parsed.tree, environment)
    issues = list(checked.issues) or validate(checked)
    if issues:
        return _refused(text, issues)
    complaint = validate_output(checked.output_type)
    if complaint is not None:
        return CompileError(complaint)
    cost = estimate(checked, environment)
    watched = cost_limit if cost.maximum > cost_limit else None
    ready = plan(checked, tuple(environment.variables), environment.quirks, cost_limit=watched)
    return Program(text, environment, checked, ready, cost)


def _refused(text: str, issues: Sequence[Issue]) -> CompileError:
    ordered = tuple(sorted(issues, key=lambda issue: _line_and_column(text, issue.offset)))
    written = [_displayed(text, issue) for issue in ordered[:_MOST_ISSUES]]
    if len(ordered) > _MOST_ISSUES:
        written.append(f"{len(ordered) - _MOST_ISSUES} more errors were truncated")
    return CompileError("compilation failed: " + "\n".join(written), ordered)


def _line_and_column(text: str, offset: int) -> tuple[int, int]:
    """The line, from 1, and the column, from 0; for what is nowhere, -1 and -1."""
    if offset < 0:
        return -1, -1
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1)


def _displayed(text: str, issue: Issue) -> str:
    """The complaint with the line it is about, and a caret below; `Error.ToDisplayString`."""
    if not text:
        return f"ERROR: <input>:1:0: {issue.message}"
    line, column = _line_and_column(text, issue.offset)
    head = f"ERROR: <input>:{line}:{column + 1}: {issue.message}"
    lines = text.split("\n")
    if not 1 <= line <= len(lines) or len(lines[line - 1].encode()) > _LONGEST_SNIPPET:
        return head
    snippet = lines[line - 1].replace("\t", " ")
    dots = "".join("." if letter.isascii() else _WIDE_DOT for letter in snippet[:column])
    caret = "^" if snippet[column : column + 1].isascii() else _WIDE_CARET
    return f"{head}\n | {snippet}\n | {dots}{caret}"
