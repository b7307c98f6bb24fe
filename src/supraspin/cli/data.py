"""`supraspin data`: what was understood of files, and every doubt about them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from supraspin.flags import Flag

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

    from supraspin.cli.show import plain as show_plain
    from supraspin.data import describe, describe_text, load_all
    from supraspin.data import save as save_dataset

    remarks: list[Flag] = []
    if not path.is_dir() and not more:
        found = load_all(path, kind=kind)
    else:
        found, remarks = load_all(path, *more, kind=kind, skip_bad=True)
    if not found:
        faults = [flag.message for flag in remarks if flag.level == "fault"]
        raise DataError(faults[0] if faults else f"nothing to read in {', '.join(map(str, (path, *more)))}")
    if save is not None:
        if len(found) > 1:
            raise DataError(f"--save takes one data set, and {len(found)} were found; name the file of one of them")
        save_dataset(found[0], save)
    if json:
        from supraspin.report.plain import to_json

        print(to_json([describe(dataset) for dataset in found]))
    else:
        print("\n\n".join(show_plain(describe_text(dataset)) for dataset in found))
    for flag in remarks:
        print(f"{'not read' if flag.level == 'fault' else 'passed over'}: {show_plain(flag.message)}", file=sys.stderr)
