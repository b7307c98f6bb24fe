"""The command `supraspin`: one file a command, and heavy imports only inside the commands, so that `--help` is instant.

Bad input gives one line on stderr and exit code 2. An error of the program itself keeps its traceback.
"""

from __future__ import annotations

import io
import os
import sys
import warnings
from collections.abc import Sequence
from typing import NoReturn

from cyclopts import App, CycloptsError

from supraspin import __version__
from supraspin.cli.analyze import analyze
from supraspin.cli.audit import audit
from supraspin.cli.compare import compare
from supraspin.cli.data import data
from supraspin.cli.exchange import exchange
from supraspin.cli.fit import fit
from supraspin.cli.interrupt import stop_at_once
from supraspin.cli.joint import joint
from supraspin.cli.models import models
from supraspin.cli.moments import moments
from supraspin.cli.reproduce import reproduce
from supraspin.cli.simulate import simulate
from supraspin.cli.values import joined
from supraspin.cli.verdict import verdict
from supraspin.errors import SupraspinError

app = App(
    name="supraspin",
    help="Superconducting spintronics: from raw sweeps to physics.",
    version=__version__,
    version_flags=["--version"],
    help_format="plaintext",
    suppress_keyboard_interrupt=False,
)
for _command in (analyze, audit, fit, joint, compare, models, data, simulate, reproduce, exchange, moments, verdict):
    app.command(_command)

BAD_INPUT = 2
_LONGEST = 600


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 when done, 2 on bad input, 130 when interrupted."""
    stop_at_once()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # A name in a file need not exist in the terminal's encoding.
            stream.reconfigure(errors="backslashreplace")
    if not sys.warnoptions:  # What a library warns of is no message to a user; `python -W default` brings it back.
        warnings.simplefilter("ignore")
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    os.environ["MPLBACKEND"] = "Agg"  # figures go into files; a window system is not needed, whatever the shell says
    for argument in arguments:
        # An unset variable of a shell script would else stand for the current folder.
        if not argument or "\0" in argument:
            return _complain(f"the argument {argument!r} is {'not text' if argument else 'empty'}; leave it out or give a value")
    try:
        app(joined(arguments), exit_on_error=False, print_error=False, result_action="return_value")
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output has gone (`supraspin models | head`); nothing is left to say, also not at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (CycloptsError, SupraspinError) as error:
        return _complain(str(error))
    except OSError as error:
        place = error.filename if error.filename is not None else "the output"
        return _complain(f"{place}: {error.strerror}" if error.strerror else str(error))
    except MemoryError:
        return _complain("the data need more memory than there is; analyse fewer files, or fewer points, at once")
    except KeyboardInterrupt:
        print("supraspin: interrupted", file=sys.stderr)
        return 130
    return 0


def _complain(message: str) -> int:
    line = " ".join("".join(c if c.isprintable() or c.isspace() else "?" for c in message).split())
    if len(line) > _LONGEST:
        line = f"{line[: _LONGEST // 2]} ... {line[-_LONGEST // 2 :]}"
    print(f"supraspin: {line}", file=sys.stderr)
    return BAD_INPUT
