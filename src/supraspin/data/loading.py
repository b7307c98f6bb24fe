"""Files and folders to data sets."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, overload

import xarray as xr

from supraspin.data import storage
from supraspin.data.assemble import assemble, belong_together, signature
from supraspin.data.filenames import natural
from supraspin.data.pieces import Pieces, cut
from supraspin.data.readers import read
from supraspin.data.table import check_size
from supraspin.data.understand import understand
from supraspin.errors import DataError
from supraspin.flags import Flag

_NO_DATA_NAMES = (
    "license",
    "licence",
    "readme",
    "copying",
    "citation",
    "changelog",
    "authors",
    "notice",
    "makefile",
    "contributing",
)
_NO_DATA_SUFFIXES = frozenset({
    ".md", ".rst", ".py", ".ipynb", ".m", ".toml", ".json", ".yaml", ".yml", ".ini", ".cfg", ".png", ".jpg", ".jpeg", ".gif",
    ".svg",
    ".pdf", ".tif", ".tiff", ".html", ".htm", ".tex", ".bib", ".docx", ".doc", ".pptx", ".xlsx", ".xls", ".opj", ".opju", ".zip",
    ".gz", ".log", ".sh", ".eps", ".part",
})  # fmt: skip


@dataclass(frozen=True)
class _Loaded:
    """One table of one file, or a data set that this package wrote (`own`)."""

    path: Path
    reader: str
    sha256: str
    pieces: Pieces | None = None
    own: xr.Dataset | None = None


def load(path: str | Path, *, kind: str | None = None) -> xr.Dataset:
    """The data set in one file, or in a folder whose files make one. `kind` overrules what would be recognised.

    Raises `DataError` for what cannot be read, and where there are several data sets (`load_all` gives them all).
    """
    place = Path(path)
    found = load_all(place, kind=kind)
    if len(found) == 1:
        return found[0]
    raise DataError(f"{place} holds {len(found)} data sets ({_names(found)}); load_all gives them all")


def _names(found: Iterable[xr.Dataset]) -> str:
    names = [f"{ds.attrs['source'].split('; ')[0]}: {ds.attrs['kind']}" for ds in found]
    return ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")


@overload
def load_all(*paths: str | Path, kind: str | None = None, skip_bad: Literal[False] = False) -> list[xr.Dataset]: ...
@overload
def load_all(*paths: str | Path, kind: str | None = None, skip_bad: Literal[True]) -> tuple[list[xr.Dataset], list[Flag]]: ...


def load_all(
    *paths: str | Path, kind: str | None = None, skip_bad: bool = False
) -> list[xr.Dataset] | tuple[list[xr.Dataset], list[Flag]]:
    """Every data set in files and folders (with all they contain), files of one folder that belong together assembled.

    `folder/*` gives what `folder` gives: it is the same whether the files of a folder are named or the folder is. Among several,
    files that are no data (a licence, an image, what is hidden in a folder) are passed over. A file or folder that cannot be read
    raises `DataError`; with `skip_bad=True` it is passed over too, and the result is `(data sets, remarks)`, where the
    remarks name every file passed over and why.
    """
    problems: list[Flag] = []
    result: list[xr.Dataset] = []
    if not paths:
        raise DataError("no file or folder was named")
    folders: dict[Path, list[Path]] = {}
    known: set[Path] = set()
    for path in paths:
        files = _files(Path(path), problems, among=len(paths) > 1)
        closed = next((problem for problem in problems if problem.code == "unreadable"), None)
        if closed is not None and not skip_bad:
            raise DataError(closed.message)
        for file in files:
            place = Path(os.path.abspath(file))
            if place in known:
                problems.append(Flag("named_twice", f"{file.name} was named more than once and is read once", "note"))
            else:
                known.add(place)
                folders.setdefault(place.parent, []).append(file)
    for members in folders.values():
        result += _folder(sorted(members, key=lambda file: natural(file.name)), kind, problems, skip_bad)
    if not result and not skip_bad:
        raise DataError(f"{', '.join(str(p) for p in paths)}: no file with data in it")
    return (result, problems) if skip_bad else result


def _files(place: Path, problems: list[Flag], *, among: bool) -> list[Path]:
    """The files to read in a folder, or the file itself; one named `among` others, as `folder/*` does, need not be data."""
    if not place.is_dir():
        inside = [place]
    else:
        found = sorted(_inside(place, problems), key=lambda p: natural(str(p.relative_to(place))))
        inside = [file for file in found if not file.name.startswith(".")]
    if not (among or place.is_dir()):
        return inside
    for file in inside:
        if not _may_be_data(file):
            problems.append(Flag("skipped", f"{file.name} is no data file and was passed over", "note"))
    return [file for file in inside if _may_be_data(file)]


def _may_be_data(file: Path) -> bool:
    return not (file.suffix.lower() in _NO_DATA_SUFFIXES or file.name.lower().split(".")[0] in _NO_DATA_NAMES)


def _inside(place: Path, problems: list[Flag]) -> Iterator[Path]:
    """Files in a folder and all folders below it that are not hidden; links to folders are not followed."""

    def stop(error: OSError) -> None:
        where = Path(error.filename)
        said = f"{where} cannot be read: {error.strerror or error}"
        if where == place:
            raise DataError(said) from error
        problems.append(Flag("unreadable", said, "fault"))

    for folder, below, names in os.walk(place, onerror=stop):
        below[:] = [name for name in below if not name.startswith(".")]
        yield from (Path(folder, name) for name in names)


def _folder(files: list[Path], kind: str | None, problems: list[Flag], skip_bad: bool) -> list[xr.Dataset]:
    loaded: list[_Loaded] = []
    for file in files:
        try:
            loaded += _file(file, kind)
        except DataError as error:
            if not skip_bad:
                raise
            problems.append(Flag("unreadable", str(error), "fault"))
    groups: dict[tuple, list[_Loaded]] = {}
    for number, item in enumerate(loaded):
        key = (item.reader, *signature(item.pieces)) if item.pieces else (number,)
        groups.setdefault(key, []).append(item)
    return [ds for group in groups.values() for ds in _data_sets(group)]


def _file(path: Path, kind: str | None) -> list[_Loaded]:
    check_size(path)
    digest = _sha256(path)
    if storage.is_own(path):
        own = storage.load_netcdf(path)
        if kind is not None and kind != own.attrs["kind"]:
            raise DataError(f"{path.name} says that it is of kind {own.attrs['kind']}, not {kind}")
        return [_Loaded(path, "own", digest, own=own)]
    reader, tables = read(path)
    return [_Loaded(path, reader, digest, cut(understand(table, kind), path)) for table in tables]


def _data_sets(group: list[_Loaded]) -> list[xr.Dataset]:
    pieces = [item.pieces for item in group if item.pieces]
    if len(pieces) == len(group) > 1 and belong_together(pieces):
        return [assemble(pieces, reader=group[0].reader, sha256=" ".join(dict.fromkeys(item.sha256 for item in group)))]
    own = [item.own for item in group if item.own is not None]
    return own + [assemble([item.pieces], reader=item.reader, sha256=item.sha256) for item in group if item.pieces]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
