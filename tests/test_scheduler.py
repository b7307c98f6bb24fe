"""Tasks over threads, processes and a Dask scheduler: the same results in the order of the tasks, and a killed run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from supraspin.errors import DataError
from supraspin.scheduler import PROCESSES, THREADS, run_tasks


def square(number: int) -> dict[str, np.ndarray]:
    time.sleep(0.001 * (number % 3))  # ends out of order
    return {"square": np.array([number, number**2]), "half": 0.5 * number}


def expected(count: int) -> np.ndarray:
    return np.array([[n, n**2] for n in range(count)])


def test_identity_results_come_in_the_order_of_the_tasks():
    seen = []
    found = run_tasks(square, range(20), scheduler=THREADS, workers=2, progress=lambda done, total: seen.append((done, total)))
    np.testing.assert_array_equal(found["square"], expected(20))
    np.testing.assert_array_equal(found["half"], 0.5 * np.arange(20))
    assert seen[-1] == (20, 20)


def test_identity_processes_give_what_threads_give():
    tasks = [{"number": float(n)} for n in range(4)]  # `dict` can be imported anywhere, a function of this file cannot
    for scheduler in (THREADS, PROCESSES):
        found = run_tasks(dict, tasks, scheduler=scheduler, workers=2)
        np.testing.assert_array_equal(found["number"], np.arange(4.0))


@pytest.mark.skipif(os.name != "posix", reason="kills a process by POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_when_the_run_is_killed(number):
    """Each worker says its number once it works, and has the output open until it ends."""
    program = (
        "from supraspin.scheduler import PROCESSES, run_tasks\n"
        "if __name__ == '__main__':\n"
        "    run_tasks(exec, ['import os, time; os.write(1, bytes([46])); time.sleep(60)'] * 2, scheduler=PROCESSES, workers=2)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as run:
        assert run.stdout is not None
        assert run.stdout.read(2) == b".."
        began = time.monotonic()
        run.send_signal(number)
        assert run.stdout.read() == b""  # the end of the output: nobody holds it any more
        assert time.monotonic() - began < 20


def test_identity_a_dask_scheduler_gives_what_threads_give():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None, protocol="tcp"
    ) as cluster:
        found = run_tasks(square, range(12), scheduler=cluster.scheduler_address)
    np.testing.assert_array_equal(found["square"], expected(12))


def test_identity_a_killed_run_goes_on(tmp_path):
    store, asked = tmp_path / "run.nc", []

    def fails_at_seven(number: int):
        asked.append(number)
        if number == 7:
            raise KeyboardInterrupt
        return square(number)

    with pytest.raises(KeyboardInterrupt):
        run_tasks(fails_at_seven, range(10), workers=1, store=store, fingerprint="squares")
    assert store.exists()
    before = set(asked) - {7}
    asked.clear()

    def counted(number: int):
        asked.append(number)
        return square(number)

    found = run_tasks(counted, range(10), workers=1, store=store, fingerprint="squares")
    np.testing.assert_array_equal(found["square"], expected(10))
    assert not set(asked) & (before - {8, 9})  # what had ended is not done again
    assert 7 in asked
    asked.clear()
    np.testing.assert_array_equal(run_tasks(counted, range(10), store=store, fingerprint="squares")["square"], expected(10))
    assert not asked


def test_rejects_a_store_of_another_run(tmp_path):
    run_tasks(square, range(3), store=tmp_path / "run.nc", fingerprint="squares")
    for count, fingerprint in ((3, "cubes"), (4, "squares")):
        with pytest.raises(DataError, match="belongs to another run"):
            run_tasks(square, range(count), store=tmp_path / "run.nc", fingerprint=fingerprint)


def test_rejects_what_is_no_scheduler(monkeypatch):
    with pytest.raises(DataError, match="neither threads, processes nor an address"):
        run_tasks(square, range(3), scheduler="cluster")
    with pytest.raises(DataError, match="no task"):
        run_tasks(square, [])
    with pytest.raises(DataError, match="shape"):
        run_tasks(lambda n: {"a": np.zeros(n)}, [1, 2], workers=1)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(DataError, match=r"pip install 'supraspin\[dask\]'"):
        run_tasks(square, range(3), scheduler="tcp://127.0.0.1:1")
