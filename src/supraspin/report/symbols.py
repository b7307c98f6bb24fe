r"""The vocabulary's symbols in HTML: `\tau_\mathrm{s}` as <i>τ</i> with the index s, without a typesetter at hand."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_LETTERS = {
    r"\Delta": "Δ", r"\Gamma": "Γ", r"\theta": "θ", r"\tau": "τ", r"\lambda": "λ", r"\sigma": "σ", r"\epsilon": "ε",
    r"\xi": "ξ", r"\delta": "δ", r"\zeta": "ζ", r"\ell": "ℓ", r"\kappa": "κ", r"\beta": "β", r"\psi": "ψ", r"\mathcal": "",
    r"\mu": "µ", r"\alpha": "α", r"\chi": "χ", r"\omega": "ω", r"\parallel": "∥", r"\perp": "⊥", r"\pm": "±",
}  # fmt: skip
_INDEX = re.compile(r"_(\{(?:[^{}]|\{[^{}]*\})*\}|\\mathrm\{[^{}]*\}|\\[A-Za-z]+|.)")


def html_symbol(symbol: str) -> Markup:
    """A symbol of `supraspin.quantities` as safe HTML: letters slanted, upright indices upright."""
    parts, end = [], 0
    for match in _INDEX.finditer(symbol):
        parts += [_letters(symbol[end : match.start()]), Markup("<sub>{}</sub>").format(_letters(match[1]))]
        end = match.end()
    return Markup("").join([*parts, _letters(symbol[end:])])


def _letters(text: str) -> Markup:
    upright = text.startswith(r"\mathrm")
    text = text.removeprefix(r"\mathrm")
    for name, letter in _LETTERS.items():
        text = text.replace(name, letter)
    text = text.replace("{", "").replace("}", "").strip()
    return escape(text) if upright or not text or not text[0].isalpha() else Markup("<i>{}</i>").format(text)
