"""Pages that stand open stay true: what changed is told them, and who else is there."""
