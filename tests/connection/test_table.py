"""Every case of the table is connected as kubectl connects it."""

from dataclasses import replace

import pytest

from tests.connection.cases import CASES, LOGINS, Case
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
        # How often kubectl asks a plugin is its own affair: now and then, on a busy machine, it does so twice.
        assert set(theirs.kept.split()) == set(ours.kept.split())
        assert len(ours.kept.split()) <= 1
        assert ours.output == (theirs.output if theirs.code == 0 else b"")
    if ours.code:
        assert case.says in ours.errors
        assert not any(secret in ours.errors for secret in SECRETS)


HANDED = tuple(case for case in CASES if not any(flag.startswith(("--token", "--username")) for flag in case.flags))[::5]


@pytest.mark.parametrize("case", HANDED, ids=lambda case: case.name)
def test_kubectl_carries_requests_where_it_is_asked_to(world: World, case: Case) -> None:
    """With KUBECTL_DRA_TRANSPORT=kubectl the same requests arrive, for they are kubectl's own."""
    case = replace(case, name=f"{case.name} handed")  # in a home of its own: what was kept in the other is not this run's
    handed = replace(case, environment={**case.environment, "KUBECTL_DRA_TRANSPORT": "kubectl"})
    theirs, ours = world.run(case, "kubectl"), world.run(handed, "ours")
    assert "Traceback" not in ours.errors
    if not case.differs:
        assert (theirs.arrivals, theirs.through) == (ours.arrivals, ours.through), (theirs.errors, ours.errors)
        assert (theirs.code == 0) == (ours.code == 0), (theirs.errors, ours.errors)


def test_oidc_is_refreshed_without_kubectl(world: World) -> None:
    """Where there is no kubectl, the kubernetes package refreshes; impersonation is kept, and the kubeconfig stays as it was."""
    case = next(case for case in LOGINS if case.name == "an id-token that has expired, with impersonation")
    theirs = world.run(case, "kubectl")
    ours = world.run(replace(case, name="alone", environment={"PATH": "/nonexistent"}), "ours")
    assert (ours.code, ours.through) == (0, ("first-refresh-token",)), ours.errors
    assert ours.arrivals == theirs.arrivals
    assert "next-refresh-token" not in (world.folder / "ours" / "alone" / "home/.kube/config").read_text()


def test_an_issuer_that_refuses_ends_the_command(world: World) -> None:
    """No request is sent, with kubectl or without, and the reason is told."""
    case = next(case for case in LOGINS if case.name == "an id-token that has expired")
    world.issuer.is_willing = False
    try:
        for name, environment in (("refused", {}), ("refused alone", {"PATH": "/nonexistent"})):
            ran = world.run(replace(case, name=name, environment=environment), "ours")
            assert (ran.code, ran.arrivals) == (3, ()), ran.errors
            assert "refresh" in ran.errors
            assert "Traceback" not in ran.errors
    finally:
        world.issuer.is_willing = True
