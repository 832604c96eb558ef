from __future__ import annotations

import pytest

from kubectl_dra.apimachinery.yaml_values import load_yaml
from kubectl_dra.rendering.manifest_text import write_manifests
from kubectl_dra.scaffolding.manifest import Block, Field, block, brief


@pytest.mark.parametrize(
    "text", ["on", "y", "1.5", "12:30", "a: b", "x #y", "'q'", '"q"', "", "40Gi", "a/b.c", "-", "null", "é", "a\nb", "{a}"]
)
def test_text_is_read_back_as_it_was(text: str) -> None:
    """Whatever the text, YAML reads it back as text."""
    (document,) = load_yaml(write_manifests([block(value=text, list=(text, "x" * 30), brief=brief(inner=text))]))
    assert document.value == {"value": text, "list": [text, "x" * 30], "brief": {"inner": text}}


def test_comments_stand_where_they_belong() -> None:
    """Comments stand over their field and behind their value, in lists as well."""
    entry = Block(fields=(Field(name="a", value=1, above=("why",)), Field(name="b", value=True, beside="so")))
    assert write_manifests([block(list=(entry,)), block(c="d")]) == "list:\n# why\n- a: 1\n  b: true   # so\n---\nc: d\n"
