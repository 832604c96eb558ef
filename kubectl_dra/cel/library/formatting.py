"""`"%s is %d".format([…])`: `ext/formatting.go`, at run time, and the clauses that its checks at compile time share."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from kubectl_dra.apimachinery.semver import quoted
from kubectl_dra.cel.library.timestamps import duration_text, timestamp_text
from kubectl_dra.cel.numbers import double_text
from kubectl_dra.cel.values import MAPS, Duration, Failure, Timestamp, TypeValue, UInt, Value, type_name

if TYPE_CHECKING:
    from collections.abc import Callable

_CLAUSE: Final = re.compile(r"%(?:(%)|(\.[0-9]*)?(.)?)", re.DOTALL)
_DEFAULT_PRECISION: Final = 6
_LONGEST_PRECISION: Final = 19
_SPECIAL_DOUBLES: Final = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}

COMPLAINTS: Final = {
    "s": "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps",
    "d": "decimal clause can only be used on integers",
    "f": "fixed-point clause can only be used on doubles",
    "e": "scientific clause can only be used on doubles",
    "b": "only integers and bools can be formatted as binary",
    "x": "only integers, byte buffers, and strings can be formatted as hex",
    "X": "only integers, byte buffers, and strings can be formatted as hex",
    "o": "octal clause can only be used on integers",
}


class FormatError(ValueError):
    """A format or argument that does not fit, in upstream's words."""


def clauses(text: str, count: int) -> list[tuple[str, str, int]]:
    """The parts of a format as (text before, clause letter, precision), the last with an empty letter.

    Raises FormatError where there are more clauses than `count` arguments, or one is unknown; parts before it are not returned.
    """
    parts: list[tuple[str, str, int]] = []
    before, end, index = "", 0, 0
    for match in _CLAUSE.finditer(text):
        before += text[end : match.start()]
        end = match.end()
        if match[1]:
            before += "%"
            continue
        if match[2] is None and match[3] is None:
            raise FormatError("unexpected end of string")
        if index >= count:
            raise FormatError(f"index {index} out of range")
        parts.append((before, *_clause(match)))
        before, index = "", index + 1
    return [*parts, (before + text[end:], "", 0)]


def _clause(match: re.Match[str]) -> tuple[str, int]:
    precision, letter = match[2], match[3]
    if precision is not None and letter is None:
        raise FormatError("could not parse formatting clause: error while parsing precision: could not find end of precision specifier")
    if precision == "." or len(precision or "") > _LONGEST_PRECISION:
        reason = "invalid syntax" if precision == "." else "value out of range"
        raise FormatError(
            "could not parse formatting clause: error while parsing precision: error while converting precision to integer: "
            f'strconv.Atoi: parsing "{precision[1:]}": {reason}'
        )
    if letter not in COMPLAINTS:
        byte = chr(letter.encode()[0])  # upstream looks at bytes
        raise FormatError(f'could not parse formatting clause: unrecognized formatting clause "{byte}"')
    return letter, int(precision[1:]) if precision else _DEFAULT_PRECISION


def format_text(text: str, arguments: list[Value]) -> str:
    """The text with its clauses filled in; `parseFormatString`."""
    written: list[str] = []
    try:
        for (before, letter, precision), argument in zip(clauses(text, len(arguments)), [*arguments, None], strict=False):
            written.append(before)
            if letter:
                written.append(_WRITERS[letter](argument, precision))
    except FormatError as error:
        raise Failure(str(error)) from None
    return "".join(written)


def _refused(letter: str, value: Value) -> FormatError:
    return FormatError(f"error during formatting: {COMPLAINTS[letter]}, was given {type_name(value)}")


def _text(value: Value, _precision: int) -> str:
    if value is None:
        return "null"
    if isinstance(value, list):
        return _list_text(value)
    if type(value) in MAPS:
        return _map_text(value)
    written = plain_text(value)
    if written is None:
        raise _refused("s", value)
    return written


def plain_text(value: Value) -> str | None:
    """A simple value as `string(value)` writes it; None for others."""
    writer = _PLAIN.get(type(value))
    return writer(value) if writer else None


def _bytes_text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise FormatError(
            'error during formatting: could not convert argument "invalid UTF-8 in bytes, cannot convert to string" to string'
        ) from None


_PLAIN: Final[dict[type, Callable[..., str]]] = {
    bool: lambda value: "true" if value else "false",
    int: str,
    UInt: str,
    float: double_text,
    str: str,
    bytes: _bytes_text,
    Duration: duration_text,
    Timestamp: timestamp_text,
    TypeValue: lambda value: value.name,
}


def _list_text(values: list[Value]) -> str:
    return "[" + ", ".join(map(_element_text, values)) + "]"


def _map_text(values: Value) -> str:
    entries = values.items() if isinstance(values, dict) else ()
    return (
        "{" + ", ".join(f"{key}:{value}" for key, value in sorted((_key_text(key), _element_text(value)) for key, value in entries)) + "}"
    )


def _key_text(key: Value) -> str:
    if isinstance(key, str):
        return quoted(key)
    if isinstance(key, bool | int):
        return _PLAIN[type(key)](key)
    raise FormatError(f"error during formatting: no formatting function for map key of type {type_name(key)}")


def _element_text(value: Value) -> str:
    if isinstance(value, float):
        return _double_element(value)
    if isinstance(value, Timestamp):
        return f"timestamp({quoted(timestamp_text(value))})"
    if isinstance(value, Duration):
        return f"duration({quoted(duration_text(value))})"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bytes):
        return f"b{quoted(_bytes_text(value))}"
    if value is None or isinstance(value, list) or type(value) in MAPS:
        return _text(value, 0)
    written = plain_text(value)
    if written is None:
        raise FormatError(f"error during formatting: no formatting function for {type_name(value)}")
    return written


def _double_element(value: float) -> str:
    if math.isfinite(value):
        return f"{value:.6f}"
    return f'"{double_text(value)}"'


def _decimal(value: Value, _precision: int) -> str:
    if type(value) not in {int, UInt}:
        raise _refused("d", value)
    return str(value)


def _double_of(value: Value, letter: str) -> float:
    if isinstance(value, str) and value in _SPECIAL_DOUBLES:
        return _SPECIAL_DOUBLES[value]
    if not isinstance(value, float):
        raise _refused(letter, value)
    return value


def _special_text(number: float) -> str | None:
    """As golang.org/x/text prints what is no number."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "∞" if number > 0 else "-∞"
    return None


def _fixed(value: Value, precision: int) -> str:
    number = _double_of(value, "f")
    return _special_text(number) or f"{number:,.{precision}f}"


def _scientific(value: Value, precision: int) -> str:
    number = _double_of(value, "e")
    special = _special_text(number)
    if special:
        return special
    mantissa, _, exponent = f"{number:.{precision}e}".partition("e")
    power = str(abs(int(exponent))).zfill(2).translate(_SUPERSCRIPTS)
    return f"{mantissa}\u202f×\u202f10{'⁻' if int(exponent) < 0 else ''}{power}"  # noqa: RUF001 - so it is printed


_SUPERSCRIPTS: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _binary(value: Value, _precision: int) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if type(value) not in {int, UInt}:
        raise _refused("b", value)
    return f"{value:b}"


def _octal(value: Value, _precision: int) -> str:
    if type(value) not in {int, UInt}:
        raise _refused("o", value)
    return f"{value:o}"


def _hexadecimal(value: Value, _precision: int) -> str:
    if isinstance(value, str):
        return value.encode().hex()
    if isinstance(value, bytes):
        return value.hex()
    if type(value) not in {int, UInt}:
        raise _refused("x", value)
    return f"{value:x}"


_WRITERS: Final[dict[str, Callable[[Value, int], str]]] = {
    "s": _text,
    "d": _decimal,
    "f": _fixed,
    "e": _scientific,
    "b": _binary,
    "o": _octal,
    "x": _hexadecimal,
    "X": lambda value, precision: _hexadecimal(value, precision).upper(),
}
