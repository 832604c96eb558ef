import pytest

from kubectl_dra.api.resource import DeviceAttribute, DeviceTaint, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm
from kubectl_dra.reports.words import UNKNOWN, age, attribute_text, counted, human_duration, listed, selector_text, taint_text

MINUTE, HOUR, DAY, YEAR = 60, 3600, 86400, 31536000


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0s"),
        (119, "119s"),
        (2 * MINUTE, "2m"),
        (2 * MINUTE + 5, "2m5s"),
        (10 * MINUTE + 5, "10m"),
        (179 * MINUTE, "179m"),
        (3 * HOUR, "3h"),
        (7 * HOUR + 30 * MINUTE, "7h30m"),
        (9 * HOUR + 30 * MINUTE, "9h"),
        (47 * HOUR, "47h"),
        (2 * DAY + 3 * HOUR, "2d3h"),
        (8 * DAY + 3 * HOUR, "8d"),
        (729 * DAY, "729d"),
        (2 * YEAR, "2y"),
        (2 * YEAR + 3 * DAY, "2y3d"),
        (9 * YEAR, "9y"),
    ],
)
def test_durations_are_kubectls(seconds: int, expected: str) -> None:
    """Ages are written as HumanDuration writes them."""
    assert expected == human_duration(seconds)


def test_age_needs_both_times() -> None:
    """What has no time has no age; what lies ahead is new."""
    now = "2026-01-02T00:00:00Z"

    assert [age(since, now) for since in ("2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z", "", "yesterday")] == [
        "24h",
        "0s",
        UNKNOWN,
        UNKNOWN,
    ]


def test_counts_and_lists() -> None:
    """Numbers have separators, nouns their plural, and long lists an end."""
    assert [counted(1, "device"), counted(40_000, "device"), counted(2, "class", "classes")] == ["1 device", "40,000 devices", "2 classes"]
    assert [listed([]), listed("ab"), listed("abcd")] == ["", "a, b", "a, b, c and 1 more"]


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        (DeviceAttribute(string="A100"), "A100"),
        (DeviceAttribute(int_=0), "0"),
        (DeviceAttribute(bool_=False), "false"),
        (DeviceAttribute(version="1.2.3"), "1.2.3"),
        (DeviceAttribute(strings=("a", "b")), "a,b"),
        (DeviceAttribute(bools=(True, False)), "true,false"),
        (DeviceAttribute(), UNKNOWN),
    ],
)
def test_attributes_are_written_as_people_write_them(attribute: DeviceAttribute, expected: str) -> None:
    """Values of every type, and of none that is known."""
    assert expected == attribute_text(attribute)


def test_taints_are_written_as_kubectl_writes_them() -> None:
    """Key, value where there is one, effect."""
    taints = (DeviceTaint(key="k", value="v", effect="NoExecute"), DeviceTaint(key="k", effect="NoSchedule"))

    assert [taint_text(taint) for taint in taints] == ["k=v:NoExecute", "k:NoSchedule"]


def test_selectors_are_written_as_l_takes_them() -> None:
    """Every operator in the form of a label selector."""
    rows = (
        ("In", ("a",)),
        ("In", ("a", "b")),
        ("NotIn", ("a",)),
        ("NotIn", ("a", "b")),
        ("Exists", ()),
        ("DoesNotExist", ()),
        ("Gt", ("3",)),
    )
    expressions = tuple(NodeSelectorRequirement(key="k", operator=operator, values=values) for operator, values in rows)
    selector = NodeSelector(node_selector_terms=(NodeSelectorTerm(match_expressions=expressions),))

    assert selector_text(selector) == "k=a,k in (a,b),k!=a,k notin (a,b),k,!k,k Gt 3"
