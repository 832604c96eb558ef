"""`override` on every Python we support: typing has it from 3.12 on, and before that only type checkers need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

_Method = TypeVar("_Method")

if TYPE_CHECKING:
    from typing_extensions import override
else:

    def override(method: _Method) -> _Method:
        """Mark a method that replaces one of its base."""
        return method


__all__ = ["override"]
