"""Numbers read and written as Go's strconv does."""

from __future__ import annotations

import math
import re
from typing import Final

from kubectl_dra.cel.values import Failure, UInt

_INT: Final = re.compile(r"[+-]?[0-9]+")
_UINT: Final = re.compile(r"[0-9]+")
_DOUBLE: Final = re.compile(r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|inf|infinity|nan)", re.IGNORECASE)
_HEX_DOUBLE: Final = re.compile(r"[+-]?0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?[0-9]+")
_LONGEST: Final = 4000  # digits; longer numbers are no 64 bits in any notation, and Python refuses to read them
_MAX_INT64: Final = (1 << 63) - 1
_MAX_UINT64: Final = (1 << 64) - 1
_LARGE_EXPONENT: Final = 6


def parse_int(text: str) -> int | None:
    """`ParseInt(text, 10, 64)`."""
    if not _INT.fullmatch(text) or len(text) > _LONGEST:
        return None
    number = int(text)
    return number if -_MAX_INT64 - 1 <= number <= _MAX_INT64 else None


def parse_uint(text: str) -> int | None:
    """`ParseUint(text, 10, 64)`."""
    if not _UINT.fullmatch(text) or len(text) > _LONGEST:
        return None
    number = int(text)
    return number if number <= _MAX_UINT64 else None


def parse_double(text: str) -> float | None:
    """`ParseFloat(text, 64)`: out of range is an error there."""
    if _HEX_DOUBLE.fullmatch(text):
        try:
            return float.fromhex(text)
        except OverflowError:
            return None
    if not _DOUBLE.fullmatch(text):
        return None
    number = float(text)
    return None if math.isinf(number) and "i" not in text.lower() else number


def double_to_int(number: float) -> int:
    """The number without its fraction, or the failure that it is no int64."""
    if math.isnan(number) or not -float(1 << 63) < number < float(1 << 63):
        raise Failure("integer overflow")
    return int(number)


def double_to_uint(number: float) -> UInt:
    """The number without its fraction, or the failure that it is no uint64."""
    if math.isnan(number) or not 0 <= number < float(1 << 64):
        raise Failure("unsigned integer overflow")
    return UInt(int(number))


def double_text(number: float) -> str:
    """As `%g` writes it: the shortest digits, with an exponent below -4 and from 6 on."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "+Inf" if number > 0 else "-Inf"
    mantissa, _, exponent = f"{number!r}".partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction.rstrip("0")) if fraction.strip("0") else whole
    point = len(whole) + int(exponent or 0)
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    return sign + _laid_out(stripped.rstrip("0"), point)


def _laid_out(digits: str, point: int) -> str:
    """The digits with the point behind so many of them."""
    if not digits:
        return "0"
    power = point - 1
    if power < -4 or power >= _LARGE_EXPONENT:  # noqa: PLR2004 - Go's %g
        fraction = f".{digits[1:]}" if digits[1:] else ""
        return f"{digits[0]}{fraction}e{'-' if power < 0 else '+'}{abs(power):02}"
    if point <= 0:
        return "0." + "0" * -point + digits
    if point >= len(digits):
        return digits + "0" * (point - len(digits))
    return digits[:point] + "." + digits[point:]
