"""What must hold between the numbers of a device, one file a relation. A new file is found by itself."""
