"""One ticket: what was written, why it stands where it does, who asks, and what is done to it."""
