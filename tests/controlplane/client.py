"""Manifests → a live API server, and its answers → plain documents, with nothing but the standard library.

The tests write through this client and never through the product's own transport, so that the one proves nothing about the other.
"""

import http.client
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

Document: TypeAlias = dict[str, Any]
"""An object as JSON has it."""

JSON: Final = "application/json"
MERGE_PATCH: Final = "application/merge-patch+json"
POLL_SECONDS: Final = 0.1


class Refused(Exception):
    """The API server answered with a failure. `status` is the HTTP status, `reason` the API's own word for it, `document` its Status."""

    def __init__(self, status: int, answer: bytes) -> None:
        try:
            document = json.loads(answer)
        except ValueError:  # a plain "404 page not found"
            document = {}
        self.status = status
        self.document: Document = document
        self.reason: str = document.get("reason", "")
        super().__init__(f"{status}: {document.get('message') or answer.decode(errors='replace')}")


class NeverSo(Exception):
    """What was waited for did not come about; the message holds the last state seen."""


class ApiClient:
    """One user's view of an API server. Each thread has its own connection."""

    def __init__(self, port: int, certificate: Path, token: str) -> None:
        self._port = port
        self._context = ssl.create_default_context(cafile=str(certificate))
        self._headers = {"Authorization": f"Bearer {token}", "Accept": JSON}
        self._local = threading.local()
        self._connections: list[http.client.HTTPSConnection] = []
        self._collections: dict[tuple[str, str], tuple[str, bool]] = {}

    def close(self) -> None:
        """Close the connections of all threads."""
        for connection in self._connections:
            connection.close()

    def call(self, method: str, path: str, body: Document | None = None, content_type: str = JSON) -> Document:
        """One request. Raises Refused for every answer but success."""
        connection = self._connection()
        headers = self._headers | ({"Content-Type": content_type} if body is not None else {})
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            raise
        if response.status >= http.HTTPStatus.BAD_REQUEST:
            raise Refused(response.status, answer)
        document: Document = json.loads(answer) if response.headers.get_content_type() == JSON else {"text": answer.decode()}
        return document

    def read(self, path: str) -> Document:
        """The document at a path."""
        return self.call("GET", path)

    def items(self, path: str) -> list[Document]:
        """The items of the list at a path."""
        found: list[Document] = self.read(path)["items"]
        return found

    def apply(self, documents: Iterable[Document]) -> None:
        """Create each document in order, or change what is there; a status is written through the status subresource."""
        for document in documents:
            self._apply(document)

    def apply_yaml(self, text: str) -> None:
        """The documents of a YAML text, applied in order."""
        self.apply(document for document in yaml.safe_load_all(text) if document)

    def apply_quickly(self, documents: Iterable[Document], connections: int = 8) -> None:
        """Documents that do not depend on one another, applied over several connections."""
        with ThreadPoolExecutor(connections) as pool:
            for _ in pool.map(self._apply, documents):
                pass

    def delete(self, path: str) -> None:
        """Delete an object at once, or every object of a collection; what is not there need not be deleted."""
        with absence_suppressed():
            self.call("DELETE", path, {"gracePeriodSeconds": 0, "propagationPolicy": "Background"})

    def wait(self, path: str, condition: Callable[[Document], object], limit: float = 120) -> Document:
        """The document at a path as soon as it meets a condition; one that is not there yet is waited for.

        Raises NeverSo when the condition is not met within `limit` seconds, which no test takes unless it fails.
        """
        deadline, seen = time.monotonic() + limit, "nothing"
        while time.monotonic() < deadline:
            with absence_suppressed():
                document = self.read(path)
                if condition(document):
                    return document
                seen = json.dumps(document, indent=1)
            time.sleep(POLL_SECONDS)
        raise NeverSo(f"{path} was not as expected within {limit:.0f} s; last seen: {seen}")

    def path_of(self, document: Document) -> str:
        """Where an object lies."""
        return f"{self.collection_of(document)}/{document['metadata']['name']}"

    def collection_of(self, document: Document) -> str:
        """Where objects of this kind, version and namespace lie; without a namespace, `default` is meant."""
        version, kind = document["apiVersion"], document["kind"]
        plural, namespaced = self._resource(version, kind)
        namespace = f"/namespaces/{document['metadata'].get('namespace', 'default')}" if namespaced else ""
        return f"{api_root(version)}{namespace}/{plural}"

    def _apply(self, document: Document) -> None:
        content = {key: value for key, value in document.items() if key != "status"}
        try:
            self.call("POST", self.collection_of(document), content)
        except Refused as refusal:
            if refusal.status != http.HTTPStatus.CONFLICT:
                raise
            self.call("PATCH", self.path_of(document), content, MERGE_PATCH)
        if "status" in document:
            self.call("PATCH", self.path_of(document) + "/status", {"status": document["status"]}, MERGE_PATCH)

    def _resource(self, version: str, kind: str) -> tuple[str, bool]:
        if (version, kind) not in self._collections:
            for resource in self.read(api_root(version))["resources"]:
                if "/" not in resource["name"]:
                    self._collections[version, resource["kind"]] = (resource["name"], resource["namespaced"])
        return self._collections[version, kind]

    def _connection(self) -> http.client.HTTPSConnection:
        if not hasattr(self._local, "connection"):
            self._local.connection = http.client.HTTPSConnection("127.0.0.1", self._port, context=self._context, timeout=60)
            self._connections.append(self._local.connection)
        connection: http.client.HTTPSConnection = self._local.connection
        return connection


def api_root(version: str) -> str:
    """Where an API version is served: v1 → /api/v1, apps/v1 → /apis/apps/v1."""
    return f"/apis/{version}" if "/" in version else f"/api/{version}"


@contextmanager
def absence_suppressed() -> Iterator[None]:
    """An object that is not there is no failure."""
    try:
        yield
    except Refused as refusal:
        if refusal.status != http.HTTPStatus.NOT_FOUND:
            raise
