"""The paper's figures from virtual devices: measured, analysed and drawn, beside the paper's numbers.

`make demo` runs it. The same on the command line, with everything it can be told: `supraspin reproduce --help`.
"""

from __future__ import annotations

import sys

from supraspin.cli import main

if __name__ == "__main__":
    main(["reproduce", "--out", "demo/reproduction", *sys.argv[1:]])
