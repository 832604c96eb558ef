"""A long list, cut into pages as it comes in."""

import json
import random

import pytest

from kubectl_dra.cluster import whole_list
from kubectl_dra.cluster.errors import ServerFailed
from kubectl_dra.cluster.whole_list import WholeList

TRICKY = 'a "},{\\"metadata\\":{" b'
"""A text that looks like the end of one object and the beginning of the next."""


def written(count: int, **metadata: str) -> bytes:
    """A list as the API server writes it."""
    items = [
        {"metadata": {"name": f"s-{number}", "note": TRICKY}, "spec": {"devices": [{"name": "a"}, {"name": "b"}]}}
        for number in range(count)
    ]
    return (
        json.dumps(
            {"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "7", **metadata}, "items": items}, separators=(",", ":")
        ).encode()
        + b"\n"
    )


def taken(content: bytes, *cuts: int) -> WholeList:
    """The list, put together from parts."""
    whole = WholeList("/list", len)
    for begin, end in zip((0, *cuts), (*cuts, len(content)), strict=True):
        whole.add(content[begin:end])
    assert whole.whole() == b""
    return whole


def names(whole: WholeList) -> list[str]:
    """The objects' names of all pages."""
    return [item["metadata"]["name"] for page in whole.pages for item in json.loads(page)["items"]]


@pytest.mark.parametrize("seed", range(20))
def test_pages_hold_every_object_once(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """However the body is cut into parts, its pages are lists of whole objects, in order, looked at one by one."""
    monkeypatch.setattr(whole_list, "_PAGE_BYTES", 1_000)
    content = written(50)
    whole = taken(content, *sorted(random.Random(seed).choices(range(len(content)), k=seed * 3)))

    assert names(whole) == [f"s-{number}" for number in range(50)]
    assert whole.made == [len(page) for page in whole.pages]
    assert (whole.resource_version, whole.is_all) == ("7", True)
    if seed > 10:
        assert len(whole.pages) > 1


@pytest.mark.parametrize("count", [0, 1])
def test_a_short_list_is_one_page(count: int) -> None:
    """What is not worth cutting stays as it was sent."""
    assert taken(written(count)).pages == [written(count)]


def test_another_order_of_fields_is_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that has its metadata behind the objects is read whole."""
    monkeypatch.setattr(whole_list, "_PAGE_BYTES", 100)
    content = json.dumps({"items": [{"metadata": {"name": "s"}}] * 40, "metadata": {"resourceVersion": "9"}}).encode()

    assert (taken(content, 900).pages, taken(content, 900).resource_version) == ([content], "9")


def test_more_than_was_sent_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that stops by itself, with a token to go on, has not sent all."""
    monkeypatch.setattr(whole_list, "_PAGE_BYTES", 1_000)
    assert not taken(written(50, **{"continue": "t"}), 2_000).is_all
    assert not taken(written(1, **{"continue": "t"})).is_all


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"no list", written(50)[:-2], written(50)[:3_000]])
def test_half_a_list_is_none(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    """What is no list, or breaks off, is told with its path."""
    monkeypatch.setattr(whole_list, "_PAGE_BYTES", 1_000)
    with pytest.raises(ServerFailed) as failure:
        taken(content, min(len(content), 2_000))
    assert failure.value.where == "/list"
