"""A report's document → YAML."""

from __future__ import annotations

import re
from typing import Final

import yaml

_DUMPER: type[yaml.SafeDumper] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


_NEVER_FOLDED = 2**20
_READ_OTHERWISE: Final = re.compile(r"[yYnN]|0o[0-7]+|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
"""Text that kubectl puts in quotes, for other readers take it for a truth value or a number, and PyYAML would not."""


class _Dumper(_DUMPER):  # type: ignore[misc,valid-type]  # which of the two is known at run time
    """Text of several lines as a block, tuples as lists, no anchors."""

    def ignore_aliases(self, data: object) -> bool:
        """Every value is written where it stands."""
        del data
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else "'" if _READ_OTHERWISE.fullmatch(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(tuple, lambda dumper, values: dumper.represent_list(values))


def write_yaml(document: object) -> str:
    """Block YAML, fields in the report's order. Where a text could drive a terminal, everything beyond ASCII is written as escapes."""
    text = _dumped(document, allow_unicode=True)
    return text if text.replace("\n", "").isprintable() else _dumped(document, allow_unicode=False)


def _dumped(document: object, *, allow_unicode: bool) -> str:
    text: str = yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, default_flow_style=False, allow_unicode=allow_unicode, width=_NEVER_FOLDED
    )
    return text
