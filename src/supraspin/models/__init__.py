"""Models: one file a phenomenon. A file put here is found by itself; see CONTRIBUTING.md."""
