"""Tokens as a parser takes them, with ANTLR's ways to go on after something is missing or too much: `DefaultErrorStrategy`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from kubectl_dra.cel.errors import Issue
from kubectl_dra.cel.lexer import END_OF_TEXT, Token

if TYPE_CHECKING:
    from collections.abc import Callable

Parsing = TypeVar("Parsing")

RELATIONS: Final = {"<": "_<_", "<=": "_<=_", ">": "_>_", ">=": "_>=_", "==": "_==_", "!=": "_!=_", "in": "@in"}
SUMS: Final = {"+": "_+_", "-": "_-_"}
PRODUCTS: Final = {"*": "_*_", "/": "_/_", "%": "_%_"}
PRIMARY_STARTS: Final = (
    *("'['", "'{'", "'('", "'.'", "'-'", "'!'", "'true'", "'false'", "'null'"),
    *("NUM_FLOAT", "NUM_INT", "NUM_UINT", "STRING", "BYTES", "IDENTIFIER"),
)
STARTS: Final = frozenset(start.strip("'") for start in PRIMARY_STARTS)
CONTINUATIONS: Final = frozenset({*RELATIONS, *SUMS, *PRODUCTS, "&&", "||", "?", ".", "[", END_OF_TEXT})
_CLOSERS: Final = frozenset({")", "]", "}"})


class TooDeep(Exception):
    """The text is nested deeper than upstream parses."""


class Recovering:
    """Reads tokens one by one, and complains about those that should not be there."""

    __slots__ = ("_follows", "index", "issues", "recovering", "token", "tokens")

    def __init__(self, tokens: list[Token], issues: list[Issue]) -> None:
        self.tokens = tokens
        self.issues = issues
        self.index = 0
        self.token = tokens[0]
        self.recovering = False
        self._follows: list[frozenset[str]] = []

    def advance(self) -> Token:
        """The token, which is taken."""
        token = self.token
        self.recovering = False
        if token.kind != END_OF_TEXT:
            self.index += 1
            self.token = self.tokens[self.index]
        return token

    def next_kind(self) -> str:
        """The kind of the token behind the one at hand."""
        return self.tokens[min(self.index + 1, len(self.tokens) - 1)].kind

    def previous_end(self) -> int:
        """Where the token before ends."""
        return self.tokens[self.index - 1].end if self.index else 0

    def expect(self, kind: str, alternatives: str = "") -> Token:
        """The token of a kind, with ANTLR's three ways to miss it: one too many, one missing, another one."""
        if self.token.kind == kind:
            return self.advance()
        quoted = kind if kind in {END_OF_TEXT, "IDENTIFIER"} else f"'{kind}'"
        if self.next_kind() == kind and not alternatives:
            self.complain(f"extraneous input '{self.token.text}' expecting {quoted}")
            self.advance()
            return self.advance()
        if self._can_be_missing(kind) and not alternatives:
            self.complain(f"missing {quoted} at '{self.token.text}'")
            self.recovering = True
            return self.token
        self.complain(f"mismatched input '{self.token.text}' expecting {alternatives or quoted}")
        self.recover()
        return self.advance() if self.token.kind == kind else self.token

    def _can_be_missing(self, kind: str) -> bool:
        """Whether what stands here could stand behind the token that is missing."""
        if kind in _CLOSERS:
            return self.token.kind in CONTINUATIONS or any(self.token.kind in follow for follow in self._follows[:-1])
        return kind == ":" and self.token.kind in STARTS

    def recover(self) -> None:
        """Skip to what can follow here or further out."""
        self.recovering = True
        while self.token.kind not in CONTINUATIONS and not any(self.token.kind in follow for follow in self._follows):
            self.index += 1
            self.token = self.tokens[self.index]

    def within(self, follow: str, parse: Callable[[], Parsing]) -> Parsing:
        """What is parsed where some tokens can follow."""
        self._follows.append(frozenset(follow))
        parsed = parse()
        self._follows.pop()
        return parsed

    def complain(self, message: str) -> None:
        """Tell what is wrong with the grammar, unless no token was taken since the last complaint."""
        if not self.recovering:
            self.issues.append(Issue(f"Syntax error: {message}", self.token.start))

    def issue(self, message: str, position: int) -> None:
        """Complain about what is not grammar."""
        self.issues.append(Issue(message, position))
