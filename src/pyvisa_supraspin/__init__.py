"""The virtual laboratory as a PyVISA backend: `pyvisa.ResourceManager("@supraspin")` in place of the real one.

What stands before the @ names the device: `"B@supraspin"`, or a TOML file; without it, device A. `configure` chooses the rest.
"""

from pyvisa_supraspin.highlevel import WRAPPER_CLASS, bench, configure

__all__ = ["WRAPPER_CLASS", "bench", "configure"]
