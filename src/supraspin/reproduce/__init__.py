"""The paper's figures from virtual devices: `reproduce(select(["3b"]), Path("out"), key=0)`; one file a figure in `figures`."""

from supraspin.reproduce.registry import figures, select
from supraspin.reproduce.run import reproduce

__all__ = ["figures", "reproduce", "select"]
