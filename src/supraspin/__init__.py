"""supraspin: superconducting spintronics, from raw sweeps to physics and from a Hamiltonian to raw sweeps."""

__version__ = "0.1.0.dev0"
