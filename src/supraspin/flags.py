"""Flags: what a reader, a fit or an analysis has to say about its own result, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Flag:
    """One remark: a code for programs, a sentence for people, and the numbers the sentence is about.

    `level`: "note" is worth knowing, "warning" changes how far a number can be trusted, "fault" makes it useless.
    """

    code: str
    message: str
    level: Literal["note", "warning", "fault"] = "warning"
    numbers: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict:
        return {"code": self.code, "message": self.message, "level": self.level, "numbers": dict(self.numbers)}
