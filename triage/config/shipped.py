"""The desk that comes with the program: its rules, its prompts, and settings for them."""

from __future__ import annotations

from pathlib import Path

from triage.config.settings import MailboxSettings, RelaySettings, Security, Settings

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped_rules() -> Path:
    """Return the folder of the shipped rules: in the package, or beside it in a checkout."""
    return _shipped("rules")


def shipped_prompts() -> Path:
    """Return the folder of the shipped prompts: in the package, or beside it in a checkout."""
    return _shipped("prompts")


def _shipped(name: str) -> Path:
    installed = _PACKAGE / "shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def shipped_settings() -> Settings:
    """Return settings for the shipped desk, for commands that need neither mailbox nor relay.

    Nothing listens there: the hosts are loopback with no port of their own.
    """
    return Settings(
        brand="Northwind Home",
        mailboxes=tuple(
            MailboxSettings(
                name=name,
                address=f"{name}@northwind.example",
                host="127.0.0.1",
                security=Security.NONE,
                authserv_id="mx.northwind.example",
            )
            for name in ("support", "billing", "orders")
        ),
        relay=RelaySettings(host="127.0.0.1", security=Security.NONE),
        rules=shipped_rules(),
        prompts=shipped_prompts(),
    )
