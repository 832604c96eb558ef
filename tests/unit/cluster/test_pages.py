"""A list page by page, from a server that is played."""

import json
import threading
from collections.abc import Callable
from itertools import count

import pytest

from kubectl_dra.cluster.errors import Expired, ServerFailed
from kubectl_dra.cluster.http11 import Body
from kubectl_dra.cluster.pages import PAGES_AT_ONCE, Pages

NewBody = Callable[[], Body]


def page(name: str, continued: str = "") -> bytes:
    """A page of one object."""
    metadata = {"resourceVersion": "7", **({"continue": continued} if continued else {})}
    return json.dumps(
        {"kind": "List", "metadata": metadata, "items": [{"metadata": {"name": name}, "x": "x" * 5000}]}, separators=(",", ":")
    ).encode()


def names(pages: Pages) -> list[str]:
    """The objects' names of all pages."""
    return [item["metadata"]["name"] for one in pages for item in json.loads(one.content)["items"]]


def token_of(path: str) -> str:
    """The token in a path, empty for the first page."""
    return path.partition("continue=")[2]


def test_the_next_page_is_asked_for_when_this_one_begins() -> None:
    """A page whose end the server holds back does not keep the next one from being asked for."""
    is_asked = threading.Event()

    def get(path: str, *, body: NewBody) -> bytes:
        if token_of(path):
            is_asked.set()
            return page("b")
        body().add(page("a", "2"))
        assert is_asked.wait(10)
        return page("a", "2")

    assert names(Pages(get, "/list", {"limit": "1"})) == ["a", "b"]


def test_few_pages_are_asked_for_at_once() -> None:
    """However soon the beginnings come, the server works on a few pages at a time, and each is asked for once."""
    lock, asked, working, most = threading.Lock(), [], [0], [0]

    def get(path: str, *, body: NewBody) -> bytes:
        number = int(token_of(path) or 0)
        with lock:
            asked.append(number)
            working[0] += 1
            most[0] = max(most[0], working[0])
        content = page(str(number), str(number + 1) if number < 40 else "")
        body().add(content)
        with lock:
            working[0] -= 1
        return content

    assert names(Pages(get, "/list", {})) == [str(number) for number in range(41)]
    assert sorted(asked) == list(range(41))
    assert most[0] <= PAGES_AT_ONCE


def test_a_page_that_is_asked_for_anew_may_lead_elsewhere() -> None:
    """What counts is the token of the page that came whole, not that of a beginning whose end never came."""

    def get(path: str, *, body: NewBody) -> bytes:
        if token_of(path):
            return page(f"behind {token_of(path)}")
        body().add(page("a", "old"))
        body().add(page("a", "new"))
        return page("a", "new")

    assert names(Pages(get, "/list", {})) == ["a", "behind new"]


def test_an_expired_page_ends_the_list() -> None:
    """What the next page raises is raised when it is its turn."""

    def get(path: str, *, body: NewBody) -> bytes:
        if token_of(path):
            raise Expired("expired", where=path, status=410)
        body().add(page("a", "2"))
        return page("a", "2")

    pages = iter(Pages(get, "/list", {}))
    assert next(pages).content == page("a", "2")
    with pytest.raises(Expired):
        next(pages)


@pytest.mark.parametrize("start", [b"no list", b'{"kind":"List","items":[]', b'{"metadata":{"continue":7},"items":[]', b"\xff" * 9])
def test_a_beginning_that_is_none_is_passed_over(start: bytes) -> None:
    """A beginning that cannot be read asks for nothing; the whole page decides."""
    asked = count()

    def get(path: str, *, body: NewBody) -> bytes:
        assert not token_of(path)
        next(asked)
        body().add(start.ljust(5000))
        return page("a")

    assert names(Pages(get, "/list", {})) == ["a"]
    assert next(asked) == 1


def test_half_a_page_is_no_page() -> None:
    """A page without its end is told, with its path."""

    def get(path: str, *, body: NewBody) -> bytes:
        del path, body
        return page("a")[:-1]

    with pytest.raises(ServerFailed) as failure:
        list(Pages(get, "/list", {"limit": "1"}))
    assert failure.value.where == "/list?limit=1"
