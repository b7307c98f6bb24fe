"""Every benchmark of this folder, one after the other: `python benchmarks/run.py [--quick]`; other options are handed on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    status = 0
    for file in sorted(Path(__file__).parent.glob("bench_*.py")):
        print(f"\n== {file.stem} ==", flush=True)
        # a process of its own, since cores and threads are settled before the first import of JAX
        status |= subprocess.run([sys.executable, str(file), *sys.argv[1:]], check=False).returncode
    return status


if __name__ == "__main__":
    sys.exit(main())
