"""`supraspin data`: what was understood of files, and every doubt about them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

Switch = Annotated[bool, Parameter(negative="")]


def data(path: Path, /, *more: Path, kind: str | None = None, save: Path | None = None, json: Switch = False) -> None:
    """Show what was understood of measured files: kind, columns, units, sweeps, and every doubt.

    Parameters
    ----------
    path
        A file, or a folder that is read in full. Several may be given.
    kind
        Kind of measurement, where the program does not recognise it by itself.
    save
        Write what was understood into this netCDF file.
    json
        Print JSON.
    """
    from supraspin.cli.values import check_file_to_write
    from supraspin.errors import DataError

    if save is not None:
        check_file_to_write(save, ".nc")

    from supraspin.data import describe, describe_text, load_all
    from supraspin.data import save as save_dataset

    found = load_all(path, *more, kind=kind)
    if not found:
        raise DataError(f"nothing to read in {', '.join(map(str, (path, *more)))}")
    if save is not None:
        if len(found) > 1:
            raise DataError(f"--save takes one data set, and {len(found)} were found; name the file of one of them")
        save_dataset(found[0], save)
    if json:
        from supraspin.report.plain import to_json

        print(to_json([describe(dataset) for dataset in found]))
    else:
        from supraspin.cli.show import plain

        print("\n\n".join(plain(describe_text(dataset)) for dataset in found))
