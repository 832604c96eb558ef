"""Text → tokens, by the lexical rules of `parser/gen/CEL.g4`: the longest match wins; what matches nothing is told as ANTLR tells it."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from kubectl_dra.cel.errors import Issue

_ESCAPE: Final = r"""\\(?:[abfnrtv"'\\?`]|[0-3][0-7][0-7]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})"""
_QUOTED: Final = rf"""
      [rR]\"\"\".*?\"\"\" | [rR]'''.*?'''
    | \"\"\"(?:{_ESCAPE}|[^\\])*?\"\"\" | '''(?:{_ESCAPE}|[^\\])*?'''
    | [rR]"[^"\n\r]*" | [rR]'[^'\n\r]*'
    | "(?:{_ESCAPE}|[^\\"\n\r])*" | '(?:{_ESCAPE}|[^\\'\n\r])*'
"""
_TOKEN: Final = re.compile(
    rf"""
      (?P<space>[\t\x20\r\n\f]+|//[^\n]*)
    | (?P<BYTES>[bB](?:{_QUOTED}))
    | (?P<STRING>{_QUOTED})
    | (?P<NUM_FLOAT>[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?)
    | (?P<NUM_UINT>0x[0-9a-fA-F]+[uU]|[0-9]+[uU])
    | (?P<NUM_INT>0x[0-9a-fA-F]+|[0-9]+)
    | (?P<IDENTIFIER>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<ESC_IDENTIFIER>`[A-Za-z0-9_.\-/\x20]+`)
    | (?P<symbol>==|!=|<=|>=|&&|\|\||[\[\]{{}}()<>.,\-!?:+*/%])
    """,
    re.VERBOSE | re.DOTALL,
)
_WORDS: Final = frozenset({"in", "true", "false", "null"})
_BEGINNINGS: Final = {
    '"': re.compile(rf'"(?:{_ESCAPE}|[^\\"\n\r])*'),
    "'": re.compile(rf"'(?:{_ESCAPE}|[^\\'\n\r])*"),
    "`": re.compile(r"`[A-Za-z0-9_.\-/\x20]*"),
    "&": re.compile("&"),
    "|": re.compile(r"\|"),
    "=": re.compile("="),
}
_PARTIAL_ESCAPE: Final = re.compile(r"\\(?:[xX][0-9a-fA-F]?|u[0-9a-fA-F]{0,3}|U[0-9a-fA-F]{0,7}|[0-3][0-7]?)?")

END_OF_TEXT: Final = "<EOF>"


class Token(msgspec.Struct, frozen=True):
    """A piece of the text. `kind` is the grammar's name of it, or for symbols and words the text itself."""

    kind: str
    text: str
    start: int
    end: int


def tokens_of(text: str) -> tuple[list[Token], list[Issue]]:
    """The tokens without white space and comments, the last one `<EOF>`; and complaints about what is none."""
    tokens: list[Token] = []
    issues: list[Issue] = []
    offset = 0
    while offset < len(text):
        match = _TOKEN.match(text, offset)
        if match is None:
            end = _end_of_failure(text, offset)
            issues.append(Issue(f"Syntax error: token recognition error at: '{_shown(text[offset:end])}'", offset))
        else:
            end = match.end()
            if match.lastgroup != "space":
                tokens.append(Token(_kind(match), match.group(), offset, end))
        offset = end
    tokens.append(Token(END_OF_TEXT, END_OF_TEXT, len(text), len(text)))
    return tokens, issues


def _kind(match: re.Match[str]) -> str:
    word = match.group()
    return word if match.lastgroup == "symbol" or word in _WORDS else str(match.lastgroup)


def _end_of_failure(text: str, start: int) -> int:
    """Just behind the character at which no token can go on, which ANTLR reports and skips together with what led there."""
    beginning = _BEGINNINGS.get(text[start])
    match = beginning.match(text, start) if beginning else None
    end = match.end() if match else start
    partial = _PARTIAL_ESCAPE.match(text, end) if match else None
    return min(len(text), (partial.end() if partial else end) + 1)


def _shown(text: str) -> str:
    return text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
