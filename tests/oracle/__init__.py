"""The released allocators and CEL environments of Kubernetes 1.34 to 1.37, asked line by line.

`python -m tests.oracle build 1.37` builds one (about a minute); tests ask it through `Oracle`.
"""

from tests.oracle.oracle import Oracle, Unanswerable

__all__ = ["Oracle", "Unanswerable"]
