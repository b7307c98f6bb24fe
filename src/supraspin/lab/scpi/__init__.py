"""Instruments at the level of their commands: what a script writes to them and reads back."""
