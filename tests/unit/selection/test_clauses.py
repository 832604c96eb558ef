"""A selector's outcome, clause by clause."""

import pytest

from kubectl_dra.api.resource import Device, DeviceAttribute, DeviceCapacity
from kubectl_dra.selection.clauses import Clause, explain, tally, terms_of
from kubectl_dra.selection.device_selector import CompiledSelector, Environment, EvaluationError, compile_selector
from tests.conformance._expressions import questions

DRIVER = "gpu.example.com"
MODEL = f'device.attributes["{DRIVER}"].model == "A"'
INDEX = f'device.attributes["{DRIVER}"].index < 2'
MEMORY = f'device.capacity["{DRIVER}"].memory.compareTo(quantity("40Gi")) >= 0'


def selector(expression: str) -> CompiledSelector:
    """A selector in the newest release."""
    return compile_selector(expression, Environment())


def gpu(model: str, index: int, memory: str = "80Gi") -> tuple[str, Device]:
    """A device with what the clauses read."""
    attributes = {"model": DeviceAttribute(string=model), "index": DeviceAttribute(int_=index)}
    return DRIVER, Device(name=f"gpu-{index}", attributes=attributes, capacity={"memory": DeviceCapacity(value=memory)})


def clauses(expression: str, device: tuple[str, Device]) -> list[tuple[str, object, bool]]:
    """The clauses of a selector on a device: text, outcome, and whether it was reached."""
    return [(clause.text, clause.outcome, clause.evaluated) for clause in explain(selector(expression), *device).clauses]


def test_conjunction_is_told_operand_by_operand() -> None:
    """Those behind the first false one have their outcome too, and are marked as not reached."""
    expected = [(MODEL, True, True), (INDEX, False, True), (MEMORY, True, False)]
    assert expected == clauses(f"{MODEL} && {INDEX} && {MEMORY}", gpu("A", 7))


def test_anything_else_is_one_clause() -> None:
    """A selector without `&&` at its top is a clause by itself."""
    assert clauses(MODEL, gpu("B", 0)) == [(MODEL, False, True)]


def test_values_read_are_told() -> None:
    """A clause names what it read, and what was there."""
    (clause,) = explain(selector(MODEL), *gpu("B", 0)).clauses
    assert [(f'device.attributes["{DRIVER}"].model', "B")] == [(str(read.reading), read.value) for read in clause.reads]


def test_failing_clause_carries_its_error() -> None:
    """The error is the outcome of the clause that failed."""
    assert [(MODEL, EvaluationError("no such key: model"), True)] == clauses(MODEL, (DRIVER, Device(name="bare")))


def test_disjunction_is_taken_apart_below() -> None:
    """The operands of `||` are clauses of the clause."""
    (clause,) = explain(selector(f"{MODEL} || {INDEX}"), *gpu("B", 0)).clauses
    assert (clause.connective, [part.outcome for part in clause.clauses]) == ("||", [False, True])


def test_quantifier_is_told_element_by_element() -> None:
    """`exists` says of each element whether it was the one."""
    device = Device(name="d", attributes={"ids": DeviceAttribute(ints=(1, 5, 9))})
    (clause,) = explain(selector(f'device.attributes["{DRIVER}"].ids.exists(i, i > 4)'), DRIVER, device).clauses
    assert [(part.element, part.outcome, part.evaluated) for part in clause.clauses] == [
        (1, False, True),
        (5, True, True),
        (9, True, False),
    ]


def test_binding_is_looked_through() -> None:
    """What `cel.bind` is about is taken apart, its name being known."""
    expression = f'cel.bind(d, device.attributes["{DRIVER}"], d.model == "A" && d.index < 2)'
    assert clauses(expression, gpu("A", 7)) == [('d.model == "A"', True, True), ("d.index < 2", False, True)]


def test_quantifiers_within_quantifiers_end() -> None:
    """What would be told of a million elements is told as a whole."""
    ten = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"
    expression = "".join(f"{ten}.all({name}, " for name in "abcdef") + "true" + ")" * 6

    def count(clause: Clause) -> int:
        return 1 + sum(map(count, clause.clauses))

    assert sum(map(count, explain(selector(expression), *gpu("A", 0)).clauses)) < 2000


def test_broken_device_has_no_clauses() -> None:
    """A device of which nothing can be evaluated is told as such."""
    broken = Device(name="d", attributes={"v": DeviceAttribute(version="1")})
    assert explain(selector(MODEL), DRIVER, broken).clauses == ()


@pytest.mark.parametrize("seed", range(4))
def test_explanation_never_gives_another_answer(seed: int) -> None:
    """The outcome explained is the outcome evaluated, and what the clauses say together is the same."""
    device = Device(
        name="d",
        attributes={"i": DeviceAttribute(int_=7), "s": DeviceAttribute(string="fish"), "b": DeviceAttribute(bool_=True)},
        capacity={"mem": DeviceCapacity(value="80Gi")},
    )
    for question in questions(seed + 100, 300):
        compiled = selector(question["expr"])
        explanation = explain(compiled, "dra.example.com", device)
        assert compiled.evaluate("dra.example.com", device) == explanation.outcome, question["expr"]
        outcomes = [clause.outcome for clause in explanation.clauses]
        if isinstance(explanation.outcome, bool) and outcomes and all(isinstance(outcome, bool) for outcome in outcomes):
            assert all(outcomes) is explanation.outcome, question["expr"]


def test_tally_counts_over_devices() -> None:
    """How many devices a selector selects, and which clause stands in the way of how many."""
    devices = [gpu("A", 0), gpu("A", 7), gpu("B", 1), gpu("B", 8)]
    counted = tally(selector(f"{MODEL} && {INDEX}"), devices)
    model, index = counted.clauses
    assert (counted.devices, counted.selected, counted.false) == (4, 1, 3)
    assert ((model.true, model.false, model.only_obstacle), (index.true, index.false, index.only_obstacle)) == ((2, 2, 1), (2, 2, 1))


def test_tally_tells_what_is_there_instead() -> None:
    """Where a clause is false, the values that the devices have are counted."""
    counted = tally(selector(MODEL), [gpu("B", 1), gpu("B", 2), gpu("C", 3)])
    (values,) = counted.clauses[0].values_where_false
    assert [(count.value, count.devices) for count in values.values] == [("B", 2), ("C", 1)]


def test_tally_counts_failures_by_their_error() -> None:
    """Devices that fail alike are one line."""
    bare = (DRIVER, Device(name="bare"))
    (failure,) = tally(selector(MODEL), [bare, bare, gpu("A", 0)]).failures
    assert (EvaluationError("no such key: model"), 2) == (failure.error, failure.devices)


def test_terms_of_one_operator_are_flat() -> None:
    """`a && b && c` has three terms, however it is bracketed."""
    program = selector(f"{MODEL} && ({INDEX} && {MEMORY})").program
    assert program is not None
    assert len(terms_of(program.tree)) == 3
