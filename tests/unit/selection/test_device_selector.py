"""One selector on one device: the answer, and in which words it fails."""

import pytest

from kubectl_dra.api.resource import Device, DeviceAttribute, DeviceCapacity
from kubectl_dra.selection.device_selector import (
    CannotTell,
    CompileError,
    Environment,
    EvaluationError,
    compile_selector,
    device_value,
    enhanced,
    qualified_name,
)

DRIVER = "gpu.example.com"
GPU = Device(
    name="gpu-0",
    attributes={
        "model": DeviceAttribute(string="Fish 7"),
        "index": DeviceAttribute(int_=7),
        "ecc": DeviceAttribute(bool_=True),
        "driverVersion": DeviceAttribute(version="580.95.5"),
        "resource.kubernetes.io/pcieRoot": DeviceAttribute(string="pci0000:00"),
    },
    capacity={"memory": DeviceCapacity(value="80Gi"), "other.example.com/slots": DeviceCapacity(value="8")},
)


def evaluated(expression: str, device: Device = GPU, environment: Environment | None = None) -> object:
    """What a selector says of a device of DRIVER."""
    return compile_selector(expression, environment or Environment()).evaluate(DRIVER, device)


@pytest.mark.parametrize(
    "expression",
    [
        f'device.driver == "{DRIVER}"',
        f'device.attributes["{DRIVER}"].model == "Fish 7"',
        f'device.attributes["{DRIVER}"].index in [6, 7]',
        f'device.attributes["{DRIVER}"].ecc',
        f'device.attributes["{DRIVER}"].driverVersion.isGreaterThan(semver("580.9.0"))',
        'device.attributes["resource.kubernetes.io"].pcieRoot == "pci0000:00"',
        f'device.capacity["{DRIVER}"].memory.compareTo(quantity("40Gi")) > 0',
        'device.capacity["other.example.com"].slots == quantity("8")',
        'size(device.attributes["nobody.example.com"]) == 0',
        '!("model" in device.attributes["nobody.example.com"])',
        "device.allowMultipleAllocations == false",
    ],
)
def test_everything_of_a_device_can_be_asked_for(expression: str) -> None:
    """Driver, attributes, capacities and domains without any are where expressions look for them."""
    assert evaluated(expression) is True


def test_missing_attribute_is_a_runtime_error() -> None:
    """An attribute that the device has not is an error, and not false."""
    assert evaluated(f'device.attributes["{DRIVER}"].nope == 1') == EvaluationError("no such key: nope")


def test_error_beside_a_decisive_operand_is_absorbed() -> None:
    """What fails beside `false &&` on either side does not count."""
    assert evaluated(f'device.attributes["{DRIVER}"].nope == 1 && device.driver == "other"') is False


def test_compile_error_is_the_answer_for_every_device() -> None:
    """A selector that does not compile answers with upstream's text, caret and all."""
    expected = "compilation failed: ERROR: <input>:1:7: undefined field 'model'\n | device.model == \"a\"\n | ......^"
    actual = evaluated('device.model == "a"')
    assert isinstance(actual, CompileError)
    assert expected == actual.text


def test_expression_of_another_type_is_refused() -> None:
    """A selector is of type bool, or of a type known only at run time."""
    assert evaluated("device.driver") == CompileError("must evaluate to bool or the unknown type, not string")


def test_attribute_used_as_condition_is_converted() -> None:
    """An attribute of another kind as the whole selector fails where it is made a bool."""
    actual = evaluated(f'device.attributes["{DRIVER}"].index')
    assert actual == EvaluationError(
        "CEL result of type int could not be converted to bool: unsupported type conversion from 'int' to bool"
    )


def test_cost_is_counted_and_limited() -> None:
    """An evaluation that costs more than a million is cancelled."""
    assert evaluated("lists.range(400000).all(x, x >= 0)") == EvaluationError("operation cancelled: actual cost limit exceeded")


def test_estimated_cost_is_what_the_api_server_holds_against_the_limit() -> None:
    """A comparison of two texts is cheap, a search in lists of unknown size is not."""
    cheap = compile_selector('device.driver == "a"', Environment())
    dear = compile_selector("lists.range(1000000).all(x, x >= 0)", Environment())
    assert (cheap.max_cost < 100, dear.max_cost > 1_000_000) == (True, True)


def test_selector_is_compiled_once() -> None:
    """The same text in the same environment is the same object."""
    assert compile_selector("device.driver == 'once'", Environment()) is compile_selector("device.driver == 'once'", Environment())


@pytest.mark.parametrize(("release", "expected"), [("1.35", CompileError), ("1.36", bool)])
def test_lists_came_with_their_release(release: str, expected: type) -> None:
    """`includes` is known from 1.36 on."""
    listed = Device(name="d", attributes={"ids": DeviceAttribute(ints=(1, 2))})
    actual = evaluated(f'device.attributes["{DRIVER}"].ids.includes(1)', listed, Environment(release=release))
    assert isinstance(actual, expected)


def test_new_expressions_see_the_libraries_of_the_release_before() -> None:
    """What came with 1.36 is accepted there in stored expressions, and in new ones only behind its gate."""
    expression = f'device.attributes["{DRIVER}"].index.includes(7)'
    new = Environment(release="1.36", stored=False, list_type_attributes=False)
    assert isinstance(evaluated(expression, environment=new), CompileError)


def test_multiple_allocations_are_asked_for_behind_their_gate() -> None:
    """In a new expression `device.allowMultipleAllocations` is unknown without ConsumableCapacity."""
    new = Environment(release="1.34", stored=False, consumable_capacity=False)
    assert isinstance(evaluated("device.allowMultipleAllocations", environment=new), CompileError)


def test_list_attribute_is_of_no_known_kind_in_releases_before() -> None:
    """A device with a list cannot be evaluated in 1.35, whatever the selector says."""
    listed = Device(name="d", attributes={"ids": DeviceAttribute(ints=(1, 2))})
    actual = evaluated("true", listed, Environment(release="1.35"))
    assert actual == EvaluationError("attribute ids: unsupported attribute value")


def test_broken_version_of_a_device_fails_every_selector() -> None:
    """A version attribute that is none is an error before anything is evaluated."""
    broken = Device(name="d", attributes={"v": DeviceAttribute(version="1.2")})
    actual = evaluated("true", broken)
    assert actual == EvaluationError("attribute v: parse semantic version: No Major.Minor.Patch elements found")


def test_device_made_ready_serves_many_selectors() -> None:
    """`evaluate_value` answers as `evaluate` does."""
    selector = compile_selector(f'device.attributes["{DRIVER}"].index == 7', Environment())
    assert selector.evaluate(DRIVER, GPU) == selector.evaluate_value(device_value(DRIVER, GPU, Environment()))


def test_regular_expression_without_its_library_cannot_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without re2 nobody guesses what a pattern matches."""
    monkeypatch.setitem(__import__("sys").modules, "re2", None)
    assert isinstance(evaluated('device.driver.matches("^gpu[.]unseen")'), CannotTell)


def test_named_time_zone_cannot_be_told() -> None:
    """Which offset a city has is not known here."""
    assert isinstance(evaluated('timestamp("2024-01-01T00:00:00Z").getHours("Europe/Berlin") == 1'), CannotTell)


def test_half_a_letter_is_read_as_the_api_reads_it() -> None:
    """Bytes that are no text, as the terminal hands them over, become the replacement character."""
    assert isinstance(evaluated('device.driver == "\udcff'), CompileError)


def test_missing_key_comes_with_the_hint_of_1_37() -> None:
    """Where a key is missing, 1.37 tells about optional chaining."""
    hint = "consider using CEL optional chaining (.? followed by orValue()) or guarding the check with has() for optional fields"
    assert enhanced("no such key: a") == f"no such key: a. {hint}"


@pytest.mark.parametrize(
    ("name", "expected"), [("model", (DRIVER, "model")), ("other.example.com/model", ("other.example.com", "model")), ("/m", ("", "m"))]
)
def test_name_without_a_domain_is_the_drivers(name: str, expected: tuple[str, str]) -> None:
    """The part before the slash is the domain."""
    assert expected == qualified_name(name, DRIVER)


@pytest.mark.parametrize(
    "expression",
    ["(" * 240 + "true" + ")" * 240, "!" * 9000 + "true", " && ".join(["true"] * 1200), '"a"' + ".trim()" * 240 + ' == "a"'],
    ids=["parentheses", "not", "and", "methods"],
)
def test_deep_expressions_are_evaluated(expression: str) -> None:
    """What upstream's parser takes is taken here, however deep."""
    assert evaluated(expression) is True


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(" * 260 + "true" + ")" * 260, "expression recursion limit exceeded: 250"),
        ("(1 + " * 150 + "1" + ")" * 150 + " == 1", "expression recursion limit exceeded: 250"),
        ('"a"' + ".trim()" * 250 + ' == "a"', "max recursion depth exceeded"),
        ("+".join(["1"] * 251) + " > 1", "max recursion depth exceeded"),
        ("[" * 3000 + "]" * 3000, "expression recursion limit exceeded: 250"),
    ],
    ids=["parentheses", "sums in sums", "methods", "sums", "lists"],
)
def test_deeper_expressions_are_refused(expression: str, expected: str) -> None:
    """What is nested beyond upstream's limits is refused in its words."""
    assert CompileError(f"compilation failed: ERROR: <input>:-1:0: {expected}").text == str(getattr(evaluated(expression), "text", ""))
