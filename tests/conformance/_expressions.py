"""A seed → random selectors and devices: typed by and large, and now and then not, so that every way to fail is met."""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

DRIVER = "dra.example.com"
DOMAINS = (DRIVER, "other.example.com", "none.example.com")
TEXTS = (
    "",
    "a",
    "fish",
    "Fish-7",
    "a,b,c",
    "10.0.0.1",
    "10.0.0.0/8",
    "fe80::1",
    "1.2.3",
    "v1.2",
    "1.2.3-rc.1",
    "80Gi",
    "1500m",
    "42",
    "é",
    "https://a.b:8/p?q=1#f",
    " x ",
    "2h45m",
    "2024-02-29T12:30:45.5Z",
    "true",
)
PATTERNS = ("^f", "[a-z]+", "a|b", "(i?)x", "\\\\d+", "^.*$", "[", "fi{1,2}s", "(?i)FI", "\\\\pL", "x*", "")
VERSIONS = ("1.2.3", "2.0.0-rc.1", "0.0.1", "10.20.30+build", "1.2", "v1.0.0", "01.2.3", "")
QUANTITIES = ("1", "80Gi", "40Gi", "1500m", "1e3", "0", "-5", "1.5Gi", "100Ti", "abc", "", "1Ei", "12n")
FORMATS = (
    "dns1123Label",
    "dns1123Subdomain",
    "dns1035Label",
    "qualifiedName",
    "labelValue",
    "uri",
    "uuid",
    "byte",
    "date",
    "datetime",
    "dns1123LabelPrefix",
)
SCALARS = ("bool", "int", "string", "double", "uint", "quantity", "semver", "duration", "timestamp", "list", "ip", "cidr", "url")


class Generator:
    """Writes one selector after the other."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.names: list[tuple[str, str]] = []

    def pick(self, *choices: str) -> str:
        """One of several texts."""
        return self.random.choice(choices)

    def chance(self, probability: float) -> bool:
        """Whether something happens."""
        return self.random.random() < probability

    def expression(self) -> str:
        """A selector."""
        return self.of("bool", self.random.choice((1, 2, 2, 3, 3, 4)))

    def of(self, kind: str, depth: int) -> str:
        """An expression that should have a type; one in forty has another."""
        if self.chance(0.025):
            kind = self.random.choice(SCALARS)
        bound = [name for name, known in self.names if known == kind]
        if bound and self.chance(0.4):
            return self.random.choice(bound)
        if depth <= 0:
            return self.leaf(kind)
        writers = WRITERS.get(kind, ())
        return self.random.choice(writers)(self, depth - 1) if writers and self.chance(0.85) else self.leaf(kind)

    def leaf(self, kind: str) -> str:
        """A constant, or something that the device has."""
        if kind in {"bool", "int", "string", "semver", "list"} and self.chance(0.5):
            return self.attribute(self.pick("", "", "", "optional"))
        return LEAVES[kind](self)

    def attribute(self, form: str) -> str:
        """Something that the device has, or has not."""
        domain = json.dumps(self.random.choice(DOMAINS[:2] if self.chance(0.85) else DOMAINS))
        name = self.pick("b", "f", "i", "j", "s", "t", "v", "w", "li", "ls", "lv", "lb", "nope")
        if form == "optional":
            return (
                f"device.attributes[{domain}].?{name}.orValue({self.leaf(self.random.choice(('int', 'string', 'bool', 'double')))})"
                if self.chance(0.5)
                else f'device.attributes[{domain}][?"{name}"].orValue(7u)'
            )
        return f"device.attributes[{domain}].{name}" if self.chance(0.7) else f'device.attributes[{domain}]["{name}"]'

    def capacity(self) -> str:
        """A capacity that the device has, or has not."""
        domain = json.dumps(self.random.choice(DOMAINS[:2] if self.chance(0.9) else DOMAINS))
        return f"device.capacity[{domain}].{self.pick('mem', 'cores', 'zero', 'nope')}"

    def bind(self, kind: str, body: Callable[[str], str]) -> str:
        """Something with a name of a type in it."""
        name = self.pick("x", "y", "k", "v")
        self.names.append((name, kind))
        text = body(name)
        self.names.pop()
        return text

    def text(self) -> str:
        """A literal text."""
        return json.dumps(self.random.choice(TEXTS), ensure_ascii=False)

    def element(self) -> str:
        """The type of a list's elements."""
        return self.random.choice(("int", "string", "bool", "double"))


def _quantified(g: Generator, depth: int) -> str:
    kind, macro = g.element(), g.pick("all", "exists", "exists_one", "existsOne")
    return g.bind(kind, lambda name: f"{g.of('list', depth)}.{macro}({name}, {g.of('bool', depth)})")


def _quantified_map(g: Generator, depth: int) -> str:
    macro = g.pick("all", "exists", "exists_one")
    target = g.pick(
        'device.attributes["dra.example.com"]', "device.attributes", 'device.capacity["dra.example.com"]', '{"a": 1, "b": 2}', "[1, 2]"
    )
    return g.bind(
        "string",
        lambda name: f"{target}.{macro}({name}, vv, {g.of('bool', depth)} {g.pick('&&', '||')} vv {g.pick('==', '!=', '>')} {g.leaf(g.element())})",
    )


def _gathered(g: Generator, depth: int) -> str:
    kind = g.element()
    source = g.of("list", depth)
    return g.bind(
        kind,
        lambda name: g.pick(
            f"{source}.filter({name}, {g.of('bool', depth)})",
            f"{source}.map({name}, {g.of(kind, depth)})",
            f"{source}.map({name}, {g.of('bool', depth)}, {g.of(kind, depth)})",
            f"{source}.transformList({name}, e, {g.of(kind, depth)})",
            f"{source}.sortBy({name}, {g.of(kind, depth)})",
        ),
    )


Writer = Callable[[Generator, int], str]
COMPARED = ("int", "string", "double", "uint", "bool", "duration", "timestamp")
WRITERS: Mapping[str, tuple[Writer, ...]] = {
    "bool": (
        *[lambda g, d: f"({g.of('bool', d)} && {g.of('bool', d)})"] * 2,
        *[lambda g, d: f"({g.of('bool', d)} || {g.of('bool', d)})"] * 2,
        lambda g, d: f"!{g.of('bool', 0)}",
        lambda g, d: f"({g.of('bool', d)} ? {g.of('bool', d)} : {g.of('bool', d)})",
        *[lambda g, d: (lambda kind: f"{g.of(kind, d)} {g.pick('==', '!=')} {g.of(kind, d)}")(g.random.choice(SCALARS))] * 3,
        *[lambda g, d: (lambda kind: f"{g.of(kind, d)} {g.pick('<', '<=', '>', '>=')} {g.of(kind, d)}")(g.random.choice(COMPARED))] * 2,
        lambda g, d: f"{g.of('int', d)} {g.pick('<', '>=')} {g.of('double', d)}",
        lambda g, d: f"{g.of('string', d)}.{g.pick('contains', 'startsWith', 'endsWith')}({g.of('string', d)})",
        lambda g, d: f"{g.of('string', d)}.matches({chr(34)}{g.random.choice(PATTERNS)}{chr(34)})",
        lambda g, d: f"{g.of(g.element(), d)} in {g.of('list', d)}",
        lambda g,
        d: f"{g.of('string', d)} in {g.pick('device.attributes', 'device.capacity', chr(123) + chr(34) + 'a' + chr(34) + ': 1}')}",
        lambda g, d: f"has({g.attribute('')})",
        lambda g, d: f"{g.capacity()}.{g.pick('isGreaterThan', 'isLessThan')}({g.of('quantity', d)})",
        lambda g, d: f"{g.of('semver', d)}.{g.pick('isGreaterThan', 'isLessThan')}({g.of('semver', d)})",
        lambda g, d: f"{g.pick('isQuantity', 'isSemver', 'isIP', 'isCIDR', 'isURL', 'ip.isCanonical')}({g.of('string', d)})",
        lambda g, d: f"{g.attribute('')}.includes({g.of(g.element(), d)})",
        lambda g, d: f"sets.{g.pick('contains', 'equivalent', 'intersects')}({g.of('list', d)}, {g.of('list', d)})",
        lambda g, d: f"{g.of('list', d)}.isSorted()",
        lambda g, d: f"{g.of('optional', d)}.hasValue()",
        lambda g,
        d: f"{g.of('ip', d)}.{g.pick('isLoopback', 'isUnspecified', 'isGlobalUnicast', 'isLinkLocalUnicast', 'isLinkLocalMulticast')}()",
        lambda g, d: f"{g.of('cidr', d)}.{g.pick('containsIP', 'containsCIDR')}({g.text()})",
        lambda g, d: f"format.{g.random.choice(FORMATS)}().validate({g.of('string', d)}).hasValue()",
        lambda g, d: f"type({g.of(g.random.choice(SCALARS), d)}) == {g.pick('int', 'string', 'bool', 'list', 'map', 'double')}",
        _quantified,
        _quantified,
        _quantified_map,
        lambda g, d: (lambda kind: g.bind(kind, lambda name: f"cel.bind({name}, {g.of(kind, d)}, {g.of('bool', d)})"))(
            g.random.choice(SCALARS)
        ),
        lambda g, _d: "device.allowMultipleAllocations",
    ),
    "int": (
        lambda g, d: f"({g.of('int', d)} {g.pick('+', '-', '*', '/', '%')} {g.of('int', d)})",
        lambda g, d: f"size({g.of(g.pick('string', 'list'), d)})",
        lambda g, d: f"{g.of('list', d)}.{g.pick('size', 'sum', 'min', 'max')}()",
        lambda g, d: f"int({g.of(g.pick('string', 'double', 'uint', 'int', 'timestamp', 'duration'), d)})",
        lambda g, d: f"{g.of('string', d)}.{g.pick('indexOf', 'lastIndexOf')}({g.text()})",
        lambda g, d: f"{g.of('string', d)}.{g.pick('indexOf', 'lastIndexOf')}({g.text()}, {g.leaf('int')})",
        lambda g, d: f"{g.of('list', d)}.{g.pick('indexOf', 'lastIndexOf')}({g.of(g.element(), d)})",
        lambda g, d: f"{g.of('quantity', d)}.{g.pick('compareTo(' + g.of('quantity', d) + ')', 'asInteger()')}",
        lambda g, d: f"{g.of('semver', d)}.{g.pick('major()', 'minor()', 'patch()', 'compareTo(' + g.of('semver', d) + ')')}",
        lambda g, d: f"sign({g.of('quantity', d)})",
        lambda g, d: f"{g.of('list', d)}[{g.leaf('int')}]",
        lambda g, d: f"{g.of('ip', d)}.family()",
        lambda g, d: f"{g.of('cidr', d)}.prefixLength()",
        lambda g,
        d: f"{g.of('timestamp', d)}.{g.pick('getFullYear', 'getMonth', 'getDayOfYear', 'getDayOfMonth', 'getDate', 'getDayOfWeek', 'getHours', 'getMinutes', 'getSeconds', 'getMilliseconds')}({g.pick('', '', chr(34) + '+05:30' + chr(34), chr(34) + '-08:00' + chr(34), chr(34) + 'UTC' + chr(34))})",
        lambda g, d: f"{g.of('duration', d)}.{g.pick('getHours', 'getMinutes', 'getSeconds', 'getMilliseconds')}()",
        lambda g, d: f"({g.of('bool', d)} ? {g.of('int', d)} : {g.of('int', d)})",
        lambda g, d: f"-{g.of('int', 0)}",
    ),
    "uint": (lambda g, d: f"uint({g.of('int', d)})", lambda g, d: f"({g.of('uint', d)} {g.pick('+', '-', '*')} {g.of('uint', d)})"),
    "double": (
        lambda g, d: f"double({g.of(g.pick('int', 'string', 'uint'), d)})",
        lambda g, d: f"({g.of('double', d)} {g.pick('+', '-', '*', '/')} {g.of('double', d)})",
        lambda g, d: f"{g.of('quantity', d)}.asApproximateFloat()",
    ),
    "string": (
        lambda g, d: f"({g.of('string', d)} + {g.of('string', d)})",
        lambda g, d: f"string({g.of(g.random.choice(SCALARS), d)})",
        lambda g, d: f"{g.of('string', d)}.{g.pick('lowerAscii', 'upperAscii', 'trim')}()",
        lambda g, d: f"{g.of('string', d)}.replace({g.text()}, {g.text()}{g.pick('', '', ', 1', ', -1', ', 0')})",
        lambda g, d: f"{g.of('string', d)}.substring({g.leaf('int')}{g.pick('', ', ' + g.leaf('int'))})",
        lambda g, d: f"{g.of('string', d)}.charAt({g.leaf('int')})",
        lambda g, d: f"{g.of('string', d)}.find({chr(34)}{g.random.choice(PATTERNS)}{chr(34)})",
        lambda g, d: f"{g.of('list', d)}.join({g.pick('', g.text())})",
        lambda g, d: f'"{g.pick("%s", "%d", "%.2f", "%x", "%X", "%b", "%o", "%s|%s", "%%")}".format([{g.of(g.random.choice(SCALARS), d)}])',
        lambda g, d: f"strings.quote({g.of('string', d)})",
        lambda g, d: f"{g.of('url', d)}.{g.pick('getHost', 'getScheme', 'getPort', 'getHostname', 'getEscapedPath')}()",
        lambda g, d: f"({g.of('bool', d)} ? {g.of('string', d)} : {g.of('string', d)})",
        lambda g, _d: "device.driver",
    ),
    "list": (
        lambda g, d: f"[{', '.join(g.of(kind, d) for kind in [g.element()] * g.random.randint(0, 3))}]",
        lambda g, d: f"({g.of('list', d)} + {g.of('list', d)})",
        lambda g, d: f"{g.of('string', d)}.split({g.text()}{g.pick('', ', 2', ', 0', ', -1')})",
        lambda g, d: f"{g.of('string', d)}.findAll({chr(34)}{g.random.choice(PATTERNS)}{chr(34)}{g.pick('', ', 1')})",
        lambda g, d: f"{g.of('list', d)}.{g.pick('sort()', 'distinct()', 'reverse()', 'slice(0, 2)', 'slice(1, 1)', 'flatten()')}",
        lambda g, _d: f"lists.range({g.random.randint(-1, 6)})",
        _gathered,
        _gathered,
    ),
    "optional": (
        lambda g, d: f"optional.of({g.of(g.element(), d)})",
        lambda g, _d: f'device.attributes["{DRIVER}"].?{g.pick("i", "s", "b", "nope")}',
        lambda g, d: f"optional.ofNonZeroValue({g.of(g.element(), d)})",
        lambda g, d: f"{g.of('list', d)}[?{g.leaf('int')}]",
        lambda g, d: f"{g.of('optional', d)}.or({g.of('optional', d)})",
        lambda g, d: f"{g.of('optional', d)}.{g.pick('optMap', 'optFlatMap')}(o, {g.pick('o', 'optional.of(o)', '1')})",
        lambda g, d: f"{g.of('list', d)}.{g.pick('first', 'last')}()",
    ),
    "quantity": (
        lambda g, d: f"quantity({g.of('string', d)})",
        lambda g, d: f"{g.of('quantity', d)}.{g.pick('add', 'sub')}({g.of(g.pick('quantity', 'int'), d)})",
    ),
    "semver": (lambda g, d: f"semver({g.of('string', d)}{g.pick('', ', true', ', false')})",),
    "duration": (
        lambda g, d: f"duration({g.of('string', d)})",
        lambda g, d: f"({g.of('timestamp', d)} - {g.of('timestamp', d)})",
        lambda g, d: f"({g.of('duration', d)} {g.pick('+', '-')} {g.of('duration', d)})",
    ),
    "timestamp": (
        lambda g, d: f"timestamp({g.of(g.pick('string', 'int'), d)})",
        lambda g, d: f"({g.of('timestamp', d)} {g.pick('+', '-')} {g.of('duration', d)})",
    ),
    "ip": (lambda g, d: f"ip({g.of('string', d)})", lambda g, d: f"{g.of('cidr', d)}.ip()"),
    "cidr": (lambda g, d: f"cidr({g.of('string', d)})", lambda g, d: f"{g.of('cidr', d)}.masked()"),
    "url": (lambda g, d: f"url({g.of('string', d)})",),
}
LEAVES: Mapping[str, Callable[[Generator], str]] = {
    "bool": lambda g: g.pick("true", "false"),
    "int": lambda g: g.pick("0", "1", "-1", "2", "7", "42", "9223372036854775807", "-3"),
    "uint": lambda g: g.pick("0u", "1u", "7u", "18446744073709551615u"),
    "double": lambda g: g.pick("0.0", "1.5", "-0.5", "1e10", "3.0", "1e-7", 'double("NaN")', "1e300"),
    "string": Generator.text,
    "list": lambda g: g.pick("[]", "[1, 2, 3]", '["a", "fish"]', "[1.5, 2.0]", "[true, false]", "[3, 1, 2]", '["b", "a", "b"]'),
    "optional": lambda g: g.pick("optional.none()", "optional.of(1)", 'optional.of("a")'),
    "quantity": lambda g: g.capacity() if g.chance(0.4) else f'quantity("{g.random.choice(QUANTITIES)}")',
    "semver": lambda g: f'semver("{g.random.choice(VERSIONS)}"{g.pick("", "", ", true")})',
    "duration": lambda g: g.pick('duration("1h")', 'duration("90s")', 'duration("-1.5s")', 'duration("0")', 'duration("1ms")'),
    "timestamp": lambda g: g.pick(
        'timestamp("2024-02-29T12:30:45Z")',
        'timestamp("1970-01-01T00:00:00Z")',
        'timestamp("2021-06-01T01:02:03.456+02:00")',
        "timestamp(1700000000)",
    ),
    "ip": lambda g: g.pick('ip("10.0.0.1")', 'ip("::1")', 'ip("fe80::1")', 'ip("127.0.0.1")', 'ip("0.0.0.0")', 'ip("224.0.0.1")'),
    "cidr": lambda g: g.pick('cidr("10.0.0.0/8")', 'cidr("10.1.2.3/24")', 'cidr("fd00::/64")', 'cidr("0.0.0.0/0")'),
    "url": lambda g: g.pick('url("https://example.com:80/path?q=1")', 'url("http://[::1]:8080/a%20b")', 'url("/just/path")'),
}


def device(chosen: random.Random) -> dict[str, Any]:
    """A device, with attributes that change their types now and then."""
    values: list[Any] = [
        {"bool": True},
        {"bool": False},
        {"int": 7},
        {"int": -3},
        {"string": "fish"},
        {"string": "1.2.3"},
        {"version": "1.2.3"},
        {"version": "2.0.0-rc.1"},
        {"ints": [1, 2, 3]},
        {"strings": ["a", "fish"]},
        {"versions": ["1.0.0", "1.2.3"]},
        {"bools": [True]},
    ]
    usual = {"b": 0, "f": 1, "i": 2, "j": 3, "s": 4, "t": 5, "v": 6, "w": 7, "li": 8, "ls": 9, "lv": 10, "lb": 11}
    lists = chosen.random() < 0.7
    names = {name: index for name, index in usual.items() if lists or index < 8}
    attributes = {
        name: values[index] if chosen.random() < 0.85 else values[chosen.randrange(12 if lists else 8)] for name, index in names.items()
    }
    attributes |= {"other.example.com/i": {"int": 1}, "other.example.com/s": {"string": chosen.choice(TEXTS)}}
    return {
        "driver": DRIVER,
        "attributes": attributes,
        "capacity": {"mem": chosen.choice(("80Gi", "40Gi", "1536Mi")), "cores": "1500m", "zero": "0", "other.example.com/mem": "10"},
        "allowMultipleAllocations": chosen.choice((None, True, False)),
    }


def questions(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Selectors with devices, as the oracle is asked."""
    generator = Generator(seed)
    for _ in range(count):
        environment = {
            "env": generator.pick("", "", "", "NewExpressions"),
            "consumableCapacity": generator.chance(0.8),
            "listTypeAttributes": generator.chance(0.8),
        }
        yield {"expr": generator.expression(), **device(generator.random), **environment}
