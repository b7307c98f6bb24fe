"""Writing whole or not at all: everything goes beside its place first and is then renamed into it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from supraspin.errors import OutputError
from supraspin.files import is_scratch, umask

PAGE, NUMBERS, FIGURES = "report.html", "results.json", "figures"


@dataclass(frozen=True)
class Contents:
    """What a folder of ours holds besides page and numbers: folders, with the endings of the files in them.

    `mark` is an entry that the numbers have, `what` how such a folder is called.
    """

    what: str
    mark: str
    folders: Mapping[str, tuple[str, ...]]


REPORT = Contents("report", "analyses", {FIGURES: (".png",)})


def check_place(out: Path, contents: Contents = REPORT) -> Path:
    """The absolute path of a report's folder, if it can be made or holds only an earlier report. Raises `OutputError`."""
    place = out.resolve()
    wanted = f"name a folder that is new, empty, or holds an earlier {contents.what}"
    if place.exists() and not place.is_dir():
        raise OutputError(f"{out} is a file; {wanted}")
    if place.is_dir() and not _ours(place, contents):
        raise OutputError(f"{out} holds other files than a supraspin {contents.what}; {wanted}")
    above = next(folder for folder in place.parents if folder.exists())
    try:
        os.rmdir(tempfile.mkdtemp(prefix=".supraspin.", dir=above))  # what access rights say is not the whole truth
    except OSError as error:
        raise OutputError(f"{out} cannot be written: {above}: {error.strerror}") from error
    return place


def write_folder(out: Path, files: Mapping[str, bytes]) -> Path:
    """Make the folder `out` of `files` (relative name -> content), replacing an earlier report at once.

    A failure at any point leaves what stood there before. Raises `OutputError` where the place is not ours, `OSError`.
    """
    place = check_place(out)
    made = [folder for folder in place.parents if not folder.exists()]
    beside: Path | None = None
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
        os.chmod(beside, 0o777 & ~umask())
        for name, content in files.items():
            (beside / name).parent.mkdir(parents=True, exist_ok=True)
            (beside / name).write_bytes(content)
        _swap(beside, place)
    except BaseException:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)
        for folder in made:
            if folder.is_dir():
                folder.rmdir()
        raise
    return place


def _swap(new: Path, place: Path) -> None:
    if not place.exists():
        new.rename(place)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{place.name}.old.", dir=place.parent))
    try:
        place.rename(old / "report")
        try:
            new.rename(place)
        except OSError:
            (old / "report").rename(place)
            raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _ours(place: Path, contents: Contents) -> bool:
    """Whether a folder is empty or holds what `contents` says and nothing else."""
    names = {entry.name for entry in place.iterdir() if not is_scratch(entry)}
    if not names:
        return True
    if not names <= {PAGE, NUMBERS, *contents.folders} or NUMBERS not in names:
        return False
    for name in contents.folders.keys() & names:
        folder, endings = place / name, contents.folders[name]
        if not (folder.is_dir() and all(file.suffix in endings or is_scratch(file) for file in folder.iterdir())):
            return False
    try:
        found = json.loads((place / NUMBERS).read_text(encoding="utf-8"))
    except (ValueError, OSError):
        return False
    return isinstance(found, dict) and {"supraspin", contents.mark} <= found.keys()
