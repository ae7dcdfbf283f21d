"""The four stages of a message's way, with only the store between them."""
