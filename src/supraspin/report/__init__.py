"""What a person reads: one HTML page with everything in it, the same numbers as JSON, and the tables of the models."""
