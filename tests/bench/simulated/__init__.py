"""Weeks of a desk, simulated: invented people write and answer, and the real stages do the rest."""
