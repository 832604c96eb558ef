"""What a test does where there is no Go."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.golang.program import GoIsMissing


@contextmanager
def skipped_without_go() -> Iterator[None]:
    """Skip the test with one line when a program cannot be built. In CI, where nothing may be left out, the test fails."""
    try:
        yield
    except GoIsMissing as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
