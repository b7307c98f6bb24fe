"""Jobs in processes of their own, as many as asked for; with one, in this process.

Workers are started anew rather than forked (JAX has threads) and end with this process, also where it is killed.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

from supraspin.scheduler import end_with_parent


class _Here(Executor):
    """Does each job at once."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(function(*arguments, **named))
        return done


@contextmanager
def crew(processes: int) -> Iterator[Executor]:
    """An executor of `processes` workers; what is not done when it is left is given up."""
    if processes <= 1:
        yield _Here()
        return
    context = multiprocessing.get_context("spawn")
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_start)
    try:
        yield pool
    except BaseException:
        for child in set(multiprocessing.active_children()) - before:
            child.terminate()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _start() -> None:
    """What a worker does first: end at Ctrl-C without a word, and when its parent ends."""
    import warnings

    os.environ["MPLBACKEND"] = "Agg"
    warnings.simplefilter("ignore")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    end_with_parent()
