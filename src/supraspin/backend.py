"""JAX, set up once: 64-bit numbers, and compiled programs kept on disk so that the next start is fast.

Physics modules import `jax` and `jnp` from here and nowhere else. The cache lies under the user's cache folder;
`SUPRASPIN_CACHE=DIR` moves it, `SUPRASPIN_CACHE=off` leaves it out, and a cache the user set up in JAX is left alone.
"""

from __future__ import annotations

import os
from pathlib import Path

import jax
import jax.numpy as jnp

__all__ = ["cache_folder", "jax", "jnp"]


def cache_folder() -> Path | None:
    """Where compiled programs are kept, or None where there is no place for them."""
    wanted = os.environ.get("SUPRASPIN_CACHE", "")
    if wanted.lower() in ("off", "0", "no"):
        return None
    base = Path(wanted) if wanted else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "supraspin"
    try:
        (base / "jax").mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return base / "jax" if os.access(base / "jax", os.W_OK) else None


def _set_up() -> None:
    jax.config.update("jax_enable_x64", True)
    folder = cache_folder()
    if folder is not None and jax.config.values.get("jax_compilation_cache_dir") is None:
        jax.config.update("jax_compilation_cache_dir", str(folder))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.1)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


_set_up()
