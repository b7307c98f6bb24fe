"""Many independent tasks over threads, processes or the machines of a Dask scheduler, with results kept as they come.

    found = run_tasks(one_task, range(1000), store="ranks.nc", fingerprint="SBC of device A, key 5", scheduler="tcp://host:8786")

A task gives a dictionary of arrays (or numbers) of the same names and shapes as every other. They are stacked along a first axis
in the order of the tasks, whatever the order in which they end. With a `store`, what is done is on disk: a run that was
killed is asked again and goes on.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import numpy as np

from supraspin.checkpoint import Checkpoint
from supraspin.errors import DataError

INSTALL = "a scheduler needs Dask's distributed; install it with: pip install 'supraspin[dask]'"
THREADS, PROCESSES = "threads", "processes"
PATIENCE = "10s"
"""How long a scheduler is waited for."""
DONE = "done"
Result = Mapping[str, Any]
Progress = Callable[[int, int], None]


def run_tasks(
    function: Callable[[Any], Result], tasks: Sequence[Any], *, scheduler: str = THREADS, workers: int | None = None,
    store: str | Path | None = None, fingerprint: str = "", interval: float = 30.0, progress: Progress | None = None,
) -> dict[str, np.ndarray]:  # fmt: skip
    """Name -> results (tasks, ...) of `function` of each task.

    `scheduler`: "threads" (for compiled work, which releases Python's lock), "processes", or the address of a Dask scheduler
    (tcp://...); the last two want a function that can be imported where it runs. `store`: a .nc file, written every
    `interval` seconds and at the end, also where a task fails; `fingerprint` tells what was asked for, and a file of another
    run is refused. Raises what a task raises, and `DataError` for a scheduler that is not there.
    """
    if not tasks:
        raise DataError("there is no task to run")
    checkpoint = Checkpoint(store, f"{fingerprint} ({len(tasks)} tasks)", interval)
    arrays = checkpoint.load() or {DONE: np.zeros(len(tasks), dtype=np.int8)}
    left = [i for i in range(len(tasks)) if not arrays[DONE][i]]
    if left:
        with executor(scheduler, min(workers or os.cpu_count() or 1, len(left))) as pool:
            try:
                for i, result in _as_they_end(pool, function, tasks, left):
                    _keep(arrays, i, result, len(tasks))
                    checkpoint.save(arrays)
                    if progress is not None:
                        progress(int(arrays[DONE].sum()), len(tasks))
            finally:
                checkpoint.interval = 0.0
                if arrays[DONE].any():
                    checkpoint.save(arrays)
    return {name: array for name, array in arrays.items() if name != DONE}


def executor(scheduler: str, workers: int) -> AbstractContextManager[Executor]:
    """Where tasks run, as an executor of `concurrent.futures`. Raises `DataError`."""
    if scheduler == THREADS:
        return ThreadPoolExecutor(workers)
    if scheduler == PROCESSES:
        # A forked child of a process with running threads (JAX has them) may wait for ever.
        return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=end_with_parent)
    if "://" not in scheduler:
        raise DataError(f"scheduler {scheduler!r} is neither {THREADS}, {PROCESSES} nor an address such as tcp://host:8786")
    return _dask(scheduler)


def end_with_parent() -> None:
    """Let this process end as soon as the one that started it has, however that ended. For workers of a pool."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_outlive, args=(parent,), name="end with parent", daemon=True).start()


def _outlive(parent: BaseProcess) -> None:
    parent.join()
    # A worker whose parent was killed waits for tasks for ever, or works on one that nobody asks for.
    os._exit(1)


@contextmanager
def _dask(address: str):
    try:
        from distributed import Client
    except ImportError as error:
        raise DataError(INSTALL) from error
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        raise DataError(f"no scheduler answers at {address}: {' '.join(str(error).split())[:100]}") from error
    try:
        with client.get_executor() as pool:
            yield pool
    finally:
        client.close()


def _as_they_end(pool: Executor, function: Callable[[Any], Result], tasks: Sequence[Any], left: Sequence[int]):
    """(number, result) of each task, in the order in which they end."""
    ended: queue.SimpleQueue[tuple[int, Future]] = queue.SimpleQueue()
    futures = []
    try:
        for i in left:
            futures.append(pool.submit(function, tasks[i]))
            futures[-1].add_done_callback(lambda future, i=i: ended.put((i, future)))  # type: ignore[misc]
        for _ in left:
            i, future = ended.get()
            yield i, future.result()
    finally:
        for future in futures:
            future.cancel()


def _keep(arrays: dict[str, np.ndarray], i: int, result: Result, count: int) -> None:
    given = {name: np.asarray(value) for name, value in result.items()}
    for name, value in given.items():
        if name not in arrays:
            arrays[name] = np.zeros((count, *value.shape), dtype=value.dtype)
        if arrays[name].shape[1:] != value.shape:
            raise DataError(f"task {i} gives {name} of shape {value.shape}; others gave {arrays[name].shape[1:]}")
        arrays[name][i] = value
    arrays[DONE][i] = 1
