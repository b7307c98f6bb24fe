"""Protocols: one measurement a file. A function under `@protocol` is found by itself."""
