"""How mail leaves: one relay, step by step."""
