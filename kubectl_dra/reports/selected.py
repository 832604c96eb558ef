"""Selectors and devices → which devices are selected, and on which a selector ends in an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.selection.device_selector import CelError, Environment, compile_selector

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kubectl_dra.api.resource import DeviceSelector
    from kubectl_dra.inventory.states import PublishedDevice


class Selected(msgspec.Struct, frozen=True, kw_only=True):
    """The devices that all selectors select; ``failed`` counts those on which one ends in an error, the first one of which is ``error``.

    ``broken`` says why a selector cannot be used at all; then nothing is selected.
    """

    devices: tuple[PublishedDevice, ...] = ()
    failed: int = 0
    error: str = ""
    broken: str = ""


def expressions_of(selectors: Iterable[DeviceSelector]) -> tuple[str, ...]:
    """The CEL expressions of selectors."""
    return tuple(selector.cel.expression for selector in selectors if selector.cel is not None)


def _told(error: CelError) -> str:
    """The error on one line, without the picture of where it is."""
    return error.text.partition("\n")[0]


def select_devices(devices: Iterable[PublishedDevice], expressions: Sequence[str], release: str) -> Selected:
    """The devices on which all expressions are true, in their order; an expression ends at its first false or error, as upstream's does."""
    compiled = [compile_selector(expression, Environment(release=release)) for expression in expressions]
    for selector in compiled:
        if selector.error is not None:
            return Selected(broken=_told(selector.error))
    selected: list[PublishedDevice] = []
    errors: list[str] = []
    for published in devices:
        for selector in compiled:
            verdict = selector.evaluate(published.slice_.spec.driver, published.device)
            if verdict is not True:
                if verdict is not False:
                    errors.append(_told(verdict))
                break
        else:
            selected.append(published)
    return Selected(devices=tuple(selected), failed=len(errors), error=errors[0] if errors else "")
