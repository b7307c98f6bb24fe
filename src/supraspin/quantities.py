"""Constants, the one vocabulary of names and units, and how large each quantity can be.

Inside the package every number is SI, except energies, which are in eV; models never see a unit (`supraspin.units` reads them).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import constants

from supraspin.formatting import si

KB = constants.value("Boltzmann constant in eV/K")
"""Boltzmann constant, eV/K."""
MU_B_OVER_HBAR = constants.value("Bohr magneton") / constants.hbar
"""Bohr magneton over hbar, rad/(s T): omega = g MU_B_OVER_HBAR B."""
CONDUCTANCE_QUANTUM = 2 * constants.e**2 / constants.h
"""2 e^2 / h, S."""


@dataclass(frozen=True)
class Quantity:
    """A name of the vocabulary: its unit, how it is written in a figure, and what it means."""

    unit: str
    symbol: str
    meaning: str


QUANTITIES: dict[str, Quantity] = {
    # coordinates and readings
    "field": Quantity("T", "B", "magnetic field"),
    "field_parallel": Quantity("T", r"B_\parallel", "magnetic field in the plane of the film"),
    "field_perpendicular": Quantity("T", r"B_\perp", "magnetic field normal to the film"),
    "temperature": Quantity("K", "T", "temperature"),
    "bias": Quantity("V", "V", "bias voltage across the junction"),
    "current": Quantity("A", "I", "current"),
    "voltage": Quantity("V", "V", "voltage"),
    "resistance": Quantity("ohm", "R", "resistance"),
    "nonlocal_resistance": Quantity("ohm", r"R_\mathrm{NL}", "non-local resistance"),
    "conductance": Quantity("S", "G", "differential conductance dI/dV"),
    "conductance_quadrature": Quantity("S", "G_y", "out-of-phase reading of the lock-in amplifier"),
    "normalised_conductance": Quantity("1", r"G/G_\mathrm{N}", "differential conductance over that of the normal state"),
    "angle": Quantity("rad", r"\theta", "angle"),
    "field_angle": Quantity("rad", r"\theta_B", "angle between the field and the plane of the film"),
    "depth": Quantity("m", "z", "depth below the interface"),
    "distance": Quantity("m", "r", "distance"),
    "concentration": Quantity("1", "n", "concentration as a fraction"),
    "counts": Quantity("1", "N", "counts"),
    "interlayer_gap": Quantity("m", r"d_\mathrm{vdW}", "van der Waals gap between two layers"),
    "exponent": Quantity("1", "a", "exponent of V against I"),
    "critical_field": Quantity("T", r"B_\mathrm{c2}", "upper critical field"),
    "superconducting_fraction": Quantity("1", r"f_\mathrm{s}", "share of the film that superconducts"),
    "magnetisation": Quantity("1", r"M/M_\mathrm{s}", "magnetisation along the field over its saturated value"),
    "time": Quantity("s", "t", "time"),
    "alignment": Quantity("1", "p", "+1 electrodes parallel, -1 antiparallel"),
    "direction": Quantity("1", r"\pm", "+1 coordinate rising during the sweep, -1 falling"),
    # parameters
    "critical_temperature": Quantity("K", r"T_\mathrm{c}", "superconducting transition temperature"),
    "thermometer_scale": Quantity("1", r"T_\mathrm{read}/T", "what the thermometer reads over the temperature"),
    "midpoint_ratio": Quantity("1", r"T_{1/2}/T_\mathrm{c}", "middle of the resistive transition over the critical temperature"),
    "bkt_temperature": Quantity("K", r"T_\mathrm{BKT}", "Berezinskii-Kosterlitz-Thouless temperature"),
    "ordering_temperature": Quantity("K", r"T_\mathrm{K}", "temperature below which the moments order"),
    "transition_width": Quantity("K", r"\delta T_\mathrm{c}", "standard deviation of the local critical temperature"),
    "normal_resistance": Quantity("ohm", r"R_\mathrm{N}", "resistance of the normal state just above the transition"),
    "normal_slope": Quantity("1/K", r"s_\mathrm{N}", "slope of the normal resistance with temperature over its value"),
    "fluctuation_strength": Quantity("1", r"\zeta", "sheet resistance over 16 hbar/e^2, the scale of paraconductivity"),
    "bkt_constant": Quantity("1", "b", "dimensionless constant of the Halperin-Nelson resistance"),
    "resistance_scale": Quantity("ohm", r"R_0", "prefactor of an exponential resistance"),
    "stiffness_slope": Quantity("1", r"s_J", "fall of the reduced superfluid stiffness with temperature"),
    "size_logarithm": Quantity("1", r"\ell", "logarithm of the sample's size (or the current's length) over the vortex core"),
    "vortex_fugacity": Quantity("1", "y", "fugacity of vortices on the scale of their core"),
    "voltage_scale": Quantity("V", r"V_0", "voltage at the reference current"),
    "current_scale": Quantity("A", r"I_0", "reference current of a power law"),
    "voltage_offset": Quantity("V", r"V_\mathrm{off}", "voltage at zero current"),
    "lead_resistance": Quantity("ohm", r"R_\mathrm{lead}", "resistance in series that does not superconduct"),
    "coherence_length": Quantity("m", r"\xi_0", "superconducting coherence length at zero temperature and field"),
    "magnetic_length": Quantity("m", r"l_\mathrm{m}", "length over which the superconductor couples moments"),
    "thickness": Quantity("m", "d", "thickness of the film"),
    "critical_field_slope": Quantity("T/K", r"-B_\mathrm{c2}'", "fall of the upper critical field with temperature at T_c"),
    "maki_parameter": Quantity("1", r"\alpha_\mathrm{M}", "sqrt(2) times orbital over paramagnetic critical field"),
    "spin_orbit_scattering": Quantity("1", r"\lambda_\mathrm{so}", "spin-orbit scattering rate over 3 pi k_B T_c / 2 hbar"),
    "spin_orbit_energy": Quantity("eV", r"\Delta_\mathrm{so}", "spin-orbit energy that holds spins out of the plane"),
    "intervalley_scattering": Quantity("eV", r"\Gamma_\mathrm{iv}", "rate at which scattering between valleys mixes their spins"),
    "critical_field_parallel": Quantity("T", r"B_{c2\parallel}", "upper critical field in the plane of the film"),
    "critical_field_perpendicular": Quantity("T", r"B_{c2\perp}", "upper critical field normal to the film"),
    "polarisation_2": Quantity("1", r"P_2", "spin polarisation of the second electrode"),
    "mean_conductance": Quantity("S", r"G_0", "conductance averaged over parallel and antiparallel"),
    "anisotropic_resistance": Quantity("ohm", r"\Delta R_\mathrm{AMR}", "resistance along minus across the magnetisation"),
    "angle_offset": Quantity("rad", r"\theta_0", "true zero of the angle"),
    "anisotropy_field": Quantity("T", r"B_\mathrm{a}", "field that turns the magnetisation into its hard axis"),
    "easy_axis_angle": Quantity("rad", r"\psi", "angle between field and easy axis"),
    "coercive_field": Quantity("T", r"B_\mathrm{co}", "field at which the magnetisation switches"),
    "coercive_field_2": Quantity("T", r"B_\mathrm{co,2}", "field at which the second magnetisation switches"),
    "switching_width": Quantity("T", r"\delta B", "width over which the switching fields spread"),
    "bloch_exponent": Quantity("1", "p", "power of T at low temperature"),
    "critical_exponent": Quantity("1", r"\beta", "power of T_K - T at the ordering temperature"),
    "window_current": Quantity("A", r"I_\mathrm{w}", "bias current at which the signal has fallen to one half"),
    "window_width": Quantity("A", r"\delta I", "width of the edge of the bias window"),
    "thermal_coefficient": Quantity("V/A^2", r"\kappa", "thermoelectric voltage over the square of the current"),
    "channel_resistance": Quantity("ohm/m", r"R_\mathrm{N}/L", "resistance of the channel over its length"),
    "spin_resistance_electrode": Quantity("ohm", r"\mathcal{R}_\mathrm{F}", "resistivity times spin length over area, electrode"),
    "interface_resistance": Quantity("ohm", r"R_\mathrm{i}", "resistance of the interface between electrode and channel"),
    "interface_polarisation": Quantity("1", r"P_\mathrm{i}", "spin polarisation of the interface resistance"),
    "surface_concentration": Quantity("1", r"n_\mathrm{s}", "concentration at the interface"),
    "decay_length": Quantity("m", r"\ell_z", "depth over which the concentration falls by a factor e"),
    "probe_width": Quantity("m", r"\sigma_z", "standard deviation of the probe's profile"),
    "depth_offset": Quantity("m", r"z_0", "true depth of the interface"),
    "background_concentration": Quantity("1", r"n_\mathrm{b}", "reading without any of the element"),
    "pristine_gap": Quantity("m", r"d_0", "van der Waals gap of the undoped crystal"),
    "expansion": Quantity("1", r"\epsilon_z", "relative widening of the van der Waals gap at the interface"),
    "gap": Quantity("eV", r"\Delta", "superconducting gap (maximum over angle where it varies)"),
    "gap_2": Quantity("eV", r"\Delta_2", "gap of the second band"),
    "broadening": Quantity("eV", r"\Gamma", "quasiparticle broadening"),
    "broadening_2": Quantity("eV", r"\Gamma_2", "quasiparticle broadening of the second band"),
    "coupling": Quantity("eV", r"\Gamma_{12}", "scattering rate out of the first band into the second"),
    "coupling_2": Quantity("eV", r"\Gamma_{21}", "scattering rate out of the second band into the first"),
    "weight": Quantity("1", "w", "share of the first band in the normal conductance"),
    "anisotropy": Quantity("1", "a", "relative modulation of the gap around the Fermi line"),
    "harmonic": Quantity("1", "l", "angular harmonic of the gap"),
    "exchange_field": Quantity("eV", "h", "exchange energy that splits the spin bands"),
    "polarisation": Quantity("1", "P", "spin polarisation of the current"),
    "barrier_strength": Quantity("1", "Z", "dimensionless barrier strength of Blonder, Tinkham and Klapwijk"),
    "normal_conductance": Quantity("S", r"G_\mathrm{N}", "conductance of the junction in the normal state"),
    "bias_offset": Quantity("V", r"V_0", "true zero of the bias axis"),
    "modulation": Quantity("V", r"V_\mathrm{pk}", "peak amplitude of the lock-in modulation"),
    "background_linear": Quantity("1/V", r"b_1", "linear slope of the normal conductance over its value"),
    "background_quadratic": Quantity("1/V^2", r"b_2", "quadratic term of the normal conductance over its value"),
    "peak_conductance": Quantity("S", r"\sigma_\mathrm{ZBP}", "height of the Gaussian zero-bias peak"),
    "peak_width": Quantity("V", r"\sigma", "standard deviation of the Gaussian zero-bias peak"),
    "ysr_energy": Quantity("eV", r"\epsilon", "energy of the Yu-Shiba-Rusinov pair"),
    "ysr_width": Quantity("eV", r"\Gamma_\epsilon", "half width of each Yu-Shiba-Rusinov resonance"),
    "ysr_conductance": Quantity("S", r"G_\epsilon", "height of each Yu-Shiba-Rusinov resonance before smearing"),
    "ysr_asymmetry": Quantity("1", r"a_\epsilon", "(electron - hole) / (electron + hole) height of the pair"),
    "amplitude": Quantity("ohm", "A", "scale of the spin signal"),
    "spin_lifetime": Quantity("s", r"\tau_\mathrm{s}", "spin lifetime"),
    "diffusivity": Quantity("m^2/s", "D", "spin diffusion constant"),
    "spin_diffusion_length": Quantity("m", r"\lambda_\mathrm{s}", "spin diffusion length sqrt(D tau)"),
    "separation": Quantity("m", "L", "centre-to-centre distance of injector and detector"),
    "g_factor": Quantity("1", "g", "Lande factor"),
    "field_offset": Quantity("T", r"B_0", "true zero of the field axis"),
    "resistance_offset": Quantity("ohm", r"R_0", "resistance added to the signal, whatever the electrodes' alignment"),
    "alignment_offset": Quantity("ohm", r"R_p", "half the difference of the parallel and antiparallel backgrounds"),
    "saturation_field": Quantity("T", r"B_\mathrm{sat}", "perpendicular field that turns the electrodes out of plane"),
    "vortex_field": Quantity("T", r"B_v", "field scale of the vortex density"),
    "contact_length_injector": Quantity("m", r"r_0", "contact resistance of the injector as a length of channel"),
    "contact_length_detector": Quantity("m", r"r_L", "contact resistance of the detector as a length of channel"),
}

# Smallest and largest size, SI, that any experiment of the field has; 0 and infinity switch a term off and are always allowed.
PLAUSIBLE: dict[str, tuple[float, float]] = {
    "temperature": (1e-5, 2e3), "reference_temperature": (1e-3, 2e3), "critical_temperature": (1e-4, 300.0),
    "bkt_temperature": (1e-4, 300.0), "ordering_temperature": (1e-4, 2e3), "transition_width": (0.0, 100.0),
    "temperature_error": (0.0, 10.0),
    "field": (0.0, 200.0), "field_parallel": (0.0, 200.0), "field_perpendicular": (0.0, 200.0), "field_offset": (0.0, 2.0),
    "critical_field_parallel": (1e-5, 1e3), "critical_field_perpendicular": (1e-5, 1e3), "coercive_field": (1e-7, 50.0),
    "anisotropy_field": (1e-6, 200.0), "saturation_field": (1e-4, 200.0), "switching_width": (0.0, 50.0),
    "vortex_field": (1e-6, 200.0),
    "bias": (0.0, 10.0), "bias_offset": (0.0, 0.1), "modulation": (1e-9, 0.1), "peak_width": (1e-7, 0.1),
    "current": (0.0, 1e3), "voltage": (0.0, 1e4),
    "gap": (1e-7, 0.1), "gap_2": (1e-7, 0.1), "broadening": (0.0, 0.1), "broadening_2": (0.0, 0.1), "exchange_field": (0.0, 5.0),
    "ysr_energy": (0.0, 0.1), "ysr_width": (0.0, 0.1), "coupling": (0.0, 1.0), "coupling_2": (0.0, 1.0),
    "spin_orbit_energy": (0.0, 1.0), "intervalley_scattering": (0.0, 1.0),
    "separation": (1e-8, 1e-3), "thickness": (1e-10, 1e-3), "coherence_length": (1e-10, 1e-4), "magnetic_length": (1e-10, 1e-4),
    "spin_diffusion_length": (1e-10, 1e-2), "penetration_depth": (1e-9, 0.1), "decay_length": (1e-11, 1e-5),
    "probe_width": (0.0, 1e-6), "depth": (0.0, 1e-2), "depth_offset": (0.0, 1e-2), "pristine_gap": (5e-11, 1e-8),
    "interlayer_gap": (5e-11, 1e-8), "contact_length_injector": (1e-9, 10.0), "contact_length_detector": (1e-9, 10.0),
    "diffusivity": (1e-8, 100.0), "charge_diffusivity": (1e-8, 100.0), "spin_lifetime": (1e-15, 0.1), "g_factor": (1e-3, 1e3),
    "sheet_resistance": (1e-7, 1e9), "lead_resistance": (0.0, 1e8), "channel_resistance": (1e-3, 1e13),
    "spin_resistance_electrode": (1e-7, 1e6),
}  # fmt: skip


def implausible(name: str, value: float, unit: str) -> str | None:
    """What is odd about the size of a quantity (SI), where no experiment has it; None where it may be. `name[0]` is `name`."""
    low, high = PLAUSIBLE.get(name.partition("[")[0], (0.0, math.inf))
    if value == 0 or not math.isfinite(value) or low <= abs(value) <= high:
        return None
    usual = f"at most {si(high, unit)}" if low == 0 else f"{si(low, unit)} to {si(high, unit)}"
    return f"{name.replace('_', ' ')} of {si(value, unit)} is far from what experiments have ({usual})"
