"""Analyses: one file a kind of measurement, from a recognised data set to findings, flags and figures.

A file here with `KIND`, `SETTINGS` (name -> unit and meaning) and `run(ds, settings) -> Analysis` is found by itself.
"""

from supraspin.analysis.chain import analyze
from supraspin.analysis.result import Analysis, Finding, Table

__all__ = ["Analysis", "Finding", "Table", "analyze"]
