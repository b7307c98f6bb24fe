"""The paper's figures: one file each, with `FIGURE`. A file put here is found by itself."""
