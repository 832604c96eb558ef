"""What -v shows of requests."""

import re

import pytest

from kubectl_dra.cluster.http_trace import HttpTrace, masked

HEADERS = [("Authorization", "Bearer s3cret"), ("Accept", "application/json"), ("Proxy-Authorization", "Basic s3cret")]


def shown(verbosity: int) -> str:
    """Everything that one request and its answer show."""
    lines: list[str] = []
    trace = HttpTrace(verbosity, lines.append)
    started = trace.request("https://192.0.2.1/version", HEADERS)
    trace.response("https://192.0.2.1/version", "200 OK", [("Content-Type", "application/json")], started)
    return "\n".join(lines)


@pytest.mark.parametrize("verbosity", [6, 7, 8, 9, 10])
def test_secrets_are_masked(verbosity: int) -> None:
    """No level shows a token or a password."""
    assert "s3cret" not in shown(verbosity)


def test_level_6_is_one_line_with_address_and_time() -> None:
    """The line is klog's."""
    start = r"I\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ http_trace\.py:\d+\] "
    line = r'"Response" verb="GET" url="https://192\.0\.2\.1/version" status="200 OK" milliseconds=\d+'
    assert re.fullmatch(start + line, shown(6))


def test_level_8_shows_headers_of_both_sides() -> None:
    """On lines of their own, as klog indents them."""
    text = shown(8)
    assert "headers=<\n\tAccept: application/json\n\tAuthorization: Bearer <masked>\n" in text
    assert "\tContent-Type: application/json\n >" in text


def test_level_9_shows_a_command_to_repeat_the_request() -> None:
    """As curl."""
    assert 'curl -v -XGET  -H "Accept: application/json" -H "Authorization: Bearer <masked>"' in shown(9).replace('\\"', '"')


def test_unknown_schemes_are_masked_whole() -> None:
    """What looks like no scheme may be the secret itself."""
    assert masked([("Authorization", "s3cret"), ("authorization", "Bearer")]) == [
        ("Authorization", "<masked>"),
        ("authorization", "Bearer"),
    ]
