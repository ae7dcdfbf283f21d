"""Who comes in: passwords, providers, sessions and tokens, and what is written down of it."""
