"""Bytes and plain values become Structs."""

import pytest

from kubectl_dra.api.resource import DeviceAttribute, ResourceSlice
from kubectl_dra.apimachinery import decode


def test_null_is_an_absent_field() -> None:
    """What Kubernetes prints as null reads like a field that is not there."""
    read = decode.decode(b'{"metadata":{"name":"s","creationTimestamp":null},"spec":{"driver":"d","devices":null}}', ResourceSlice)

    assert read.metadata.creation_timestamp == ""
    assert read.spec.devices == ()


def test_a_wrong_type_is_told_with_its_path() -> None:
    """The path is written as the API writes paths."""
    with pytest.raises(decode.DecodeError) as refusal:
        decode.decode(b'{"spec":{"driver":7}}', ResourceSlice)

    assert refusal.value.field_path == "spec.driver"
    assert refusal.value.message == "expected a string, got an integer"


def test_items_of_a_list_keep_their_order() -> None:
    """A list page becomes a tuple of Structs."""
    items = decode.decode_items(b'{"items":[{"metadata":{"name":"b"}},{"metadata":{"name":"a"}}]}', ResourceSlice)

    assert [item.metadata.name for item in items] == ["b", "a"]


@pytest.mark.parametrize("content", [b'{"metadata"', b"\xff\xfe", b"[" * 100_000, b"[]", b"7"])
def test_what_is_not_an_object_is_refused(content: bytes) -> None:
    """Half a document, a binary, endless nesting, a list and a number end in the same exception."""
    with pytest.raises(decode.DecodeError):
        decode.decode(content, ResourceSlice)


def test_an_attribute_of_unknown_kind_has_no_value() -> None:
    """A field that this program does not know leaves the value empty, and false and zero are values."""
    assert decode.decode(b'{"color":"red"}', DeviceAttribute).value is None
    assert decode.decode(b'{"bool":false}', DeviceAttribute).value is False
    assert decode.decode(b'{"int":0}', DeviceAttribute).value == 0


def test_structs_go_back_to_the_spelling_of_the_api() -> None:
    """Absent fields stay absent, and names are camel case."""
    plain = {
        "metadata": {"name": "s"},
        "spec": {"driver": "d", "nodeName": "n", "devices": [{"name": "x", "attributes": {"a": {"int": 1}}}]},
    }

    assert plain == decode.to_plain(decode.convert(plain, ResourceSlice))
