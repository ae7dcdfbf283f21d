"""The model: a local encoder, the heads on top of it, and what they say of a message."""
