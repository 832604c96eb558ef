"""A selector that fails or selects nothing → the one that was meant, tried on the devices before it is offered.

Three mistakes have one way out each: the domain of an attribute is missing, a version is compared with text, a value's type is named as a
field (``.string``). Each way is tried with every domain and name that the devices have, and counts only if it fails on none of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from kubectl_dra.apimachinery.semver import VersionError, parse_normalized_version
from kubectl_dra.linting.repairs import LOOKUP, with_domains
from kubectl_dra.selection.device_selector import compile_selector, qualified_name
from kubectl_dra.selection.groups import evaluate_devices

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubectl_dra.api.resource import Device
    from kubectl_dra.selection.device_selector import Environment

_VERSION_TEXT = re.compile(
    r"(?P<left>device\.attributes(?:\[[^\]]*\]|\.\w+)+)\s*(?P<sign>==|!=)\s*(?P<mark>[\"'])(?P<text>v?\d[\w.+-]*)(?P=mark)"
)
_MAX_CANDIDATES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An expression that fails on no device, and how many it selects.

    ``is_form_only`` tells that it says the same as the one before, only in a form that does not fail.
    """

    expression: str
    selects: int
    is_form_only: bool


def try_repairs(expression: str, devices: Sequence[tuple[str, Device]], environment: Environment) -> Tried | None:
    """The repair that selects most of ``devices`` and fails on none; None where none is better than the expression itself."""
    best: Tried | None = None
    for candidate in _candidates(expression, devices):
        compiled = compile_selector(candidate, environment)
        if candidate == expression or compiled.error is not None:
            continue
        results = evaluate_devices(compiled, devices)
        if all(isinstance(result, bool) for result in results):
            selects = sum(result is True for result in results)
            if best is None or selects > best.selects:
                best = Tried(expression=candidate, selects=selects, is_form_only=LOOKUP.search(expression) is not None)
    return best


def _candidates(expression: str, devices: Sequence[tuple[str, Device]]) -> Iterator[str]:
    written = list(dict.fromkeys((found["map"], found["domain"]) for found in LOOKUP.finditer(expression)))
    known = _domains(devices)
    choices = [known.get(lookup, ()) for lookup in written]
    for number, domains in enumerate(product(*choices)):
        if number >= _MAX_CANDIDATES:
            return
        repaired = with_domains(expression, dict(zip(written, domains, strict=True)))
        yield repaired
        yield _with_versions(repaired)


def _domains(devices: Sequence[tuple[str, Device]]) -> dict[tuple[str, str], tuple[str, ...]]:
    """From map and identifier to the domains under which devices have it."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for driver, device in devices:
        for table, keys in (("attributes", device.attributes), ("capacity", device.capacity)):
            for key in keys:
                domain, identifier = qualified_name(key, driver)
                found.setdefault((table, identifier), {})[domain] = None
    return {lookup: tuple(domains) for lookup, domains in found.items()}


def _with_versions(expression: str) -> str:
    def compared(found: re.Match[str]) -> str:
        try:
            version = parse_normalized_version(found["text"])
        except VersionError:
            return found[0]
        return f'{found["left"]} {found["sign"]} semver("{version}")'

    return _VERSION_TEXT.sub(compared, expression)
