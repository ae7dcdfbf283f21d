"""The commands, run as people run them, on a real store."""
