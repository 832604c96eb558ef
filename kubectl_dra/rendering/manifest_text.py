"""Manifests with comments → YAML as a person would have written it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from kubectl_dra.rendering.to_yaml import write_yaml
from kubectl_dra.scaffolding.manifest import Block

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubectl_dra.scaffolding.manifest import Field, Value

_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./-]*\Z")
_WORDS = frozenset({"y", "yes", "n", "no", "on", "off", "true", "false", "null", "none"})
_QUANTITY = re.compile(r"\d+(\.\d+)?(Ki|Mi|Gi|Ti|Pi|Ei|m|k|M|G|T|P|E)\Z")


def write_manifests(manifests: Iterable[Block]) -> str:
    """All manifests, with ``---`` between two."""
    return "---\n".join("".join(f"{line}\n" for line in _lines(manifest, "")) for manifest in manifests)


def _lines(mapping: Block, indent: str) -> Iterator[str]:
    for field in mapping.fields:
        yield from (f"{indent}# {comment}" for comment in field.above)
        yield from _field(field, indent)


def _field(field: Field, indent: str) -> Iterator[str]:
    value, beside = field.value, f"   # {field.beside}" if field.beside else ""
    if isinstance(value, Block) and not value.is_brief:
        yield f"{indent}{field.name}:{beside}"
        yield from _lines(value, f"{indent}  ")
    elif isinstance(value, tuple) and not _is_brief(value):
        yield f"{indent}{field.name}:{beside}"
        for part in value:
            yield from _entry(part, indent)
    elif isinstance(value, str) and "\n" in value:
        yield f"{indent}{field.name}: |-{beside}"
        yield from (f"{indent}  {line}" for line in value.split("\n"))
    else:
        yield f"{indent}{field.name}: {_inline(value)}{beside}"


def _entry(part: Value, indent: str) -> Iterator[str]:
    if isinstance(part, Block) and not part.is_brief:
        lines = list(_lines(part, f"{indent}  "))
        first = next(number for number, line in enumerate(lines) if not line.lstrip().startswith("#"))
        yield from (line.removeprefix("  ") for line in lines[:first])
        yield f"{indent}- {lines[first].lstrip()}"
        yield from lines[first + 1 :]
    else:
        yield f"{indent}- {_inline(part)}"


def _is_brief(values: tuple[Value, ...]) -> bool:
    return all(isinstance(value, str) and len(value) < 24 and "\n" not in value for value in values)  # noqa: PLR2004  (a short word)


def _inline(value: Value) -> str:
    if isinstance(value, Block):
        return f"{{{', '.join(f'{field.name}: {_inline(field.value)}' for field in value.fields)}}}"
    if isinstance(value, tuple):
        return f"[{', '.join(_inline(part) for part in value)}]"
    if isinstance(value, str):
        return _text(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text(text: str) -> str:
    """Text without quotes where nobody could take it for something else."""
    if (_PLAIN.match(text) and text.lower() not in _WORDS) or _QUANTITY.match(text):
        return text
    if text.lower() in _WORDS or "\n" in text:
        return json.dumps(text, ensure_ascii=False)
    # What YAML itself would write, on one line.
    return write_yaml([text]).removeprefix("- ").rstrip("\n")
