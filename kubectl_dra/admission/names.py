"""Text → what is wrong with it as a name, in the words of the API server; nothing where it will do.

Upstream: ``apimachinery/pkg/api/validate/content`` (``IsDNS1123Label``, ``IsLabelKey``, ``IsCIdentifier`` …),
``pkg/apis/resource/validation/validation.go`` (``validateQualifiedName``, ``validatePoolName``), and for releases before 1.35 what these
were there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kubectl_dra.admission.field_errors import FieldError, FieldErrors, invalid, required, too_long
from kubectl_dra.releases.release import Release

if TYPE_CHECKING:
    from collections.abc import Callable

REQUIRED_IS_INVALID: Final = Release(1, 35)
"""From this release on an empty part of a qualified name is an invalid value; before, a missing one."""

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_DNS_LABEL = re.compile(rf"{_LABEL}\Z")
_DNS_SUBDOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})*\Z")
_QUALIFIED = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\Z")
_LABEL_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\Z")
_C_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_SEMVER_NUMBER = r"(0|[1-9]\d*)"
_SEMVER_IDENTIFIER = r"(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)"
_SEMVER = re.compile(
    rf"{_SEMVER_NUMBER}\.{_SEMVER_NUMBER}\.{_SEMVER_NUMBER}(-{_SEMVER_IDENTIFIER}(\.{_SEMVER_IDENTIFIER})*)?"
    r"(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?\Z",
    re.ASCII,
)

_LABEL_LENGTH: Final = 63
_SUBDOMAIN_LENGTH: Final = 253
_DRIVER_LENGTH: Final = 63
_IDENTIFIER_LENGTH: Final = 32

_SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_LABEL_RULE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric "
    "character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
_NAME_PART_RULE = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. "
    "'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_LABEL_VALUE_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
_IDENTIFIER_RULE = (
    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. "
    "'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')"
)


def _longer(text: str, most: int) -> list[str]:
    return [f"must be no more than {most} bytes"] if len(text.encode()) > most else []


def dns_label(text: str) -> list[str]:
    """What keeps ``text`` from being a DNS label."""
    return _longer(text, _LABEL_LENGTH) + ([] if _DNS_LABEL.match(text) else [_LABEL_RULE])


def dns_subdomain(text: str) -> list[str]:
    """What keeps ``text`` from being a DNS subdomain."""
    return _longer(text, _SUBDOMAIN_LENGTH) + ([] if _DNS_SUBDOMAIN.match(text) else [_SUBDOMAIN_RULE])


def label_value(text: str) -> list[str]:
    """What keeps ``text`` from being the value of a label."""
    return _longer(text, _LABEL_LENGTH) + ([] if _LABEL_VALUE.match(text) else [_LABEL_VALUE_RULE])


def label_key(text: str) -> list[str]:
    """What keeps ``text`` from being the key of a label, a name with an optional prefix."""
    prefix, slash, name = text.rpartition("/")
    if "/" in prefix:
        return [
            "a valid label key must consist of alphanumeric characters, '-', '_' or '.', with an optional DNS subdomain prefix and '/'"
            " (e.g. 'example.com/MyName')"
        ]
    problems = []
    if slash:
        problems = [f"prefix part {problem}" for problem in dns_subdomain(prefix)] if prefix else ["prefix part must be non-empty"]
    if not name:
        problems.append("name part must be non-empty")
    problems += [f"name part {problem}" for problem in _longer(name, _LABEL_LENGTH)]
    return problems + ([] if _QUALIFIED.match(name) else [_NAME_PART_RULE])


def extended_resource(text: str, release: Release) -> list[str]:
    """What keeps ``text`` from being the name of an extended resource."""
    if release < Release(1, 36):
        is_one = "/" in text and "kubernetes.io/" not in text and not text.startswith("requests.") and not label_key(f"requests.{text}")
        return [] if is_one else ["must be a valid extended resource name"]
    problems = []
    if "/" not in text:
        problems.append("a name must be a domain-prefixed path, such as 'example.com/my-prop'")
    elif "kubernetes.io/" in text:
        problems.append('must not have "kubernetes.io/" domain')
    if text.startswith("requests."):
        problems.append('must not have "requests." prefix')
    return problems + label_key(f"requests.{text}")


def is_semver(text: str) -> bool:
    """Whether ``text`` is a version as semver.org 2.0.0 writes it."""
    return _SEMVER.match(text) is not None


def named(path: str, text: str, rule: Callable[[str], list[str]]) -> FieldErrors:
    """A field whose text ``rule`` looks at."""
    return [invalid(path, text, problem) for problem in rule(text)]


def driver_name(path: str, text: str) -> FieldErrors:
    """The name of a driver, a domain in either case (upstream: ``ValidateCSIDriverName``)."""
    if not text:
        return [required(path)]
    errors = [too_long(path, _DRIVER_LENGTH)] if len(text.encode()) > _DRIVER_LENGTH else []
    return errors + [invalid(path, text, problem) for problem in dns_subdomain(text.lower())]


def pool_name(path: str, text: str) -> FieldErrors:
    """The name of a pool, subdomains with slashes between them."""
    if not text:
        return [required(path)]
    errors = [too_long(path, _SUBDOMAIN_LENGTH)] if len(text.encode()) > _SUBDOMAIN_LENGTH else []
    return errors + [error for part in text.split("/") for error in named(path, part, dns_subdomain)]


def c_identifier(path: str, text: str) -> FieldErrors:
    """An identifier as C writes it."""
    errors = [too_long(path, _IDENTIFIER_LENGTH)] if len(text.encode()) > _IDENTIFIER_LENGTH else []
    return errors if _C_IDENTIFIER.match(text) else [*errors, invalid(path, text, _IDENTIFIER_RULE)]


def qualified_name(path: str, text: str, release: Release) -> FieldErrors:
    """The name of an attribute or a capacity: an identifier with an optional domain. More than one slash passes, as it does upstream."""
    if not text and release < REQUIRED_IS_INVALID:
        return [required(path, "name required")]
    parts = text.split("/")
    if len(parts) == 1:
        return c_identifier(path, text)
    if len(parts) > 2:  # noqa: PLR2004  (the gap upstream names in a comment)
        return []
    domain, identifier = parts
    errors = driver_name(path, domain) if domain else [_empty(path, "the domain must not be empty", release)]
    return errors + (c_identifier(path, identifier) if identifier else [_empty(path, "the name must not be empty", release)])


def _empty(path: str, detail: str, release: Release) -> FieldError:
    return required(path, detail) if release < REQUIRED_IS_INVALID else invalid(path, "", detail)


def fully_qualified_name(path: str, text: str, release: Release) -> FieldErrors:
    """A qualified name that must have a domain."""
    errors = qualified_name(path, text, release)
    if "/" in text or (not text and release < REQUIRED_IS_INVALID):
        return errors
    detail = "must include a domain"
    if release >= REQUIRED_IS_INVALID:
        detail = "a fully qualified name must be a domain and a name separated by a slash"
    return [*errors, invalid(path, text, detail)]
