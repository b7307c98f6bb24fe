"""The virtual laboratory: a device in a cryostat, read by instruments with all their imperfections."""
