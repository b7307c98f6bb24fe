"""Other explanations, one a file."""
