"""DeviceSelector × Device → bool or CelError: one selector on one device, compiled once per text and environment.

Follows `dynamic-resource-allocation/cel` (compile.go, cache.go).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.cel.errors import CannotTell, CelError, CompileError, EvaluationError

if TYPE_CHECKING:
    from kubectl_dra.api.resource import Device

__all__ = ["CannotTell", "CelError", "CompileError", "CompiledSelector", "Environment", "EvaluationError", "compile_selector"]


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """Which Kubernetes reads the expression.

    The scheduler, and the API server for objects that it has stored already, use stored expressions (the default); the API server reads
    expressions that are new or changed with the libraries that the release before had, and only then do the two gates count.
    """

    release: str = "1.37"
    stored: bool = True
    consumable_capacity: bool = True
    list_type_attributes: bool = True


class CompiledSelector:
    """A selector ready for devices; made by `compile_selector`."""

    expression: str
    environment: Environment
    error: CompileError | CannotTell | None
    """Why it cannot be evaluated at all; None where it can."""
    output_type: str
    """The type that the checker found, "" after an error."""
    max_cost: int
    """The estimated cost that the API server holds against its limit of 1,000,000."""

    def evaluate(self, driver: str, device: Device) -> bool | CelError:
        """Whether the selector selects the device of the driver; `DeviceMatches`. A compile error is returned for every device."""
        raise NotImplementedError


def compile_selector(expression: str, environment: Environment) -> CompiledSelector:
    """The selector that a text means in an environment; the same object for the same arguments. Never raises for what the text says."""
    raise NotImplementedError
