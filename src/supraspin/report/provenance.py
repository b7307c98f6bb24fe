"""Where a result comes from: files with their hashes, versions, the command and the time."""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from supraspin import __version__

LIBRARIES = ("numpy", "scipy", "jax", "xarray", "matplotlib")


def provenance(paths: Sequence[Path], sources: Iterable[str], command: str) -> dict[str, Any]:
    """What `results.json` and the page say about their origin. `sources` are the files named by the analyses."""
    versions = {"supraspin": __version__, "python": platform.python_version()}
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command,
        "versions": versions | {name: metadata.version(name) for name in LIBRARIES},
        "platform": f"{sys.platform} {platform.machine()}",
        "inputs": inputs(paths, sources),
    }


def inputs(paths: Sequence[Path], sources: Iterable[str]) -> list[dict[str, Any]]:
    """Name, size, SHA-256 and use of every file given, with folders read in full."""
    used = set(sources)
    found = {}
    for path in paths:
        for file in sorted(f for f in path.rglob("*") if f.is_file()) if path.is_dir() else [path]:
            found[file.resolve()] = file
    return [
        {
            "name": str(file),
            "bytes": file.stat().st_size,
            "sha256": sha256(file),
            "used": bool(used & {str(file), str(full), file.name}),
        }
        for full, file in found.items()
    ]


def sha256(path: Path) -> str:
    """Hash of a file's content, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
