"""Named formats; `apiserver/pkg/cel/library/format.go` over apimachinery's validation and kube-openapi's strfmt."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Final

import msgspec

from kubectl_dra.cel.declarations import function, method
from kubectl_dra.cel.library.urls import URLError, parse_url
from kubectl_dra.cel.values import NONE, OptionalValue, name_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubectl_dra.cel.declarations import Functions


class Format(msgspec.Struct, frozen=True):
    """A format that a text can be held against; `pattern_size` stands for how much that costs."""

    name: str
    pattern_size: int


name_type(Format, "kubernetes.NamedFormat", "cel.Format", hashable=False)

_LABEL: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_LABEL_1035: Final = "[a-z]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN: Final = rf"{_LABEL}(\.{_LABEL})*"
_NAME: Final = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_LABEL_WORDS: Final = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
    "and must start and end with an alphanumeric character "
    f"(e.g. 'my-name',  or '123-abc', regex used for validation is '{_LABEL}')"
)
_SUBDOMAIN_WORDS: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
    rf"and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '{_LABEL}(\.{_LABEL})*')"
)
_LABEL_1035_WORDS: Final = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    f"and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '{_LABEL_1035}')"
)
_NAME_WORDS: Final = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    f"(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{_NAME}')"
)
_QUALIFIED_WORDS: Final = (
    "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    f"(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{_NAME}') "
    "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
)
_VALUE_WORDS: Final = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', "
    f"regex used for validation is '(({_NAME})?)')"
)
_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})")
_UUID: Final = re.compile(r"[a-f0-9]{8}-?[a-f0-9]{4}-?[a-f0-9]{4}-?[a-f0-9]{4}-?[a-f0-9]{12}", re.IGNORECASE)
_DATE_TIME: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:z|[+-][0-9]{2}:[0-9]{2})", re.IGNORECASE
)


def _bounded(pattern: str, words: str, longest: int) -> Callable[[str], list[str]]:
    compiled = re.compile(pattern)

    def complaints(text: str) -> list[str]:
        found = [] if len(text.encode()) <= longest else [f"must be no more than {longest} bytes"]
        return found if compiled.fullmatch(text) else [*found, words]

    return complaints


def _prefix(complaints: Callable[[str], list[str]]) -> Callable[[str], list[str]]:
    """As names that something is appended to are held: a last dash is taken for a letter."""
    return lambda text: complaints(text[:-2] + "a" if text.endswith("-") and len(text) > 1 else text)


def _qualified_name(text: str) -> list[str]:
    parts = text.split("/")
    if len(parts) > 2:  # noqa: PLR2004 - prefix and name
        return [_QUALIFIED_WORDS]
    found: list[str] = []
    if len(parts) == 2:  # noqa: PLR2004
        prefix = parts[0]
        found = [f"prefix part {words}" for words in _SUBDOMAIN_COMPLAINTS(prefix)] if prefix else ["prefix part must be non-empty"]
    name = parts[-1]
    if not name:
        found.append("name part must be non-empty")
    elif len(name) > 63:  # noqa: PLR2004 - the longest name
        found.append("name part must be no more than 63 bytes")
    return found if re.fullmatch(_NAME, name) else [*found, _NAME_WORDS]


def _uri(text: str) -> list[str]:
    try:
        parse_url(text)
    except URLError as error:
        return [str(error)]
    return []


def _base64(text: str) -> list[str]:
    return [] if _BASE64.fullmatch(text) else ["invalid base64"]


def _date(text: str) -> list[str]:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return ["invalid date"]
    return [] if len(text) == len("2006-01-02") else ["invalid date"]


def _date_time(text: str) -> list[str]:
    match = _DATE_TIME.fullmatch(text)
    if not match or _date(match[1]) or int(match[2]) > 23 or int(match[3]) > 59 or int(match[4]) > 59:  # noqa: PLR2004 - a day's clock
        return ["invalid datetime"]
    return []


_SUBDOMAIN_COMPLAINTS: Final = _bounded(_SUBDOMAIN, _SUBDOMAIN_WORDS, 253)
_LABEL_COMPLAINTS: Final = _bounded(_LABEL, _LABEL_WORDS, 63)
_LABEL_1035_COMPLAINTS: Final = _bounded(_LABEL_1035, _LABEL_1035_WORDS, 63)

_FORMATS: Final[dict[str, tuple[Format, Callable[[str], list[str]]]]] = {
    "dns1123Label": (Format("DNS1123Label", 30), _LABEL_COMPLAINTS),
    "dns1123Subdomain": (Format("DNS1123Subdomain", 60), _SUBDOMAIN_COMPLAINTS),
    "dns1035Label": (Format("DNS1035Label", 30), _LABEL_1035_COMPLAINTS),
    "qualifiedName": (Format("QualifiedName", 60), _qualified_name),
    "dns1123LabelPrefix": (Format("DNS1123LabelPrefix", 30), _prefix(_LABEL_COMPLAINTS)),
    "dns1123SubdomainPrefix": (Format("DNS1123SubdomainPrefix", 60), _prefix(_SUBDOMAIN_COMPLAINTS)),
    "dns1035LabelPrefix": (Format("DNS1035LabelPrefix", 30), _prefix(_LABEL_1035_COMPLAINTS)),
    "labelValue": (Format("LabelValue", 40), _bounded(f"({_NAME})?", _VALUE_WORDS, 63)),
    "uri": (Format("URI", 1103), _uri),
    "uuid": (Format("uuid", 73), lambda text: [] if _UUID.fullmatch(text) else ["does not match the UUID format"]),
    "byte": (Format("byte", 84), _base64),
    "date": (Format("date", 123), _date),
    "datetime": (Format("datetime", 123), _date_time),
}
_COMPLAINTS: Final = {chosen.name: complaints for chosen, complaints in _FORMATS.values()}


def _validate(chosen: Format, text: str) -> OptionalValue:
    complaints = _COMPLAINTS[chosen.name](text)
    return OptionalValue(complaints) if complaints else NONE


def _named(name: str) -> OptionalValue:
    return OptionalValue(_FORMATS[name][0]) if name in _FORMATS else NONE


def _constant(chosen: Format) -> Callable[[], Format]:
    return lambda: chosen


FUNCTIONS: Final[Functions] = {
    "validate": (method("(Format, string): optional<list<string>>", _validate),),
    "format.named": (function("(string): optional<Format>", _named),),
    **{f"format.{name}": (function("(): Format", _constant(chosen)),) for name, (chosen, _) in _FORMATS.items()},
}
