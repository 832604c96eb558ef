"""Moments and spans of time: `common/types/timestamp.go`, `duration.go`, Go's `time` package as far as CEL reads and writes it."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Final

from kubectl_dra.cel.values import Duration, Failure, Timestamp, Unknowable

if TYPE_CHECKING:
    from collections.abc import Callable

    Accessor = tuple[str, Callable[..., int]]

SECOND: Final = 1_000_000_000
MILLISECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
_DAY: Final = 24 * HOUR
_UNITS: Final = {"ns": 1, "us": 1000, "µs": 1000, "μs": 1000, "ms": MILLISECOND, "s": SECOND, "m": MINUTE, "h": HOUR}
_DURATION: Final = re.compile(r"([+-]?)((?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+|0)")
_DURATION_PART: Final = re.compile(r"([0-9]*)\.?([0-9]*)(ns|us|µs|μs|ms|s|m|h)")
_TIMESTAMP: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d?):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))",
    re.ASCII,
)
_FIRST_SECOND: Final = -62_135_596_800  # 0001-01-01T00:00:00Z
_LAST_SECOND: Final = 253_402_300_799  # 9999-12-31T23:59:59Z
_EPOCH: Final = datetime.date(1970, 1, 1).toordinal()
_LAST_DAY: Final = datetime.date.max.toordinal()
_YEARS_OF_CYCLE: Final = 400
_DAYS_OF_CYCLE: Final = 146_097
_MAX_INT64: Final = (1 << 63) - 1
_MIN_INT64: Final = -(1 << 63)
_LONGEST_SPAN: Final = 19


def checked(nanoseconds: int, offset: int = 0) -> Timestamp:
    """The moment, or the failure that it is before the year 1 or after the year 9999."""
    if _FIRST_SECOND <= nanoseconds // SECOND <= _LAST_SECOND:
        return Timestamp(nanoseconds, offset)
    raise Failure("timestamp overflow")


def moved(moment: Timestamp, span: Duration) -> Timestamp:
    """The moment after a span."""
    return checked(int(moment) + int(span), moment.offset)


def seconds(moment: Timestamp) -> int:
    """Whole seconds since 1970."""
    return int(moment) // SECOND


def parse_duration(text: str) -> Duration:
    """The span that a text like `1h30m` means; `time.ParseDuration`."""
    match = _DURATION.fullmatch(text)
    total = sum(_part(*part) for part in _DURATION_PART.findall(match[2])) if match else _MAX_INT64 + 2
    limit = _MAX_INT64 + (match is not None and match[1] == "-")
    if match is None or total > limit:
        raise Failure("type conversion error from 'string' to 'google.protobuf.Duration'")
    return Duration(-total if match[1] == "-" else total)


def _part(whole: str, fraction: str, unit: str) -> int:
    """Nanoseconds of a number with a unit; the fraction as Go reads it, in floating point and no longer than an int64."""
    scale = _UNITS[unit]
    digits = whole.lstrip("0")
    if len(digits) > _LONGEST_SPAN:
        return _MAX_INT64 + 2
    parts, below = 0, 1.0
    for digit in fraction:
        longer = parts * 10 + int(digit)
        if parts > _MAX_INT64 // 10 or longer > _MAX_INT64 + 1:
            break
        parts, below = longer, below * 10
    return int(digits or 0) * scale + int(float(parts) * (float(scale) / below))


def duration_text(span: Duration) -> str:
    """The span in seconds; `Duration.ConvertToType(StringType)`."""
    number = int(span)
    whole, rest = divmod(abs(number), SECOND)
    approximate = f"{whole + rest / SECOND!r}"
    if "e" in approximate:
        approximate = f"{whole + rest / SECOND:.20f}".rstrip("0").rstrip(".")
    return f"{'-' if number < 0 else ''}{approximate.removesuffix('.0')}s"


def parse_timestamp(text: str) -> Timestamp:
    """The moment that an RFC 3339 text means."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise Failure("type conversion error from 'string' to 'google.protobuf.Timestamp'")
    return _moment(match)


def _moment(match: re.Match[str]) -> Timestamp:
    year, month, day, hour, minute, second = (int(match[group]) for group in range(1, 7))
    offset = int(match[9] or 0) * 60 + int(match[10] or 0)
    try:
        moment = datetime.datetime(max(year, 1), month, day, hour, minute, second)  # noqa: DTZ001 - the offset follows
    except ValueError:
        raise Failure("type conversion error from 'string' to 'google.protobuf.Timestamp'") from None
    if not year or int(match[9] or 0) > 24 or int(match[10] or 0) > 60:  # noqa: PLR2004 - hours and minutes
        raise Failure("timestamp overflow" if not year else "type conversion error from 'string' to 'google.protobuf.Timestamp'")
    days = moment.toordinal() - _EPOCH
    local = days * 86400 + hour * 3600 + minute * 60 + second
    ahead = -offset if match[8] == "-" else offset
    return checked((local - ahead * 60) * SECOND + int(((match[7] or "") + "0" * 9)[:9]), ahead)


def timestamp_text(moment: Timestamp) -> str:
    """RFC 3339 with as many digits behind the point as it needs, in the zone that the moment was written in."""
    local = int(moment) + moment.offset * MINUTE
    whole, rest = divmod(local, SECOND)
    fraction = f".{rest:09}".rstrip("0") if rest else ""
    hours, minutes = divmod(abs(moment.offset), 60)
    zone = f"{'-' if moment.offset < 0 else '+'}{hours:02}:{minutes:02}" if moment.offset else "Z"
    return f"{_date_of(local).isoformat()}T{whole // 3600 % 24:02}:{whole // 60 % 60:02}:{whole % 60:02}{fraction}{zone}"


def _date_of(nanoseconds: int) -> datetime.date:
    """The date; one that Python has no year for is moved by whole cycles of the calendar, after which all but the year is the same."""
    day = _EPOCH + nanoseconds // _DAY
    return datetime.date.fromordinal(day if 1 <= day <= _LAST_DAY else day % _DAYS_OF_CYCLE + _DAYS_OF_CYCLE)


def _year_of(nanoseconds: int) -> int:
    day = _EPOCH + nanoseconds // _DAY
    year = _date_of(nanoseconds).year
    return year if 1 <= day <= _LAST_DAY else year + (day // _DAYS_OF_CYCLE - 1) * _YEARS_OF_CYCLE


def _in_zone(accessor: Callable[[int], int]) -> Callable[[Timestamp, str], int]:
    def access(moment: Timestamp, zone: str) -> int:
        return accessor(int(moment) + _offset_of(zone, int(moment)))

    return access


def _offset_of(zone: str, nanoseconds: int) -> int:
    """How far a zone is ahead of UTC, in nanoseconds; upstream's `inTimeZone`."""
    hours, colon, minutes = zone.partition(":")
    if colon:
        if not re.fullmatch(r"[+-]?[0-9]+", hours) or not re.fullmatch(r"[+-]?[0-9]+", minutes):
            raise Failure(f'strconv.Atoi: parsing "{hours if not re.fullmatch(r"[+-]?[0-9]+", hours) else minutes}": invalid syntax')
        for number in (hours, minutes):
            if not _MIN_INT64 <= int(number) <= _MAX_INT64:
                raise Failure(f'strconv.Atoi: parsing "{number}": value out of range')
        total = int(hours) * 60 + (-int(minutes) if zone.startswith("-") else int(minutes))
        return total * MINUTE
    if zone in {"", "UTC"}:
        return 0
    raise Unknowable(f"the time zone {zone!r} is not known here, of which Kubernetes reads the rules at {nanoseconds}")


def _calendar(read: Callable[[datetime.date], int]) -> tuple[Accessor, ...]:
    def of_utc(nanoseconds: int) -> int:
        return read(_date_of(nanoseconds))

    return ("timestamp", of_utc), ("timestamp, string", _in_zone(of_utc))


def _clock(unit: int, modulus: int) -> tuple[Accessor, ...]:
    def of_utc(nanoseconds: int) -> int:
        return nanoseconds // unit % modulus

    return ("timestamp", of_utc), ("timestamp, string", _in_zone(of_utc)), ("duration", _whole(unit))


def _whole(unit: int) -> Callable[[Duration], int]:
    def count(span: Duration) -> int:
        number = abs(int(span)) // unit
        return number if span >= 0 else -number

    return count


ACCESSORS: Final[dict[str, tuple[Accessor, ...]]] = {
    "getFullYear": (("timestamp", _year_of), ("timestamp, string", _in_zone(_year_of))),
    "getMonth": _calendar(lambda date: date.month - 1),
    "getDayOfYear": _calendar(lambda date: date.timetuple().tm_yday - 1),
    "getDayOfMonth": _calendar(lambda date: date.day - 1),
    "getDate": _calendar(lambda date: date.day),
    "getDayOfWeek": _calendar(lambda date: date.isoweekday() % 7),
    "getHours": _clock(HOUR, 24),
    "getMinutes": _clock(MINUTE, 60),
    "getSeconds": _clock(SECOND, 60),
    "getMilliseconds": _clock(MILLISECOND, 1000),
}
