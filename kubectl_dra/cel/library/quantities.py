"""Kubernetes' quantities; `apiserver/pkg/cel/library/quantity.go`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kubectl_dra.apimachinery.quantity import Quantity, QuantityError, from_int, parse_quantity
from kubectl_dra.cel.declarations import function, method
from kubectl_dra.cel.values import DerivedQuantity, Failure, Unknowable

if TYPE_CHECKING:
    from kubectl_dra.cel.declarations import Functions


def _quantity(text: str) -> Quantity:
    try:
        return parse_quantity(text)
    except QuantityError as error:
        raise Failure(str(error)) from None


def _is_quantity(text: str) -> bool:
    try:
        parse_quantity(text)
    except QuantityError:
        return False
    return True


def _as_integer(quantity: Quantity) -> int:
    number = quantity.as_int64()
    if number is None:
        raise Failure("cannot convert value to integer")
    return number


def _derived(quantity: Quantity) -> DerivedQuantity:
    return DerivedQuantity(unscaled=quantity.unscaled, scale=quantity.scale, format=quantity.format, is_decimal=quantity.is_decimal)


def _add(quantity: Quantity, other: Quantity) -> DerivedQuantity:
    try:
        return _derived(quantity.add(other))
    except QuantityError as error:
        raise Unknowable(str(error)) from None


def _sub(quantity: Quantity, other: Quantity) -> DerivedQuantity:
    try:
        return _derived(quantity.sub(other))
    except QuantityError as error:
        raise Unknowable(str(error)) from None


FUNCTIONS: Final[Functions] = {
    "quantity": (function("(string): Quantity", _quantity),),
    "isQuantity": (function("(string): bool", _is_quantity),),
    "sign": (function("(Quantity): int", lambda quantity: quantity.sign),),
    "isGreaterThan": (method("(Quantity, Quantity): bool", lambda left, right: left.compare(right) > 0),),
    "isLessThan": (method("(Quantity, Quantity): bool", lambda left, right: left.compare(right) < 0),),
    "compareTo": (method("(Quantity, Quantity): int", Quantity.compare),),
    "asApproximateFloat": (method("(Quantity): double", Quantity.as_approximate_float),),
    "asInteger": (method("(Quantity): int", _as_integer),),
    "isInteger": (method("(Quantity): bool", lambda quantity: quantity.as_int64() is not None),),
    "add": (
        method("(Quantity, Quantity): Quantity", _add),
        method("(Quantity, int): Quantity", lambda quantity, number: _add(quantity, from_int(number))),
    ),
    "sub": (
        method("(Quantity, Quantity): Quantity", _sub),
        method("(Quantity, int): Quantity", lambda quantity, number: _sub(quantity, from_int(number))),
    ),
}
