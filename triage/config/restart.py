"""What of changed settings takes effect only when the daemon is restarted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from triage.config.settings import MailboxSettings, Settings


def kept_running(draft: Settings, running: Settings) -> tuple[Settings, tuple[str, ...]]:
    """Return `draft` with what is running in place of what only a restart changes.

    Mailboxes, relays, store and encoder are opened once; one line says for each that it differs.
    """
    model = replace(draft.model, encoder=running.model.encoder, threads=running.model.threads)
    settings = replace(
        draft,
        mailboxes=running.mailboxes,
        relay=running.relay,
        alerts=replace(draft.alerts, relay=running.alerts.relay),
        store=running.store,
        model=model,
    )
    return settings, tuple(
        f"triage.toml: {what}: takes effect when the daemon is restarted"
        for what in _changes(draft, running)
    )


def _changes(draft: Settings, running: Settings) -> Iterator[str]:
    before, after = _by_name(running), _by_name(draft)
    for name in sorted(before.keys() | after.keys()):
        if name not in before:
            yield f"[[mailbox]] {name} is new"
        elif name not in after:
            yield f"[[mailbox]] {name} is gone"
        elif before[name] != after[name]:
            yield f"[[mailbox]] {name} has changed"
    if draft.relay != running.relay:
        yield "[relay] has changed"
    if draft.alerts.relay != running.alerts.relay:
        yield "[alerts.relay] has changed"
    if draft.store != running.store:
        yield "store has changed"
    if draft.model.encoder != running.model.encoder:
        yield "[model] encoder has changed"
    if draft.model.threads != running.model.threads:
        yield "[model] threads has changed"


def _by_name(settings: Settings) -> Mapping[str, MailboxSettings]:
    return {mailbox.name: mailbox for mailbox in settings.mailboxes}
