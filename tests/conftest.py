"""Compiled programs are let go before a worker of thousands of tests holds more of them than the system maps."""

from __future__ import annotations

from pathlib import Path

import pytest

MOST = 20_000
"""Mappings of memory from which programs are let go; Linux allows 65530, and a compiler that gets none ends the process."""
MAPS = Path("/proc/self/maps")


@pytest.fixture(autouse=True, scope="module")
def _programs_let_go():
    yield
    if MAPS.exists() and MAPS.read_bytes().count(b"\n") > MOST:
        from supraspin.backend import jax

        jax.clear_caches()
