"""Every case of the table is connected as kubectl connects it."""

import pytest

from tests.connection.cases import CASES, Case
from tests.connection.world import World

SECRETS = ("t-config", "t-flag", "t-plugin", "t-file", "s%40cret", "PRIVATE KEY")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(world: World, case: Case) -> None:
    """The same requests arrive with the same headers and certificate, and what fails there fails here, with a sentence."""
    theirs, ours = world.run(case, "kubectl"), world.run(case, "ours")
    assert "Traceback" not in ours.errors
    if case.differs:
        assert (theirs.code == 0, theirs.arrivals) != (ours.code == 0, ours.arrivals) or case.says in ours.errors
    else:
        assert theirs.arrivals == ours.arrivals, (theirs.errors, ours.errors)
        assert theirs.through == ours.through
        assert (theirs.code == 0) == (ours.code == 0), (theirs.errors, ours.errors)
        assert theirs.kept.split() == ours.kept.split()
        assert ours.output == (theirs.output if theirs.code == 0 else b"")
    if ours.code:
        assert case.says in ours.errors
        assert not any(secret in ours.errors for secret in SECRETS)
