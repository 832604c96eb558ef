"""Who may ask the API server, and the kubeconfig with a context for each."""

from pathlib import Path
from typing import Final

import yaml

ADMIN: Final = "admin"
USERS: Final = (ADMIN, "reader", "tenant", "nobody")
"""`admin` may do everything. The others may do nothing until a test binds a role to them; `nobody` is never bound."""


def token(user: str) -> str:
    """The bearer token by which the API server knows a user."""
    return f"token-of-{user}"


def token_file() -> str:
    """The API server's list of tokens, users, UIDs and groups."""
    return "".join(f"{token(user)},{user},{user},{'system:masters' if user == ADMIN else ''}\n" for user in USERS)


def kubeconfig(server: str, certificate: Path, current: str = ADMIN, namespace: str = "default") -> str:
    """A kubeconfig with one context for each user, named like the user."""
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": current,
        "clusters": [{"name": "test", "cluster": {"server": server, "certificate-authority": str(certificate)}}],
        "users": [{"name": user, "user": {"token": token(user)}} for user in USERS],
        "contexts": [{"name": user, "context": {"cluster": "test", "user": user, "namespace": namespace}} for user in USERS],
    }
    return yaml.safe_dump(document, sort_keys=False)
