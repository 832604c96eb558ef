"""IP addresses and networks; `apiserver/pkg/cel/library/ip.go`, `cidr.go` over Go's `net/netip`."""

from __future__ import annotations

import ipaddress
from string import hexdigits
from typing import TYPE_CHECKING, Final

import msgspec

from kubectl_dra.apimachinery.semver import quoted
from kubectl_dra.cel.declarations import function, method
from kubectl_dra.cel.values import NO_SUCH_OVERLOAD, Failure, name_type

if TYPE_CHECKING:
    from kubectl_dra.cel.declarations import Functions

_FIELDS: Final = 8
_DIGITS: Final = 4
_LONGEST_NUMBER: Final = 18
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class IP(msgspec.Struct, frozen=True):
    """An address, in its canonical form."""

    address: _Address

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.address.packed)


class CIDR(msgspec.Struct, frozen=True):
    """An address with the length of its network's prefix."""

    address: _Address
    length: int

    @property
    def size(self) -> int:
        """How many bytes the prefix touches."""
        return -(-self.length // 8)

    @property
    def network(self) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
        """The network."""
        return ipaddress.ip_network(f"{self.address}/{self.length}", strict=False)


name_type(IP, "net.IP", "cel.IP")
name_type(CIDR, "net.CIDR", "cel.CIDR")


class AddressError(ValueError):
    """A text that is no address, in upstream's words."""


def _parse_address(text: str) -> _Address:
    """`netip.ParseAddr` with what Kubernetes refuses besides."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        reason = f"ParseAddr({quoted(text)}): {_reason(text)}"
        raise AddressError(f"IP Address {quoted(text)} parse error during conversion from string: {reason}") from None
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id:
        raise AddressError(f"IP address {quoted(text)} with zone value is not allowed")
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        raise AddressError(f"IPv4-mapped IPv6 address {quoted(text)} is not allowed")
    return address


def _reason(text: str) -> str:
    """What Go's `netip.ParseAddr` says of a text that is no address."""
    for letter in text:
        if letter == ".":
            return _reason_of_four(text)
        if letter == ":":
            return _reason_of_six(text)
        if letter == "%":
            return "missing IPv6 address"
    return "unable to parse IP"


def _at(message: str, rest: str) -> str:
    return f"{message} (at {quoted(rest)})" if rest else message


def _reason_of_four(text: str) -> str:
    """`parseIPv4Fields`."""
    value = position = digits = 0
    for index, letter in enumerate(text):
        if letter in "0123456789":
            if digits == 1 and not value:
                return "IPv4 field has octet with leading zero"
            value = value * 10 + int(letter)
            digits += 1
            if value > 255:  # noqa: PLR2004 - a byte
                return "IPv4 field has value >255"
        elif letter == ".":
            if index in {0, len(text) - 1} or text[index - 1] == ".":
                return _at("IPv4 field must have at least one digit", text[index:])
            if position == 3:  # noqa: PLR2004 - bytes of an address
                return "IPv4 address too long"
            position += 1
            value = digits = 0
        else:
            return _at("unexpected character", text[index:])
    return "IPv4 address too short"


def _reason_of_six(text: str) -> str:
    """`parseIPv6`."""
    rest, percent, zone = text.partition("%")
    if percent and not zone:
        return "zone must be a non-empty string"
    if not rest.startswith("::"):
        return _reason_of_fields(rest, 0, -1)
    return _reason_of_fields(rest[2:], 0, 0) if rest != "::" else "unable to parse IP"


def _reason_of_fields(rest: str, fields: int, ellipsis: int) -> str:
    """What is wrong from here on, after so many fields and with `::` after so many of them, or -1."""
    if not rest or fields == _FIELDS:
        return _reason_of_length(rest, fields, ellipsis)
    after = rest.lstrip(hexdigits)
    if after.startswith(".") and 0 < len(rest) - len(after) <= _DIGITS:
        return _reason_of_embedded(rest, fields, ellipsis)
    following = after[1:]
    reason = _reason_of_digits(rest, len(rest) - len(after)) or _reason_of_colon(after, following, ellipsis)
    if reason:
        return reason
    if following.startswith(":"):
        return _reason_of_fields(following[1:], fields + 1, fields + 1)
    return _reason_of_fields(following, fields + 1, ellipsis)


def _reason_of_digits(rest: str, digits: int) -> str:
    if not digits:
        return _at("each colon-separated field must have at least one digit", rest)
    return _at("each group must have 4 or less digits", rest) if digits > _DIGITS else ""


def _reason_of_colon(after: str, following: str, ellipsis: int) -> str:
    if after and not after.startswith(":"):
        return _at("unexpected character, want colon", after)
    if after == ":":
        return _at("colon must be followed by more characters", after)
    return _at("multiple :: in address", following) if following.startswith(":") and ellipsis >= 0 else ""


def _reason_of_length(rest: str, fields: int, ellipsis: int) -> str:
    if rest:
        return _at("trailing garbage after address", rest)
    return "address string too short" if fields < _FIELDS and ellipsis < 0 else "the :: must expand to at least one field of zeros"


def _reason_of_embedded(rest: str, fields: int, ellipsis: int) -> str:
    """An IPv4 address at the end of one of IPv6."""
    if ellipsis < 0 and fields != _FIELDS - 2:
        return _at("embedded IPv4 address must replace the final 2 fields of the address", rest)
    if fields + 2 > _FIELDS:
        return _at("too many hex fields to fit an embedded IPv4 at the end of the address", rest)
    return _reason_of_four(rest)


def _parse_network(text: str) -> CIDR:
    """`netip.ParsePrefix` with what Kubernetes refuses besides."""
    before, slash, bits = text.rpartition("/")
    if not slash:
        raise _network_error(text, "no '/'")
    try:
        address = ipaddress.ip_address(before)
    except ValueError:
        raise _network_error(text, f"ParseAddr({quoted(before)}): {_reason(before)}") from None
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id:
        raise _network_error(text, "IPv6 zones cannot be present in a prefix")
    if not bits.isascii() or not bits.isdecimal() or (len(bits) > 1 and bits[0] == "0") or len(bits) > _LONGEST_NUMBER:
        raise _network_error(text, f"bad bits after slash: {quoted(bits)}")
    if int(bits) > address.max_prefixlen:
        raise _network_error(text, "prefix length out of range")
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        raise AddressError(f"IPv4-mapped IPv6 address {quoted(text)} is not allowed")
    return CIDR(address, int(bits))


def _network_error(text: str, reason: str) -> AddressError:
    return AddressError(f"network address parse error during conversion from string: netip.ParsePrefix({quoted(text)}): {reason}")


def _ip(text: str) -> IP:
    try:
        return IP(_parse_address(text))
    except AddressError as error:
        raise Failure(str(error)) from None


def _is_ip(text: str) -> bool:
    try:
        _parse_address(text)
    except AddressError:
        return False
    return True


def _is_link_local_multicast(ip: IP) -> bool:
    return ip.address.packed[:1] == b"\xff" and ip.address.packed[1] & 0x0F == 2 if ip.size > 4 else ip.address.packed[:3] == b"\xe0\0\0"  # noqa: PLR2004


def _is_global_unicast(ip: IP) -> bool:
    """Go's: neither broadcast nor unspecified, loopback, multicast or link-local; private addresses are global here."""
    address = ip.address
    return not (
        address.is_unspecified
        or address.is_loopback
        or address.is_multicast
        or _is_link_local_unicast(ip)
        or str(address) == "255.255.255.255"
    )


def _is_link_local_unicast(ip: IP) -> bool:
    packed = ip.address.packed
    return packed[:2] == b"\xa9\xfe" if ip.size == 4 else packed[0] == 0xFE and packed[1] & 0xC0 == 0x80  # noqa: PLR2004 - RFC 3927, RFC 4291


def _cidr(text: str) -> CIDR:
    try:
        return _parse_network(text)
    except AddressError as error:
        raise Failure(f"network address parse error during conversion from string: {error}") from None


def _is_cidr(text: str) -> bool:
    try:
        _parse_network(text)
    except AddressError:
        return False
    return True


def _contains_ip(cidr: CIDR, ip: IP) -> bool:
    return cidr.size >= 0 and ip.address.version == cidr.address.version and ip.address in cidr.network


def _contains_ip_text(cidr: CIDR, text: str) -> bool:
    """Upstream forgets why a text is no address."""
    try:
        return _contains_ip(cidr, IP(_parse_address(text)))
    except AddressError:
        raise Failure(NO_SUCH_OVERLOAD) from None


def _contains_cidr(cidr: CIDR, other: CIDR) -> bool:
    same = cidr.address.version == other.address.version
    return same and cidr.length <= other.length and cidr.network.overlaps(other.network)


def _masked(cidr: CIDR) -> CIDR:
    return CIDR(cidr.network.network_address, cidr.length)


def _cidr_text(cidr: CIDR) -> str:
    return f"{cidr.address}/{cidr.length}"


FUNCTIONS: Final[Functions] = {
    "ip": (function("(string): IP", _ip), method("(CIDR): IP", lambda cidr: IP(cidr.address))),
    "family": (method("(IP): int", lambda ip: ip.address.version),),
    "ip.isCanonical": (function("(string): bool", lambda text: str(_ip(text).address) == text),),
    "isUnspecified": (method("(IP): bool", lambda ip: ip.address.is_unspecified),),
    "isLoopback": (method("(IP): bool", lambda ip: ip.address.is_loopback),),
    "isLinkLocalMulticast": (method("(IP): bool", _is_link_local_multicast),),
    "isLinkLocalUnicast": (method("(IP): bool", _is_link_local_unicast),),
    "isGlobalUnicast": (method("(IP): bool", _is_global_unicast),),
    "isIP": (function("(string): bool", _is_ip),),
    "string": (function("(IP): string", lambda ip: str(ip.address)), function("(CIDR): string", _cidr_text)),
    "cidr": (function("(string): CIDR", _cidr),),
    "containsIP": (
        method("(CIDR, string): bool", _contains_ip_text),
        method("(CIDR, IP): bool", _contains_ip),
    ),
    "containsCIDR": (
        method("(CIDR, string): bool", lambda cidr, text: _contains_cidr(cidr, _cidr(text))),
        method("(CIDR, CIDR): bool", _contains_cidr),
    ),
    "prefixLength": (method("(CIDR): int", lambda cidr: cidr.length),),
    "masked": (method("(CIDR): CIDR", _masked),),
    "isCIDR": (function("(string): bool", _is_cidr),),
}
