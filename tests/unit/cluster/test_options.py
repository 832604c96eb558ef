"""kubectl's connection flags."""

import pytest

from kubectl_dra.cluster.errors import MisusedOption
from kubectl_dra.cluster.options import ConnectionOptions, go_duration, parse_timeout


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("30", 30), ("1m30s", 90), ("500ms", 0.5), ("1.5h", 5400), ("+2s", 2), ("-2s", 0), ("0s", 0), (".5s", 0.5), ("1us", 1e-6)],
)
def test_timeouts_are_gos(text: str, seconds: float) -> None:
    """A whole number of seconds, or a Go duration."""
    assert parse_timeout(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["soon", "1", "1 s", "s", "1d", "1..5s", ".s", "1s2", "--1s"])
def test_other_timeouts_are_refused(text: str) -> None:
    """What kubectl refuses is refused, with the text."""
    if text == "1":
        assert parse_timeout(text) == 1
        return
    with pytest.raises(MisusedOption, match="is not a duration"):
        parse_timeout(text)


@pytest.mark.parametrize(("seconds", "text"), [(5, "5s"), (90, "1m30s"), (0.5, "500ms"), (3600, "1h0m0s"), (1.5, "1.5s"), (60, "1m0s")])
def test_durations_are_written_as_go_writes_them(seconds: float, text: str) -> None:
    """The server reads them back."""
    assert go_duration(seconds) == text


@pytest.mark.parametrize(("typed", "name"), [("ml", "ml"), ("ns/ml", "ml"), ("Namespaces/ml", "ml"), ("ns/", "ns/"), ("x/ml", "x/ml")])
def test_a_namespace_may_have_its_kind_before_it(typed: str, name: str) -> None:
    """As kubectl takes it."""
    assert ConnectionOptions(namespace=typed).namespace_name() == name
