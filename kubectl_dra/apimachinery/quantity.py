"""Text → Quantity → text: Kubernetes' fixed-point numbers, exact.

Follows `apimachinery/pkg/api/resource` (quantity.go, amount.go, scale_int.go, suffix.go). Upstream keeps a small number as
int64 and the others as inf.Dec; some answers depend on which of the two it was (`asInteger`), so `is_decimal` remembers it.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Final, Literal

import msgspec

from kubectl_dra.apimachinery.override import override

Format = Literal["BinarySI", "DecimalSI", "DecimalExponent"]

NANO: Final = -9
MILLI: Final = -3
sys.set_int_max_str_digits(0)  # Kubernetes reads and writes quantities of any length, Python by itself 4,300 digits
_MAX_INT64: Final = (1 << 63) - 1
_MIN_INT64: Final = -(1 << 63)
_MAX_INT64_DIGITS: Final = 18
_TEN: Final = 10
_UNROLLED_SHIFTS: Final = frozenset({1, 2, 3, 6, 9})  # those that upstream's positiveScaleInt64 multiplies in one go
_MAX_ALIGNMENT: Final = 20_000  # powers of ten that are multiplied out; upstream tries any, and takes minutes

_FORMAT_WRONG: Final = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
_NUMERIC_WRONG: Final = "unable to parse numeric part of quantity"
_SUFFIX_WRONG: Final = "unable to parse quantity's suffix"

_BINARY_SUFFIXES: Final = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_SUFFIXES: Final = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY_NAMES: Final = {exponent: suffix for suffix, exponent in _BINARY_SUFFIXES.items()} | {0: ""}
_DECIMAL_NAMES: Final = {exponent: suffix for suffix, exponent in _DECIMAL_SUFFIXES.items()}


class QuantityError(ValueError):
    """A text that is no quantity, in upstream's words; or a sum too long to be written out."""


class Quantity(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """`unscaled * 10**scale`, compared by value; the format is how the API prints it. Made by `parse_quantity` or `from_int`.

    >>> str(parse_quantity("1.5Gi"))
    '1536Mi'
    """

    unscaled: int
    scale: int = 0
    format: Format = "DecimalSI"
    is_decimal: bool = False
    """Whether upstream holds it as inf.Dec, from which `AsInt64` never converts."""
    text: str = ""
    """The text upstream keeps because it is canonical already; empty where it has to be written anew."""

    @property
    def sign(self) -> int:
        """-1, 0 or 1."""
        return (self.unscaled > 0) - (self.unscaled < 0)

    def compare(self, other: Quantity) -> int:
        """-1, 0 or 1 as this is less than, equal to or greater than the other; `Quantity.Cmp`."""
        left, right = self.unscaled, other.unscaled
        if self.scale != other.scale:
            if self.sign != other.sign or not left:
                return (self.sign > other.sign) - (self.sign < other.sign)
            larger = _magnitude(self) - _magnitude(other)
            if larger:
                return self.sign if larger > 0 else -self.sign
            left, right, _ = _aligned(self, other)
        return (left > right) - (left < right)

    def add(self, other: Quantity) -> Quantity:
        """The sum, in this quantity's format unless this one is zero. Raises QuantityError beyond what can be written out."""
        return self._plus(other, other.unscaled)

    def sub(self, other: Quantity) -> Quantity:
        """The difference, in this quantity's format unless this one is zero. Raises QuantityError beyond what can be written out."""
        return self._plus(other, -other.unscaled)

    def _plus(self, other: Quantity, addend: int) -> Quantity:
        chosen = self.format if self.unscaled else other.format
        if not self.is_decimal and not other.is_decimal:
            if not addend:
                return Quantity(unscaled=self.unscaled, scale=self.scale, format=chosen)
            if not self.unscaled:
                return Quantity(unscaled=addend, scale=other.scale, format=chosen)
        left, right, scale = _aligned(self, other)
        if addend != other.unscaled:
            right = -right
        fits = all(_MIN_INT64 <= number <= _MAX_INT64 for number in (left, right, left + right))
        return Quantity(unscaled=left + right, scale=scale, format=chosen, is_decimal=self.is_decimal or other.is_decimal or not fits)

    def as_int64(self) -> int | None:
        """The whole number where upstream's quick conversion has one, else None; `Quantity.AsInt64`."""
        if self.is_decimal or self.scale < 0:
            return None
        if not self.unscaled or not self.scale:
            return self.unscaled
        if self.scale > _MAX_INT64_DIGITS:
            return None
        number: int = self.unscaled * _TEN**self.scale
        return number if _MIN_INT64 <= number <= _MAX_INT64 else None

    def value(self) -> int:
        """The whole number at or next away from zero; 0 where an int64 would overflow, as upstream's `Value` says it."""
        return self.scaled_value(0)

    def milli_value(self) -> int:
        """Thousandths, rounded as `value` is; upstream's `MilliValue`."""
        return self.scaled_value(MILLI)

    def scaled_value(self, scale: int) -> int:
        """The number in units of 10**scale, rounded and, where an int64 overflows, wrapped as upstream's `ScaledValue` does it."""
        if self.is_decimal:
            return _scaled_decimal(self.unscaled, scale - self.scale)
        return _at_scale(self, scale) if self.scale < scale else _scaled_up(self.unscaled, self.scale - scale)

    def as_approximate_float(self) -> float:
        """Upstream's `AsApproximateFloat64`."""
        base = _float_of(self.unscaled)
        return base if not self.scale else base * _power_of_ten(self.scale)

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quantity) and self.compare(other) == 0

    @override
    def __hash__(self) -> int:
        return hash(_without_zeros(self.unscaled, self.scale))

    def __lt__(self, other: Quantity) -> bool:
        return self.compare(other) < 0

    def __le__(self, other: Quantity) -> bool:
        return self.compare(other) <= 0

    def __gt__(self, other: Quantity) -> bool:
        return self.compare(other) > 0

    def __ge__(self, other: Quantity) -> bool:
        return self.compare(other) >= 0

    @override
    def __str__(self) -> str:
        return self.text or _canonical_text(self)


ZERO: Final = Quantity(unscaled=0, text="0")


def from_int(number: int, *, format: Format = "DecimalSI") -> Quantity:  # noqa: A002 - upstream's word
    """A whole number as a quantity; upstream's `NewQuantity`."""
    return Quantity(unscaled=number, format=format, is_decimal=not _MIN_INT64 <= number <= _MAX_INT64)


@lru_cache(maxsize=16_384)
def parse_quantity(text: str) -> Quantity:
    """The quantity that a text means; upstream's `ParseQuantity`. Raises QuantityError in upstream's words."""
    if not text:
        raise QuantityError(_FORMAT_WRONG)
    if text == "0":
        return ZERO
    negative, number, numerator, denominator, suffix = _split(text)
    exponent, written = _interpret_suffix(suffix)
    quick = _parse_int64(text, numerator, denominator, exponent, written, negative=negative)
    return quick or _parse_decimal(number, exponent, written, negative=negative)


@lru_cache(maxsize=16_384)
def read_quantity(written: str | float) -> Quantity:
    """The quantity that a field of an API object means, string or number; `Quantity.UnmarshalJSON`. Raises QuantityError."""
    return parse_quantity(str(written).strip())


def _split(text: str) -> tuple[bool, str, str, str, str]:
    """Whether negative, and the number, its numerator and denominator, and the suffix; `parseQuantityString`."""
    start = 1 if text[0] in "+-" else 0
    negative = text[0] == "-"
    while text.startswith("0", start):
        start += 1
    if start >= len(text):
        return negative, "0", "0", "", ""
    end = _skip(text, start, "0123456789")
    numerator, denominator = text[start:end], ""
    if text.startswith(".", end):
        point = end
        end = _skip(text, point + 1, "0123456789")
        denominator = text[point + 1 : end]
    return negative, text[:end], numerator or "0", denominator, _suffix_at(text, end)


def _suffix_at(text: str, start: int) -> str:
    end = _skip(text, start, "eEinumkKMGTP")
    if text.startswith(("+", "-"), end):
        end += 1
    if _skip(text, end, "0123456789") < len(text):
        raise QuantityError(_FORMAT_WRONG)
    return text[start:]


def _skip(text: str, start: int, among: str) -> int:
    while start < len(text) and text[start] in among:
        start += 1
    return start


def _interpret_suffix(suffix: str) -> tuple[int, Format]:
    if suffix in _DECIMAL_SUFFIXES:
        return _DECIMAL_SUFFIXES[suffix], "DecimalSI"
    if suffix in _BINARY_SUFFIXES:
        return _BINARY_SUFFIXES[suffix], "BinarySI"
    if len(suffix) > 1 and suffix[0] in "eE" and suffix[1:].lstrip("+-").isdecimal() and not suffix[2:].startswith(("+", "-")):
        exponent = int(suffix[1:])
        if _MIN_INT64 <= exponent <= _MAX_INT64:
            return _as_int32(exponent), "DecimalExponent"
    raise QuantityError(_SUFFIX_WRONG)


def _as_int32(number: int) -> int:
    return (number + (1 << 31)) % (1 << 32) - (1 << 31)


def _parse_int64(text: str, numerator: str, denominator: str, exponent: int, written: Format, *, negative: bool) -> Quantity | None:
    """The quantity where upstream's int64 holds it, else None."""
    mantissa, scale = 1, exponent
    precision = _MAX_INT64_DIGITS - len(numerator) - len(denominator)
    if written == "BinarySI":
        mantissa, scale = 1 << exponent, 0
        precision = -1 if denominator else 15 - len(numerator) - exponent * 3 // 10 - 1
    scale -= len(denominator)
    if precision < 0 or scale < NANO:
        return None
    shifted = numerator + denominator
    number = int(shifted)
    if number * mantissa > _MAX_INT64:
        return None
    canonical = number & 7 if written == "BinarySI" else not scale % 3 and not shifted.endswith("000") and shifted[0] != "0"
    signed = -number * mantissa if negative else number * mantissa
    return Quantity(unscaled=signed, scale=scale, format=written, text=text if canonical else "")


def _parse_decimal(number: str, exponent: int, written: Format, *, negative: bool) -> Quantity:
    whole, _, fraction = number.lstrip("+-").partition(".")
    if not whole + fraction:
        raise QuantityError(_NUMERIC_WRONG)
    unscaled, scale = int(whole + fraction), -len(fraction)
    if written == "BinarySI":
        unscaled <<= exponent
    else:
        scale += exponent
    if unscaled:
        unscaled, scale = _rounded_to_nano(unscaled, scale)
    if written == "BinarySI" and unscaled > _MAX_INT64 * 10**-NANO:
        unscaled, scale = _MAX_INT64, 0
    if written == "BinarySI" and 0 < unscaled < 10**-scale:
        written = "DecimalSI"
    return Quantity(unscaled=-unscaled if negative else unscaled, scale=scale, format=written, is_decimal=True)


def _rounded_to_nano(unscaled: int, scale: int) -> tuple[int, int]:
    if scale >= NANO:
        if scale - NANO > _MAX_ALIGNMENT:
            return unscaled, scale
        return unscaled * 10 ** (scale - NANO), NANO
    if NANO - scale > len(str(unscaled)):
        return 1, NANO
    return -(-unscaled // 10 ** (NANO - scale)), NANO


def _without_zeros(unscaled: int, scale: int) -> tuple[int, int]:
    if not unscaled:
        return 0, 0
    while not unscaled % 10:
        unscaled //= 10
        scale += 1
    return unscaled, scale


def _magnitude(quantity: Quantity) -> int:
    return len(str(abs(quantity.unscaled))) + quantity.scale


def _aligned(left: Quantity, right: Quantity) -> tuple[int, int, int]:
    """Both numbers at the finer of the two scales, and that scale."""
    scales = [number.scale for number in (left, right) if number.unscaled] or [0]
    scale = min(scales)
    if max(scales) - scale > _MAX_ALIGNMENT:
        raise QuantityError("the two quantities are too far apart to be added")
    shifted_left, shifted_right = (number.unscaled * _TEN ** max(0, number.scale - scale) for number in (left, right))
    return shifted_left, shifted_right, scale


def _at_scale(quantity: Quantity, scale: int) -> int:
    shift = quantity.scale - scale
    if shift >= 0:
        number: int = quantity.unscaled * _TEN ** min(shift, _MAX_ALIGNMENT)
        return number
    if -shift > len(str(abs(quantity.unscaled))):
        return quantity.sign
    rounded: int = -(-abs(quantity.unscaled) // _TEN**-shift)
    return rounded if quantity.unscaled > 0 else -rounded


def _scaled_up(number: int, shift: int) -> int:
    """Upstream's `positiveScaleInt64`, whose callers here do not ask whether it overflowed."""
    if number and shift > _MAX_INT64_DIGITS:
        return 0
    scaled: int = number * _TEN**shift
    if _MIN_INT64 <= scaled <= _MAX_INT64:
        return scaled
    return _wrapped(scaled) if shift in _UNROLLED_SHIFTS else 0


def _scaled_decimal(unscaled: int, shift: int) -> int:
    """Upstream's `scaledValue`, which always adds one for a remainder, below zero too."""
    if shift <= 0:
        return _wrapped(unscaled * _TEN ** min(-shift, _MAX_ALIGNMENT))
    divisor: int = _TEN**shift
    if unscaled < _MAX_INT64 and shift <= _MAX_INT64_DIGITS:
        number = _wrapped(unscaled)
        quotient = abs(number) // divisor * (1 if number >= 0 else -1)
        return quotient + bool(number % divisor)
    return _wrapped(unscaled // divisor) + bool(unscaled % divisor)


def _wrapped(number: int) -> int:
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)


def _float_of(number: int) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")


def _power_of_ten(exponent: int) -> float:
    return float(f"1e{exponent}")


def _canonical_text(quantity: Quantity) -> str:
    """Upstream's `CanonicalizeBytes`: no fraction, and the largest suffix that loses nothing."""
    if not quantity.unscaled:
        return "0"
    if quantity.format == "BinarySI" and _prints_as_binary(quantity):
        number, times = _at_scale(quantity, 0), 0
        while abs(number) >= 1024 and not number % 1024:  # noqa: PLR2004 - the base of the suffixes
            number //= 1024
            times += 10
        return f"{number}{_BINARY_NAMES.get(times, '')}"
    unscaled, exponent = _without_zeros(quantity.unscaled, quantity.scale)
    unscaled *= 10 ** (exponent % 3)
    exponent -= exponent % 3
    if quantity.format == "DecimalExponent":
        return f"{unscaled}e{exponent}" if exponent else str(unscaled)
    return f"{unscaled}{_DECIMAL_NAMES.get(exponent, '')}"


def _prints_as_binary(quantity: Quantity) -> bool:
    whole = _at_scale(quantity, 0)
    small = abs(whole) < 1024 or (abs(whole) == 1024 and abs(quantity.unscaled) != 1024 * 10 ** max(0, -quantity.scale))  # noqa: PLR2004
    return not small and (quantity.scale >= 0 or not quantity.unscaled % 10**-quantity.scale)
