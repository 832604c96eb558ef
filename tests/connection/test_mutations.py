"""Damaged kubeconfigs, ten thousand of them."""

import hashlib
import json
import os
import subprocess
from collections import Counter
from pathlib import Path

from kubectl_dra.cluster.credentials import certificate_of
from kubectl_dra.cluster.errors import ClusterError
from kubectl_dra.cluster.handover import transport_of
from kubectl_dra.cluster.kubectl_transport import KubectlTransport
from kubectl_dra.cluster.options import ConnectionOptions
from kubectl_dra.cluster.restconfig import Impersonation, RestConfig, resolve_connection
from kubectl_dra.cluster.tls import tls_context
from tests.connection.mutations import mutated
from tests.connection.program import connection_program
from tests.connection.world import World
from tests.golang.availability import skipped_without_go

COUNT = int(os.environ.get("KUBECTL_DRA_MUTATIONS", "10000"))
FIRST = int(os.environ.get("KUBECTL_DRA_SEED", "0"))
"""The seed of the first one; another finds other damage."""

STRICTER = (
    "stands twice in the mapping",  # kubectl takes the later of two equal keys
    "is not in",  # a cluster that is nowhere: kubectl goes on to http://localhost:8080
    "has no credential",  # kubectl asks at the terminal, and so do we where there is one
    "no HTTP header can carry",  # kubectl tells later, when it sends the token
    "certificate-authority is empty",  # kubectl tells later, for it trusts nobody then
    "client certificate and key cannot be used",  # kubectl tells later, when it reads the files
    "id-token of the oidc auth-provider is not",  # the same
    "Port out of range",  # the same
    "is not an http, https or socks5 URL",  # the same of a proxy's port
    "found unexpected …",  # libyaml takes no empty value before a comma in braces
    "did not find expected key",  # go.yaml.in passes over a byte order mark within a file
    "the proxy's URL is not one of",  # one without a host: kubectl tells later, when it connects
    "Invalid IPv6 URL",  # a bracket in a host's name: kubectl tells later that there is no such host
)
"""Where we refuse what kubectl takes at first."""

LOOSER = (
    "did not find expected ',' or '}'",  # go.yaml.in reads ``?`` and tags inside braces as they were before YAML 1.2
    "failed to parse certificate",  # OpenSSL tells later, when it needs the certificate
    "found unexpected end of stream",  # what stands behind the first document is not looked at
    "found unknown escape character",  # \\/ is one since YAML 1.2
)
"""Where kubectl refuses at once what we take at first."""

RARE = 0.0002
"""Of all files, how many one of the two may refuse for a reason that is not listed above: 40,000 fresh ones had none."""

SHOWN = int(os.environ.get("KUBECTL_DRA_SHOWN", "5"))


def test_mutations_never_lead_elsewhere(world: World, tmp_path: Path) -> None:
    """No damaged kubeconfig ends in a traceback, and none makes us ask another server, or as another user, than kubectl would."""
    with skipped_without_go():
        program = connection_program().built()
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "token").write_text("t-file\n")
    (tmp_path / "home" / "empty").write_text("")
    values = world.values(tmp_path)
    files = [tmp_path / f"home/config-{seed}" for seed in range(FIRST, FIRST + COUNT)]
    for seed, file in enumerate(files, FIRST):
        file.write_text(mutated(seed, values), encoding="utf-8", errors="surrogatepass")
    asked = "".join(f"{file}\n" for file in files)
    environment = {"HOME": str(tmp_path), "PATH": f"{world.kubectl.parent}:/usr/bin:/bin"}
    answers = subprocess.run([program], input=asked, capture_output=True, text=True, env=environment, check=True).stdout.splitlines()
    outcomes: Counter[str] = Counter()
    wrong = []
    for file, answer in zip(files, answers, strict=True):
        outcome, complaint = _compared(file, json.loads(answer), environment)
        outcomes[outcome] += 1
        wrong += [f"{complaint}\n{file.read_text(errors='replace')}"] if complaint else []
    told = "\n\n".join([f"{len(wrong)} of {COUNT} differ", *wrong[:SHOWN]])
    # What one of the two refuses leads nowhere; the text holds paths and ports of this run, so that a new refusal turns up now and then.
    refusals = [complaint for complaint in wrong if complaint.startswith("refused by")]
    assert len(wrong) == len(refusals), told
    assert len(refusals) <= COUNT * RARE, told
    assert outcomes["the same connection"] > COUNT / 10, outcomes
    print(f"{COUNT} kubeconfigs: {dict(outcomes.most_common())}")
    print(told)


def _compared(file: Path, theirs: dict[str, str], environment: dict[str, str]) -> tuple[str, str]:
    """What became of one kubeconfig, and, where that is wrong, why."""
    try:
        options = ConnectionOptions(kubeconfig=str(file))
        ours = resolve_connection(options, environment)
        transport = transport_of(ours, options, environment, None)
        if isinstance(transport, KubectlTransport):
            return "carried by kubectl itself", ""
        if ours.server.startswith("https://"):
            tls_context(ours, certificate_of(ours))
    except ClusterError as error:
        if theirs["error"]:
            return "refused by both", ""
        reason = next((sentence for sentence in STRICTER if sentence in error.message), "")
        return f"refused by us alone: {reason}", "" if reason else f"refused by us alone: {error.message}"
    if theirs["error"]:
        reason = next((sentence for sentence in LOOSER if sentence in theirs["error"]), "")
        return f"refused by kubectl alone: {reason}", "" if reason else f"refused by kubectl alone: {theirs['error']}"
    identity = _identity(ours)
    theirs["as"] = theirs["as"].rpartition(" ")[0]  # without how many extra fields there are, for those of no value are counted
    if ours.token_file:
        theirs["token"] = ours.token  # kubectl has read the file by now
    differing = [f"{name}: {identity[name]!r} and {theirs[name]!r}" for name in identity if identity[name] != theirs[name]]
    return "the same connection", "; ".join(differing)


def _identity(config: RestConfig) -> dict[str, object]:
    """Whom we ask and as whom, in the words of the other program."""
    return {
        "server": config.server,
        "namespace": config.namespace,
        "serverName": config.tls_server_name,
        "insecure": config.insecure,
        "token": config.token,
        "tokenFile": config.token_file,
        "username": config.username,
        "password": config.password,
        "exec": config.exec.command if config.exec else "",
        "provider": config.auth_provider.name if config.auth_provider else "",
        "authority": _hashed(config.certificate_authority),
        "certificate": _hashed(config.client_certificate),
        "key": _hashed(config.client_key),
        "as": _impersonated(config.impersonation),
    }


def _hashed(content: bytes | None) -> str:
    return hashlib.sha256(content).hexdigest()[:16] if content else ""


def _impersonated(impersonation: Impersonation) -> str:
    """As Go prints the user, the UID and the groups."""
    return f"{impersonation.user}{impersonation.uid}[{' '.join(impersonation.groups)}]"
