"""An expression → its value in the newest release, with `n`, `text` and `any` as variables."""

from kubectl_dra.cel.celtypes import DYN, INT, STRING, Type
from kubectl_dra.cel.environment import BINDINGS, Environment, base_functions, base_macros, quirks_of
from kubectl_dra.cel.errors import CannotTell, CelError, CompileError
from kubectl_dra.cel.program import Program, compile_program
from kubectl_dra.cel.values import Value

NEWEST = 37
LIMIT = 1_000_000


def environment(release: int = NEWEST) -> Environment:
    """Kubernetes' base environment of a minor release."""
    return Environment(
        variables={"n": INT, "text": STRING, "any": DYN},
        structs={},
        functions=base_functions(release, release),
        macros={**base_macros(release), **BINDINGS.macros},
        quirks=quirks_of(release),
        size_of=lambda _path: None,
    )


def program(expression: str, release: int = NEWEST, *, limit: int = LIMIT) -> Program:
    """An expression that compiles."""
    compiled = compiled_as(expression, release, limit=limit)
    assert isinstance(compiled, Program), compiled
    return compiled


def compiled_as(expression: str, release: int = NEWEST, *, limit: int = LIMIT) -> Program | CompileError | CannotTell:
    """An expression of any type, compiled."""
    return compile_program(expression, environment(release), cost_limit=limit, validate_output=accepted)


def accepted(_output: Type) -> str | None:
    """Every type is a good one."""
    return None


def refusal(expression: str, release: int = NEWEST) -> str:
    """What is wrong with an expression."""
    compiled = compiled_as(expression, release)
    assert isinstance(compiled, CompileError), compiled
    return compiled.text


def value(expression: str, *, n: Value = 7, text: Value = "fish", dynamic: Value = None, release: int = NEWEST) -> Value | CelError:
    """What an expression evaluates to."""
    return program(expression, release).evaluate(n, text, dynamic)
