"""A live API server as a Source, over a transport that plays the server."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from kubectl_dra.api.kinds import DEVICE_CLASS, DEVICE_TAINT_RULE, NODE, POD, RESOURCE_CLAIM, RESOURCE_SLICE
from kubectl_dra.api.source import UnreadReason
from kubectl_dra.cluster import apiserver, retries
from kubectl_dra.cluster.apiserver import ApiServer
from kubectl_dra.cluster.errors import Forbidden, Unauthorized, Unreachable
from kubectl_dra.cluster.http11 import Answer, Body
from kubectl_dra.cluster.restconfig import RestConfig
from kubectl_dra.cluster.statuses import OK


class Played:
    """A transport that answers by a function from a path, and keeps the paths."""

    def __init__(self, answer: Callable[[str], Answer | Exception]) -> None:
        self.answer = answer
        self.paths: list[str] = []

    def exchange(self, path: str, *, accept: str = "application/json", body: Callable[[], Body] = Body) -> Answer:
        """What the function answers."""
        del accept
        self.paths.append(path)
        answer = self.answer(path)
        if isinstance(answer, Exception):
            raise answer
        if answer.status == OK:
            taken = body()
            taken.add(answer.body)
            return Answer(status=answer.status, headers=answer.headers, body=taken.whole())
        return answer

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    def answered_at_once(exchange: Callable[[], Answer], pauses: tuple[float, ...]) -> Answer:
        return retries.answered(exchange, pauses, lambda _: None)

    monkeypatch.setattr(apiserver, "answered", answered_at_once)


def server(answer: Callable[[str], Answer | Exception]) -> tuple[ApiServer, Played]:
    """A Source over a played transport."""
    transport = Played(answer)
    return ApiServer(transport, RestConfig(server="https://192.0.2.1", namespace="ml")), transport


def ok(document: Any) -> Answer:
    """200 with a document."""
    return Answer(status=200, headers={}, body=json.dumps(document, separators=(",", ":")).encode())


def page(*names: str, continued: str = "", version: str = "7") -> Answer:
    """A page of a list, as the API server writes it."""
    metadata = {"resourceVersion": version, **({"continue": continued} if continued else {})}
    return ok({"kind": "List", "apiVersion": "v1", "metadata": metadata, "items": [{"metadata": {"name": name}} for name in names]})


def refused(status: int, reason: str = "", name: str = "", **headers: str) -> Answer:
    """A Status."""
    document = {"kind": "Status", "reason": reason, "message": f"it is {reason}", "details": {"name": name}}
    return Answer(status=status, headers=headers, body=json.dumps(document).encode())


def group(*versions: str) -> Answer:
    """``/apis/resource.k8s.io``."""
    return ok({"versions": [{"version": version} for version in versions]})


def resources(*plurals: str) -> Answer:
    """``/apis/resource.k8s.io/VERSION``."""
    return ok({"resources": [{"name": name} for plural in plurals for name in (plural, f"{plural}/status")]})


def names(pages: tuple[bytes, ...]) -> list[str]:
    """The objects' names of all pages."""
    return [item["metadata"]["name"] for content in pages for item in json.loads(content)["items"]]


def test_pages_are_followed() -> None:
    """A list is read page by page, of one resource version."""

    def answer(path: str) -> Answer:
        return page("c", version="7") if "continue=t%2F1" in path else page("a", "b", continued="t/1")

    source, transport = server(answer)
    listing = source.list(NODE)
    assert names(listing.pages) == ["a", "b", "c"]
    assert listing.resource_version == "7"
    assert transport.paths == ["/api/v1/nodes?limit=500", "/api/v1/nodes?limit=500&continue=t%2F1"]


def test_slices_are_asked_for_at_once() -> None:
    """Slices come from the server's cache, in one list; a server that stops in its middle all the same is asked for pages."""
    source, transport = server(lambda _: page("a", "b"))
    assert names(source.list(RESOURCE_SLICE).pages) == ["a", "b"]
    assert transport.paths == ["/apis/resource.k8s.io/v1/resourceslices"]

    source, transport = server(lambda path: page("b") if "continue" in path else page("a", continued="t"))
    assert names(source.list(RESOURCE_SLICE).pages) == ["a", "b"]
    assert transport.paths[1:] == [
        "/apis/resource.k8s.io/v1/resourceslices?limit=500",
        "/apis/resource.k8s.io/v1/resourceslices?limit=500&continue=t",
    ]


def test_an_expired_list_begins_again() -> None:
    """410 in mid-list gives up what was read and reads the list anew."""
    answers = [page("a", continued="t"), refused(410, "Expired"), page("b", continued="u"), page("c")]
    source, transport = server(lambda _: answers.pop(0))
    assert names(source.list(NODE).pages) == ["b", "c"]
    assert len(transport.paths) == 4


def test_a_list_that_keeps_expiring_is_read_whole() -> None:
    """After two restarts the list is asked for without pages."""

    def answer(path: str) -> Answer:
        if "limit" not in path:
            return page("a", "b")
        return refused(410, "Expired") if "continue" in path else page("a", continued="t")

    source, transport = server(answer)
    assert names(source.list(NODE).pages) == ["a", "b"]
    assert transport.paths[-1] == "/api/v1/nodes"


@pytest.mark.parametrize(
    ("status", "reason"),
    [(403, UnreadReason.FORBIDDEN), (404, UnreadReason.NOT_SERVED), (500, UnreadReason.FAILED), (410, UnreadReason.FAILED)],
)
def test_a_refusal_is_a_value(status: int, reason: UnreadReason) -> None:
    """What the server refuses for one kind is an Unread with the server's words."""
    source, _ = server(lambda _: refused(status, "So"))
    (unread,) = source.list(POD, "ml").unread
    assert (unread.reason, unread.namespace) == (reason, "ml")


def test_401_ends_the_command() -> None:
    """A credential that the server does not accept concerns every kind."""
    source, _ = server(lambda _: refused(401, "Unauthorized"))
    with pytest.raises(Unauthorized):
        source.list(POD)


def test_silence_ends_the_command() -> None:
    """A server that has answered nothing is unreachable."""
    source, _ = server(lambda _: Unreachable("nobody there"))
    source.prefetch((POD, NODE, RESOURCE_SLICE))
    with pytest.raises(Unreachable, match="nobody there"):
        source.list(POD)


def test_one_silent_kind_stops_no_other() -> None:
    """A kind that gets no answer is unread where the server answers others."""
    source, _ = server(lambda path: Unreachable("cut") if "nodes" in path else page("a"))
    source.prefetch((NODE, POD))
    assert [unread.reason for unread in source.list(NODE).unread] == [UnreadReason.FAILED]
    assert names(source.list(POD).pages) == ["a"]


def test_a_passing_failure_is_tried_again() -> None:
    """500 without Retry-After and 429 with it are tried again."""
    answers = [refused(500), refused(429, **{"retry-after": "3"}), page("a")]
    source, _ = server(lambda _: answers.pop(0))
    assert names(source.list(NODE).pages) == ["a"]


def test_the_newest_served_version_is_read() -> None:
    """Where v1 is not served, discovery tells what is."""

    def answer(path: str) -> Answer:
        if path == "/apis/resource.k8s.io":
            return group("v1beta1", "v1beta2")
        if path.rpartition("/")[2].startswith("v1beta"):
            return resources("resourceslices", "resourceclaims")
        return page("a") if "/v1beta2/" in path and "devicetaintrules" not in path else refused(404)

    source, transport = server(answer)
    assert source.list(RESOURCE_SLICE).api_version == "resource.k8s.io/v1beta2"
    assert source.list(RESOURCE_CLAIM, "ml").api_version == "resource.k8s.io/v1beta2"
    (unread,) = source.list(DEVICE_TAINT_RULE).unread
    assert unread.reason is UnreadReason.NOT_SERVED
    assert transport.paths.count("/apis/resource.k8s.io") == 1
    assert "/apis/resource.k8s.io/v1beta2/namespaces/ml/resourceclaims?limit=500" in transport.paths
    assert "/apis/resource.k8s.io/v1/namespaces/ml/resourceclaims?limit=500" not in transport.paths


def test_a_kind_that_v1_lacks_is_read_in_an_older_version() -> None:
    """A version that serves other kinds is asked, and the next one where it has not this kind either; no list of its kinds is needed."""

    def answer(path: str) -> Answer:
        if path == "/apis/resource.k8s.io":
            return group("v1", "v1beta2", "v1beta1", "v1alpha3")
        return page("a") if "/v1alpha3/" in path else refused(404)

    source, transport = server(answer)
    assert source.list(DEVICE_TAINT_RULE).api_version == "resource.k8s.io/v1alpha3"
    asked = [path.partition("?")[0].removeprefix("/apis/resource.k8s.io") for path in transport.paths]
    assert asked == ["/v1/devicetaintrules", "", "/v1beta2/devicetaintrules", "/v1alpha3/devicetaintrules"]


def test_versions_are_tried_where_discovery_is_forbidden() -> None:
    """Without discovery, every version that can be read is asked for in turn."""

    def answer(path: str) -> Answer:
        if path == "/apis/resource.k8s.io":
            return refused(403, "Forbidden")
        return page("a") if "/v1beta1/" in path else refused(404)

    source, _ = server(answer)
    assert source.list(DEVICE_CLASS).api_version == "resource.k8s.io/v1beta1"
    assert source.server_info().resource_versions is None


def test_server_info_tells_which_versions_are_served() -> None:
    """The server's version, and those of the group, in two requests."""
    source, transport = server(lambda path: ok({"gitVersion": "v1.36.3"}) if path == "/version" else group("v1", "v1beta2"))
    information = source.server_info()
    assert (information.git_version, information.resource_versions) == ("v1.36.3", ("v1", "v1beta2"))
    assert sorted(transport.paths) == ["/apis/resource.k8s.io", "/version"]


def test_server_info_tells_what_is_served_in_place_of_v1() -> None:
    """Where a kind is missing and v1 with it, the kinds of each version are told."""

    def answer(path: str) -> Answer:
        known = {"/apis/resource.k8s.io": group("v1alpha3"), "/apis/resource.k8s.io/v1alpha3": resources("devicetaintrules")}
        return known.get(path) or refused(404)

    source, _ = server(answer)
    assert [unread.reason for unread in source.list(DEVICE_CLASS).unread] == [UnreadReason.NOT_SERVED]
    assert dict(source.server_info().served) == {"resource.k8s.io/v1alpha3": ("devicetaintrules",)}


def test_a_server_without_the_group_says_so() -> None:
    """A group that is not served is known not to be."""
    source, _ = server(lambda path: ok({"gitVersion": "v1.30.0"}) if path == "/version" else refused(404))
    assert source.server_info().resource_versions == ()


def test_one_object_is_read_or_absent() -> None:
    """One object comes as the server's bytes; one that is not there is None; one that is forbidden is an error."""
    answers = {
        "/api/v1/namespaces/ml/pods/a": ok({"apiVersion": "v1", "kind": "Pod"}),
        "/api/v1/namespaces/ml/pods/b": refused(404, "NotFound", name="b"),
        "/api/v1/namespaces/ml/pods/c": refused(403, "Forbidden"),
    }
    source, _ = server(lambda path: answers[path])
    found = source.read(POD, "a", "ml")
    assert found is not None
    assert found.api_version == "v1"
    assert source.read(POD, "b", "ml") is None
    with pytest.raises(Forbidden):
        source.read(POD, "c", "ml")


def test_selectors_stand_in_the_query() -> None:
    """Field and label selectors are the server's to apply."""
    source, transport = server(lambda _: page())
    source.list(POD, "ml", field_selector="metadata.name=a", label_selector="app in (b)")
    assert transport.paths == [
        "/api/v1/namespaces/ml/pods?fieldSelector=metadata.name%3Da&labelSelector=app+in+%28b%29&limit=500",
    ]


@pytest.mark.parametrize(
    "body", [b"<html>", b"", b"[]", b'{"kind":"List","metadata":{"resourceVersion":"1"},"items":[{"a":', b'{"items":[]}']
)
def test_a_page_that_is_no_list_is_a_failure(body: bytes) -> None:
    """An answer that is no whole list is never taken for an empty one."""
    source, _ = server(lambda _: Answer(status=200, headers={}, body=body))
    assert [unread.reason for unread in source.list(NODE).unread] == [UnreadReason.FAILED]


def test_a_kind_is_read_once() -> None:
    """What was begun by prefetch is not read again."""
    source, transport = server(lambda _: page("a"))
    source.prefetch((NODE, POD, NODE))
    assert source.list(NODE) is source.list(NODE)
    source.list(POD)
    assert sorted(transport.paths) == ["/api/v1/nodes?limit=500", "/api/v1/pods?limit=500"]
