"""The text over a column -> the quantity it stands for, and its unit, in the many spellings people use."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from supraspin.errors import UnitError
from supraspin.quantities import QUANTITIES
from supraspin.units import to_si


class Header(NamedTuple):
    """What a header says: the quantity (None where it is not understood), the unit ("" where none), electrodes' alignment."""

    name: str | None
    unit: str
    alignment: int = 0


OF_SWEEPS = frozenset({"doubt", "direction", "source", "started", "alignment", "outer_direction"})
"""Names that the schema has for what it says itself about a sweep; no column of a file is one of them."""
# Whole names, single letters above all, where the case matters.
_LETTERS = {
    "T": "temperature",
    "t": "time",
    "B": "field",
    "G": "conductance",
    "R": "resistance",
    "I": "current",
    "V": "bias",
    "U": "bias",
    "z": "depth",
    # Which way the field points is not part of the name of the quantity (`orientation.field_angle` reads it).
    "field_parallel": "field",
    "field_perpendicular": "field",
}
# Tried in this order on the words of the header in lower case; what is excluded comes first.
_PATTERNS = tuple((re.compile(pattern), name) for pattern, name in (
    (r"set ?point|\berror\b|\berr\b|\bstd\b|deviation|\bheater\b|\bgas\b|\brate\b|\btarget\b|\bstatus\b|\bconst(ant)?\b|\bgain\b"
     r"|\bresistor\b|\btheta\b.+|.+\btheta\b|\bphase\b|\bd ?t ?d ?t\b|\bsigma\b|electric field"
     r"|\bmagnet (temp\w*|volt\w*|current)", None),
    (r"\b(non ?local|nl)\b.*\b(res\w*|r|signal)\b|\b(r|rnl|res\w*) ?(non ?local|nl)\b|^rnl\b|\bnlr\b", "nonlocal_resistance"),
    (r"(quad\w*|out of phase|\by\b).*\b(cond\w*|g)\b|\b(cond\w*|g|d ?i ?d ?v) ?(quad\w*|y|out of phase)\b|\bcondy\b"
     r"|(demod|lock ?in|lia)\b.*\by\b", "conductance_quadrature"),
    (r"norm\w* (cond\w*|d ?i ?d ?v|g)\b|^g (over|by)? ?gn$|^g ?g ?n$|^(cond\w*|d ?i ?d ?v|g) norm\w*", "normalised_conductance"),
    (r"\bd ?v ?d ?i\b", "resistance"),
    (r"conductance|\bcond ?x?\b|condx|\bd ?i ?d ?v\b|^g( (in ?phase|x|diff|sample))?$", "conductance"),
    (r"(demod|lock ?in|lia)\b.*\bx\b", "conductance"),
    (r"\btemp\w*\b|thermometer|^t ?(\d+|k|mc|mxc|sample|bath|probe|vti|a|b)$|^(sample|bath|mxc|mc|vti|probe) t$", "temperature"),
    (r"\b(h|b) ?c ?2\b|\bcritical (magnetic )?field\b", "critical_field"),
    (r"\bfield\b|\bb ?(x|y|z|par\w*|perp\w*|ext|ip|oop|field)\b|\bbpar\b|\bbperp\b|^mu0 ?h$|^magnet( b)?$|\bh oe\b", "field"),
    (r"\bbias( (calc|volt\w*|v|dc|sample|m))?$|^bias\b(?!.*current)|^v ?(b|bias|sd|dc bias|g? ?tunnel)$|\bv ?bias\b"
     r"|source drain volt\w*", "bias"),
    (r"\bcurrent\b|^i ?(dc|sd|bias|ac|src|source|na|ua|inj\w*|meas\w*)$|\bisd\b|\bcurr\b", "current"),
    (r"\bvolt(age|s)?\b|^v ?(\d+|xx|xy|dc|nl|meas\w*|a|b|nv|uv|mv|\d ?\d)$|nanovolt\w*", "voltage"),
    (r"\bresist(ance)?s?\b|\bres\w{0,5}tan[cs]e\b|\brests\w*|^r ?(xx|xy|ohm|dc|ac|\d+|4p\w*|sample)$|\br$", "resistance"),
    (r"\bangle\b|^(theta|phi)$|^(sample )?position$|\brotat\w+", "angle"),
    (r"^time\b|\btime ?stamp\b|\belapsed\b", "time"),
    (r"\b(interlayer|vdw|van der waals) (gap|spacing|distance)\b", "interlayer_gap"),
    (r"\bdepth\b", "depth"),
    (r"\bdistance\b", "distance"),
    (r"\bconc(entration)?\b|^[nx] ?co$|\bat(omic)? (percent|fraction|conc\w*)\b", "concentration"),
    (r"\bcounts?\b", "counts"),
))  # fmt: skip
_SUFFIX = re.compile(
    r"(?:[fpnuµμmkMG]?(?:V|A|T|K|S|Ohms?|ohms?|Ω|Ω|Oe|Hz|eV)|Gauss|Tesla|Kelvin|Volts?|Amps?|deg|Deg|rad|s|G|2e2/h)"
)
_BRACKETS = re.compile(r"^(.*?)[(\[]\s*([^()\[\]]*)\s*[)\]]\s*$")


@lru_cache(maxsize=2048)
def is_unit(text: str) -> bool:
    """Whether the text is a unit that the package knows."""
    if not text or len(text) > 24 or (text[:1].isdigit() and not text.startswith(("1/", "2e"))):
        return False
    if text in ("C", "°C", "degC", "Celsius"):
        return True
    try:
        to_si(text)
    except UnitError:
        return False
    return True


def words(text: str) -> str:
    """Lower-case words with single blanks: `nonlocal resistance (Ω)` and `Nonlocal_Resistance` come out alike."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", text)
    return " ".join(re.sub(r"[^0-9A-Za-z]+", " ", spaced).lower().split())


def quantity(text: str) -> str | None:
    """The standard name that a header's text (without its unit) stands for, or None."""
    bare = text.strip()
    if bare in _LETTERS:
        return _LETTERS[bare]
    if bare in QUANTITIES and bare not in OF_SWEEPS:
        return bare
    plain = words(bare)
    for pattern, name in _PATTERNS:
        if pattern.search(plain):
            return name
    return None


def split_unit(text: str) -> tuple[str, str]:
    """`"B (mT)"` -> `("B", "mT")`; also `field [T]`, `V_mV`, `Resistance/Ohm`, `Voltage V`. The unit is "" where none stands."""
    match = _BRACKETS.match(text)
    if match and is_unit(match[2].strip()) and match[1].strip():
        return match[1].strip(), match[2].strip()
    for separator in ("/", ",", "_", " "):
        head, _, tail = text.rpartition(separator)
        tail = tail.strip().strip("()[]")
        if not head.strip() or words(text) in ("di dv", "dv di") or not _SUFFIX.fullmatch(tail):
            continue
        if separator in "/," or _fits(head, tail):
            return head.strip(), tail
    return text, ""


def _fits(head: str, unit: str) -> bool:
    """Whether a trailing word is the unit of what stands before it (`T_K`, `G_inphase_uS`), not a part of the name."""
    name = quantity(head)
    if name is None:
        return len(unit) > 1 or unit in "VAKT"
    return can_be(name, unit)


def can_be(name: str, unit: str) -> bool:
    """Whether a quantity can come in that unit."""
    if unit in ("C", "°C", "degC", "Celsius"):
        return name == "temperature"
    if not is_unit(unit):
        return False
    si = to_si(unit)[1]
    wanted = QUANTITIES[name].unit
    return si == wanted or (name == "bias" and si == "eV") or (name == "angle" and si == "1")


def read_header(text: str, unit: str = "", label: str = "") -> Header:
    """What a column's header, with a unit or a label given apart, stands for. A unit that cannot be right is kept but unnamed."""
    bare, own = (text, "") if unit else split_unit(text)
    unit = unit or own
    name = quantity(bare) or (quantity(split_unit(label)[0]) if label else None)
    bracket = _BRACKETS.match(bare)
    if name is None and bracket:
        # `B (foo)` is a field in a unit that nobody knows, or with a remark in brackets.
        name = quantity(bracket[1])
    if name is None and words(bare) == "h" and unit and can_be("field", unit):
        name = "field"
    if name == "bias" and unit and not can_be("bias", unit) and can_be("current", unit):
        name = "current"
    if name == "resistance" and unit and not can_be(name, unit) and can_be("conductance", unit):
        name = "conductance"
    plain = words(bare)
    alignment = 0
    if name == "nonlocal_resistance":
        anti = re.search(r"\banti ?parallel\b|\bap\b", plain)
        alignment = -1 if anti else (1 if re.search(r"\bparallel\b|\bp\b", plain) else 0)
    return Header(name, unit, alignment)


def safe_name(text: str) -> str:
    """A variable name from any text: `"YIG-Nb-Co::Theta"` -> `yig_nb_co_theta`."""
    clean = re.sub(r"[^0-9a-z]+", "_", text.lower()).strip("_") or "column"
    return f"c_{clean}" if clean[0].isdigit() else clean
