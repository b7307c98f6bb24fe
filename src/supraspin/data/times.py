"""Start times as instruments write them, turned into ISO 8601."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

_FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%H:%M:%S %d/%m/%Y", "%B %d, %Y %H:%M:%S",
    "%b %d, %Y %H:%M:%S", "%d %B %Y %H:%M:%S", "%d %b %Y %H:%M:%S", "%a %b %d %H:%M:%S %Y", "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p", "%m/%d/%Y, %I:%M:%S %p", "%m/%d/%Y,%I:%M %p", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d", "%d.%m.%Y",
)  # fmt: skip
_KEY = re.compile(r"start|date|time ?stamp|measured|fileopentime|saved", re.IGNORECASE)
_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)-?([01]\d)-?([0-3]\d)[-_T ]+([0-2]\d)[-.h:]?([0-5]\d)[-.m:]?([0-5]\d)(?!\d)")


def iso_time(text: str) -> str:
    """`"<04:36:15.271 16/03/2018>T"` -> `"2018-03-16T04:36:15.271000"`; an empty string where no time is recognised."""
    clean = " ".join(
        text.strip()
        .strip('"')
        .removesuffix("T")
        .strip("<> ")
        .replace("T", " ", 1 if re.match(r"\d{4}-", text.strip()) else 0)
        .split()
    )
    match = re.search(r"(:\d\d)([.,]\d{1,9})(?!\d)", clean)
    fraction = ""
    if match:
        fraction = match[2].replace(",", ".")
        clean = clean.replace(match[1] + match[2], match[1])
    clean = re.sub(r"(Z|[+-]\d\d:?\d\d)$", "", clean).strip() if re.search(r"\d\d:\d\d", clean) else clean
    for form in _FORMATS:
        try:
            found = datetime.strptime(clean, form)
        except ValueError:
            continue
        return found.replace(microsecond=round(float(fraction) * 1e6) % 1_000_000 if fraction else 0).isoformat()
    return ""


def from_epoch(seconds: object) -> str:
    """Seconds since 1970 as ISO time in UTC; an empty string for what is no such number."""
    try:
        return datetime.fromtimestamp(float(seconds), UTC).replace(tzinfo=None).isoformat()  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, OSError):
        return ""


def started(metadata: Mapping[str, str], name: str = "") -> str:
    """The earliest time that the header states, else one in the file name, else an empty string."""
    times = []
    for key, value in metadata.items():
        if _KEY.search(key) and len(value) < 60:
            other = next((metadata[k] for k in metadata if k.lower() in ("time", "start time", "time start") and k != key), "")
            times.append(iso_time(value) if ":" in value or not other else iso_time(f"{value} {other}"))
    known = sorted(filter(None, times))
    if known:
        return known[0]
    match = _IN_NAME.search(name)
    if match is None:
        return ""
    try:
        return datetime.strptime("".join(match.groups()), "%Y%m%d%H%M%S").isoformat()
    except ValueError:
        return ""
