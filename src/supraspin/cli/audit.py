"""`supraspin audit`: do the numbers of a device hold together?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from supraspin.audit import Number

Switch = Annotated[bool, Parameter(negative="")]
PAPER = "paper"


def audit(
    source: str, /, *more: str, set_: Annotated[list[str] | None, Parameter(name="--set", negative="")] = None,
    level: float = 0.01, json: Switch = False,
) -> None:  # fmt: skip
    """Infer each quantity from each measurement alone and from all others, and say where they are in tension.

    Parameters
    ----------
    source
        A .toml file of published numbers; measurements (files and folders), which are analysed first; or the word
        'paper' for the numbers of arXiv:2306.06659 that come with the package. Several may be given.
    set_
        name=value: something that measurements do not say, as in `supraspin analyze`. May be repeated.
    level
        Probability of one false tension or more among all comparisons.
    json
        Print the result as JSON.
    """
    from supraspin.audit import audit as audit_numbers
    from supraspin.errors import DataError

    if not 0 < level < 1:
        raise DataError(f"--level is {level:g}; it is a probability, between 0 and 1")
    numbers = _numbers([source, *more], set_ or [])
    found = audit_numbers(numbers, level=level)
    if json:
        from supraspin.report.plain import to_json

        print(to_json(found.to_dict()))
    else:
        from supraspin.cli.show import plain

        print(plain(str(found)))


def _numbers(sources: list[str], wishes: list[str]) -> tuple[Number, ...]:
    from supraspin.audit import numbers_of_analyses, published_numbers, read_numbers
    from supraspin.errors import DataError

    paths = [Path(one) for one in sources if one != PAPER]
    for path in paths:
        if not path.exists():
            raise DataError(f"{path}: there is no such file or folder")
    tables, data = [p for p in paths if p.suffix.lower() == ".toml"], [p for p in paths if p.suffix.lower() != ".toml"]
    if wishes and not data:
        raise DataError("--set tells what measurements do not say; there are none among the files")
    found: tuple[Number, ...] = published_numbers() if PAPER in sources else ()
    for table in tables:
        found += read_numbers(table)
    if data:
        from supraspin.analysis import analyze
        from supraspin.cli.values import settings

        found += numbers_of_analyses(analyze(data, settings=settings(wishes)))
    if not found:
        raise DataError(f"no number to audit in {', '.join(sources)}")
    return found
