"""JSON that every reader takes: no NaN, no infinity, no NumPy."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Characters that steer a terminal or turn the order of reading, and halves of pairs that no encoding takes.
_UNSAFE = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def to_json(value: Any) -> str:
    """Strict JSON: a number that is not finite becomes null, and a NumPy number a plain one."""
    text = json.dumps(_plain(value), indent=2, allow_nan=False, ensure_ascii=False)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def printable(text: str) -> str:
    """Text whose control characters, which a page may not hold, show as a sign of their own."""
    return _CONTROL.sub("\ufffd", text)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
