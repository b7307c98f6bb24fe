"""Which way the field points: what headers, file names and remarks say of its angle to the film."""

from __future__ import annotations

import math
import re

_NORMAL = re.compile(
    r"perp(endicular)?(?![a-z])|out[-_ ]?of[-_ ]?plane|(?<![a-z])oop(?![a-z])|⊥|(?<![a-z])(?-i:B|H)[-_ ]?z(?![a-z])",
    re.IGNORECASE,
)
_IN_PLANE = re.compile(
    r"(?<!anti)(?<!anti[-_ ])par(allel)?(?![a-z])|(?<!of[-_ ])in[-_ ]?plane|(?<![a-z])ip(?![a-z])|∥|\|\|"
    r"|(?<![a-z])(?-i:B|H)[-_ ]?[xy](?![a-z])",
    re.IGNORECASE,
)


def field_angle(*texts: str) -> float | None:
    """Angle of the field to the film, rad, from the first text that tells: pi/2 normal, 0 in plane; None where none does."""
    for text in texts:
        normal, in_plane = _NORMAL.search(text) is not None, _IN_PLANE.search(text) is not None
        if normal != in_plane:
            return math.pi / 2 if normal else 0.0
    return None
