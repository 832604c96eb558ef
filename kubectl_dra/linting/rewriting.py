"""Mappings of a manifest's text rewritten: fields put under a new key, or lifted out of one, everything else left as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.linting.edits import Edit, line_end

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubectl_dra.apimachinery.yaml_values import YamlNode

_STEP = "  "


def nest(text: str, mapping: YamlNode, names: Sequence[str], under: str) -> tuple[Edit, ...]:
    """The fields called ``names`` moved under a new key ``under``, which comes last."""
    entries = mapping.entries or ()
    moved = [number for number, (key, _) in enumerate(entries) if key.scalar in names]
    kept = [number for number in range(len(entries)) if number not in moved]
    if not moved:
        return ()
    if mapping.is_flow:
        parts = [_flow(text, mapping, number) for number in kept]
        parts.append(f"{under}: {{{', '.join(_flow(text, mapping, number) for number in moved)}}}")
        return (Edit(start=mapping.start.index, end=mapping.end.index, text=f"{{{', '.join(parts)}}}"),)
    indent = " " * (mapping.start.column - 1)
    lines = [_segment(text, mapping, number) for number in kept]
    lines.append(f"{under}:")
    lines += [_STEP + _segment(text, mapping, number).replace("\n", f"\n{_STEP}") for number in moved]
    return _replaced(text, mapping, lines, indent)


def lift(text: str, mapping: YamlNode, name: str) -> tuple[Edit, ...]:
    """The fields under ``name`` moved up beside it, and ``name`` itself gone."""
    entries, inner = mapping.entries or (), mapping.child(name)
    if inner is None or not inner.entries:
        return ()
    others = [number for number, (key, _) in enumerate(entries) if key.scalar != name]
    if mapping.is_flow or inner.is_flow:
        if not (mapping.is_flow and inner.is_flow):
            return ()
        parts = [_flow(text, mapping, number) for number in others] + [_flow(text, inner, number) for number in range(len(inner.entries))]
        return (Edit(start=mapping.start.index, end=mapping.end.index, text=f"{{{', '.join(parts)}}}"),)
    indent, deeper = " " * (mapping.start.column - 1), inner.start.column - mapping.start.column
    lines = [_segment(text, mapping, number) for number in others]
    lines += [_segment(text, inner, number).replace("\n" + " " * deeper, "\n") for number in range(len(inner.entries))]
    return _replaced(text, mapping, lines, indent)


def _replaced(text: str, mapping: YamlNode, lines: list[str], indent: str) -> tuple[Edit, ...]:
    end = _end(text, mapping)
    return (Edit(start=mapping.start.index, end=end, text=f"\n{indent}".join(lines)),)


def _flow(text: str, mapping: YamlNode, number: int) -> str:
    key, value = (mapping.entries or ())[number]
    return text[key.start.index : value.end.index]


def _segment(text: str, mapping: YamlNode, number: int) -> str:
    """A field with everything that stands before the next one, comments included."""
    entries = mapping.entries or ()
    end = entries[number + 1][0].start.index if number + 1 < len(entries) else _end(text, mapping)
    return text[entries[number][0].start.index : end].rstrip()


def _end(text: str, mapping: YamlNode) -> int:
    """The end of the last line of a mapping, without its line break."""
    end = line_end(text, mapping.end.index)
    return end - 1 if end > mapping.end.index and text[end - 1 : end] == "\n" else end
