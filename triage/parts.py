"""What a daemon is made of, so that whoever starts one can choose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from socket import socket

from triage.config.load import Policy, load_applied, load_policy
from triage.config.secrets import read_secret
from triage.config.settings import MailboxSettings, RelaySettings
from triage.inforce.making import LoadApplied, Rehearse, open_model, rehearsed, retaught
from triage.model.predict import Model
from triage.outbox.rate import Rate
from triage.outbox.relay import Relay
from triage.pipeline.instore import Clock, utc_now
from triage.pipeline.receive import Watched, Watcher
from triage.pipeline.resting import Pause, growing
from triage.store.protocol import Store
from triage.store.sqlite import open_store
from triage.web.routes import Route

Progress = Callable[[float, str], None]


def _silent(_fraction: float, _text: str) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a daemon is made of. `load` reads the files; `open_model` blocks while it makes it.

    `load_applied` reads what the store kept of files that are others now; None: the files run as
    they are. `rehearse` says whether a changed set of files may go in force by itself.
    `pause` is how long a mail that cannot be triaged is left alone between its attempts. `routes`
    are more than the page has by itself, `listening` is a socket that it is served on.
    """

    load: Callable[[], Policy]
    open_model: Callable[[Policy, Progress], Model]
    retaught: Callable[[Model, Policy], Model]
    load_applied: LoadApplied | None = None
    rehearse: Rehearse = rehearsed
    open_store: Callable[[Path], Store] = open_store
    make_relay: Callable[[RelaySettings, str, Rate], Relay] = lambda settings, password, rate: (
        Relay(settings, password, rate=rate)
    )
    make_watcher: Callable[[Watched], Watcher] = Watcher
    clock: Clock = utc_now
    pause: Pause = growing
    progress: Progress = _silent
    routes: tuple[Route, ...] = ()
    listening: socket | None = None

    def relays(self, settings: RelaySettings | None) -> list[Relay]:
        """Make as many connections to the relay as are wanted; none without one."""
        if settings is None:
            return []
        password = read_secret(settings.password, "[relay] password") if settings.user else ""
        rate = Rate(settings.per_minute)
        return [self.make_relay(settings, password, rate) for _ in range(settings.connections)]


def password_of(mailbox: MailboxSettings) -> str:
    """Read the password of a mailbox; "" where it has none. Raises: ConfigError."""
    if mailbox.password == type(mailbox.password)():
        return ""
    return read_secret(mailbox.password, f"[[mailbox]] {mailbox.name} password")


def usual_parts(config: Path | None, progress: Progress = _silent) -> Parts:
    """Return what a daemon is made of, with settings from `config` (None: the shipped desk)."""
    return Parts(
        load=partial(load_policy, config),
        load_applied=partial(load_applied, config),
        open_model=open_model,
        retaught=retaught,
        progress=progress,
    )
