"""Watch support mailboxes, acknowledge every requester by name, and guard the hour."""

__version__ = "0.1.0"
