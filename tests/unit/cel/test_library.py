"""The functions of Kubernetes' CEL libraries, one by one."""

import pytest

from kubectl_dra.cel.errors import EvaluationError
from tests.unit.cel.engine import value

TRUE = """
"Fish".lowerAscii() == "fish" && "Fish".upperAscii() == "FISH"
"a-b-c".split("-") == ["a", "b", "c"] && "a-b".split("-", 1) == ["a-b"] && "ab".split("") == ["a", "b"]
"tacocat".replace("a", "o") == "tococot" && "aaa".replace("a", "b", 2) == "bba" && "ab".replace("", "-") == "-a-b-"
"hello".substring(1) == "ello" && "hello".substring(1, 3) == "el" && "é€".charAt(1) == "€"
"hello".indexOf("l", 3) == 3 && "hello".lastIndexOf("l", 2) == 2 && "hello".indexOf("x") == -1
["a", "b"].join() == "ab" && ["a", "b"].join(", ") == "a, b"
" a\\t".trim() == "a"
"%s|%d|%.1f|%e|%b|%o|%x|%X".format(["a", 5, 1.25, 1.5, 5, 8, 255, 255]).startsWith("a|5|1.2|1.5")
"%s".format([[1, 2]]) == "[1, 2]" && "%s".format([{"k": true}]) == "{\\"k\\":true}"
strings.quote("a b") == "\\"a b\\""
"abc".matches("^a") && !"abc".matches("^b") && "a1b22".findAll("[0-9]+", 1) == ["1"] && "ab".find("x") == ""
[3, 1, 2].sort() == [1, 2, 3] && ["b", "a"].isSorted() == false && [1, 2].reverse() == [2, 1]
[1, 2, 3].slice(0, 2) == [1, 2] && [[[1]], [[2]]].flatten(2) == [1, 2] && [1, 1, 2].distinct() == [1, 2]
[duration("1s"), duration("2s")].sum() == duration("3s") && [1.5, 2.5].max() == 2.5 && [].sum() == 0
["bb", "a"].sortBy(x, x.size()) == ["a", "bb"] && [1, 2].indexOf(3) == -1 && [1, 2, 1].lastIndexOf(1) == 2
sets.contains([1, 2, 2], [2]) && sets.equivalent([], []) && sets.intersects([1], [1, 2])
[1, 2].first().value() == 1 && [1, 2].last().value() == 2 && !([].first().hasValue())
quantity("1Gi").isGreaterThan(quantity("1G")) && quantity("50k").isInteger() && quantity("1.5").asApproximateFloat() == 1.5
quantity("1").add(quantity("500m")).sub(1).compareTo(quantity("500m")) == 0 && sign(quantity("0")) == 0
semver("1.2.3").compareTo(semver("1.10.0")) == -1 && semver("1.2.3-a").patch() == 3 && isSemver("1.0", true)
ip("127.0.0.1").isLoopback() && ip("224.0.0.1").isLinkLocalMulticast() && ip("fe80::1").isLinkLocalUnicast()
ip("8.8.8.8").isGlobalUnicast() && ip("::").isUnspecified() && ip.isCanonical("::1") && !ip.isCanonical("0::1")
cidr("10.0.0.0/8").containsCIDR("10.1.0.0/16") && cidr("::/0").prefixLength() == 0 && string(ip("::1")) == "::1"
url("http://u@h:80/p%20q?a=b&a=c").getQuery()["a"] == ["b", "c"] && url("http://[::1]:8/").getHostname() == "::1"
format.named("uuid").value().validate("nope").value() == ["does not match the UUID format"]
format.dns1123Subdomain().validate("a.b").hasValue() == false && format.labelValue().validate("-").hasValue()
format.qualifiedName().validate("a/b/c").hasValue() && format.uri().validate("http://a").hasValue() == false
timestamp("2024-02-29T12:30:45.123456789Z").getMilliseconds() == 123 && timestamp(0).getFullYear() == 1970
timestamp("2024-03-01T00:30:00+01:00").getDate() == 29 && timestamp("2024-01-01T00:00:00Z").getDayOfWeek() == 1
string(timestamp("2024-01-01T01:00:00+01:00")) == "2024-01-01T01:00:00+01:00" && int(timestamp("1970-01-01T00:01:00Z")) == 60
duration("1h30m15.5s").getSeconds() == 5415 && duration("-1.5h").getMinutes() == -90 && string(duration("1ms")) == "0.001s"
int(1.9) == 1 && double("1e3") == 1000.0 && string(b"a") == "a" && bytes("é").size() == 2 && string(1.0) == "1"
[dyn(1), dyn("a")][1] == "a" && type("a") == string && bool("True") && size({"a": 1}) == 1
"""

FAILURES = (
    ('"hello".substring(3, 1) == ""', "invalid substring range"),
    ('"hello".charAt(9) == ""', "index out of range: 9"),
    ('"%d".format([dyn(text)]) == ""', "error during formatting: decimal clause can only be used on"),
    ("[].min() == 1", "min called on empty list"),
    ("[1, 2].slice(1, 0) == [1]", "cannot slice(1, 0), start index must be less than or equal to end index"),
    ('quantity(text) == quantity("1")', "quantities must match the regular expression"),
    ("semver(text) == semver(text)", "No Major.Minor.Patch elements found"),
    ("ip(text).family() == 4", 'IP Address "fish" parse error during conversion from string: ParseAddr("fish"): unable to parse IP'),
    ("cidr(text).prefixLength() == 4", "network address parse error during conversion from string"),
    ("url(text + ' ').getHost() == ''", "URL parse error during conversion from string"),
    ("text.matches(text + '(')", "error parsing regexp: missing closing ): `fish(`"),
    ("timestamp(text) == timestamp(0)", "type conversion error from 'string' to 'google.protobuf.Timestamp'"),
    ("lists.range(n - 8) == []", "lists.range: size must be non-negative, got -1"),
    ('quantity("1.5").asInteger() == 1', "cannot convert value to integer"),
)


@pytest.mark.parametrize("expression", TRUE.strip().split("\n"))
def test_function_does_what_upstreams_does(expression: str) -> None:
    """Each line is true in Kubernetes."""
    assert value(expression) is True


@pytest.mark.parametrize(("expression", "expected"), FAILURES)
def test_failure_is_told_in_upstreams_words(expression: str, expected: str) -> None:
    """The error is the library's own."""
    actual = value(expression)
    assert isinstance(actual, EvaluationError)
    assert actual.text.startswith(expected)
