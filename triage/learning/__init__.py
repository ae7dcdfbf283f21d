"""Learning from corrections: labels → heads, behind a gate, while everything else goes on."""
