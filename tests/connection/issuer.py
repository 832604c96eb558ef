"""A fake OIDC issuer: metadata and a token endpoint that turns a refresh-token into an id-token, once or as often as asked."""

import base64
import http.server
import json
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.connection.certificates import Certificates
from tests.connection.recording import server_context


@dataclass(slots=True)
class Issuer:
    """A running issuer; ``refreshed`` are the refresh-tokens that were shown to it."""

    url: str = ""
    refreshed: list[str] = field(default_factory=list)
    is_willing: bool = True
    next_id_token: str = ""


def id_token(expires_in: float, subject: str = "jane") -> str:
    """An unsigned JWT: nobody here checks signatures, the recording server least of all."""
    parts = ({"alg": "none"}, {"sub": subject, "exp": int(time.time() + expires_in)})
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, "c2ln"])


@contextmanager
def oidc_issuer(certificates: Certificates) -> Iterator[Issuer]:
    """An issuer on a loopback port, over TLS."""
    issuer = Issuer(next_id_token=id_token(3600))

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200, {"issuer": issuer.url, "token_endpoint": f"{issuer.url}/token"})

        def do_POST(self) -> None:
            form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            issuer.refreshed.append(form.get("refresh_token", [""])[0])
            if issuer.is_willing:
                tokens = {
                    "access_token": "a",
                    "token_type": "Bearer",
                    "id_token": issuer.next_id_token,
                    "refresh_token": "next-refresh-token",
                }
                self._answer(200, tokens)
            else:
                self._answer(400, {"error": "invalid_grant", "error_description": "the session is over"})

        def _answer(self, status: int, document: dict[str, str]) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class names it)
            del format, args

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = server_context(certificates).wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    issuer.url = f"https://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
