"""Node selectors."""

from kubectl_dra.api.resource import NodeSelectorRequirement, NodeSelectorTerm
from kubectl_dra.apimachinery.nodeselector import selector_matches, term_matches

LABELS = {"zone": "a"}


def test_an_empty_term_matches_no_node() -> None:
    """A term that requires nothing selects nothing."""
    assert not term_matches(NodeSelectorTerm(), LABELS, "n1")


def test_fields_match_the_name() -> None:
    """``metadata.name`` is the only field that nodes are selected by."""
    term = NodeSelectorTerm(match_fields=(NodeSelectorRequirement(key="metadata.name", operator="In", values=("n1",)),))

    assert term_matches(term, LABELS, "n1")
    assert not term_matches(term, LABELS, "n2")


def test_one_term_of_several_is_enough() -> None:
    """Terms are alternatives, requirements of one term are not."""
    zone = NodeSelectorRequirement(key="zone", operator="In", values=("a",))
    rack = NodeSelectorRequirement(key="rack", operator="Exists")

    assert selector_matches((NodeSelectorTerm(match_expressions=(rack,)), NodeSelectorTerm(match_expressions=(zone,))), LABELS, "n1")
    assert not selector_matches((NodeSelectorTerm(match_expressions=(rack, zone)),), LABELS, "n1")
