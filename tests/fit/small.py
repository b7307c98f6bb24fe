"""Small models for the tests of `fit`, kept out of the registry so that nothing else sees them."""

from __future__ import annotations

from supraspin.backend import jnp
from supraspin.model import MODELS, Axis, Field, Held, Model, Number, Positive, PositiveField, Resistance, Time, Voltage, model

FIELD, OHM = Axis("field", "T"), Axis("resistance", "ohm")
SEEN: dict[str, list[type]] = {}


def taken(function) -> Model:
    """The `Model` of a decorated function, taken out of `MODELS` again."""
    return MODELS._models.pop(function.__name__)


@taken
@model(x=FIELD, y=OHM, reference="test")
def lorentzian(
    field, *, amplitude: Resistance = 1.0, centre: Field = 0.0, width: PositiveField = 0.1,
    resistance_offset: Held[Resistance] = 0.0,
):  # fmt: skip
    """A Lorentzian peak on an offset."""
    SEEN["resistance_offset"] = [*SEEN.get("resistance_offset", []), type(resistance_offset)]
    return amplitude / (1 + ((field - centre) / width) ** 2) + resistance_offset


@taken
@model(x=FIELD, y=OHM, reference="test")
def gaussian(field, *, amplitude: Resistance = 1.0, centre: Field = 0.0, width: PositiveField = 0.1):
    """A Gaussian peak."""
    return amplitude * jnp.exp(-0.5 * ((field - centre) / width) ** 2)


@taken
@model(x=Axis("time", "s"), y=Axis("voltage", "V"), reference="test")
def decay(time, *, amplitude: Voltage = 1.0, lifetime: Time = 1e-9):
    """An exponential decay."""
    return amplitude * jnp.exp(-time / lifetime)


@taken
@model(x=FIELD, y=OHM, reference="test")
def product(field, *, a: Positive = 1.0, b: Resistance = 2.0, c: Resistance = 0.5):
    """A slope that is a product: only a b is in the data."""
    return a * b * field + c


@taken
@model(x=FIELD, y=OHM, reference="test")
def line(field, *, slope: Number = 1.0, constant: Resistance = 0.0):
    """A straight line."""
    return slope * field + constant


@taken
@model(x=FIELD, y=OHM, reference="test")
def parabola(field, *, slope: Number = 1.0, constant: Resistance = 0.0, bend: Number = 0.0):
    """A parabola."""
    return constant + slope * field + bend * field**2


@taken
@model(x=FIELD, y=OHM, reference="test")
def signed(field, alignment=1.0, *, amplitude: Resistance = 1.0, width: PositiveField = 0.1, temperature: Number = 4.0):
    """A Lorentzian that changes sign with the alignment and scales with a known temperature."""
    return alignment * amplitude * temperature / (1 + (field / width) ** 2)


@taken
@model(x=FIELD, y=OHM, reference="test")
def twins(field, *, first: PositiveField = 0.1, second: PositiveField = 0.3):
    """Two Lorentzians of one height: the two widths can change places."""
    return 1 / (1 + (field / first) ** 2) + 1 / (1 + (field / second) ** 2)


@taken
@model(x=FIELD, y=OHM, reference="test")
def square(field, *, amplitude: Resistance = 1.0, rate: Positive = 1.0):
    """A Gaussian of which only the square of the rate is seen: at rate = 0 the curve has no slope."""
    return amplitude * jnp.exp(-((rate * field) ** 2))
