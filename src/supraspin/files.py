"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A scratch file beside `target` to write into; it takes the place of `target` at the end, or vanishes on an error."""
    handle, name = tempfile.mkstemp(suffix=".part", prefix=f".{target.name}.", dir=target.parent)
    os.close(handle)
    scratch = Path(name)
    try:
        yield scratch
        os.chmod(scratch, 0o666 & ~umask())
        os.replace(scratch, target)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise


def is_scratch(path: Path) -> bool:
    """Whether a file has the name of one that `replacing` was writing into when the program was killed."""
    return path.name.startswith(".") and path.suffix == ".part"


def write_whole(target: Path, content: bytes) -> None:
    """Write one file, replacing an earlier one at once."""
    with replacing(target) as scratch:
        scratch.write_bytes(content)


def umask() -> int:
    """The permissions that new files do without."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
