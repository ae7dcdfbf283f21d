"""What the demo says: each step as it happens, told from the store's own journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TypeAlias

from triage.core.desk import Roster
from triage.core.switches import SwitchName
from triage.core.ticket import Kind
from triage.store.protocol import Store
from triage.store.views import JournalEntry

Tell: TypeAlias = Callable[[str, str, str], None]
"""Prints one step: its time, one word for what it is, and the rest."""

_AUTOMATIC = tuple(str(kind) for kind in Kind)
_LONGEST = 76


@dataclass(slots=True)
class Summary:
    """What came of it all."""

    acknowledged: list[str] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    filed: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)


class Teller:
    """Follows the journal of a store and tells what is new in it."""

    def __init__(
        self, store: Store, roster: Roster, tell: Tell, clock: Callable[[], datetime]
    ) -> None:
        """Tell of `store` in the words of its desk."""
        self._store = store
        self._roster = roster
        self._tell = tell
        self._clock = clock
        self._after = 0
        self.zone: tzinfo = roster.hours.zone
        self.summary = Summary()
        self.arrived: dict[str, datetime] = {}
        """When the mail of an address was delivered: a server's own date has no fractions."""

    def say(self, what: str, text: str, at: datetime | None = None) -> None:
        """Tell one step that happened `at` (default: now)."""
        when = (at or self._clock()).astimezone(self.zone)
        self._tell(f"{when:%H:%M:%S}", what, text)

    def follow(self) -> None:
        """Tell everything that the journal says and that was not told yet."""
        while entries := self._store.journal(self._after, 100):
            for entry in entries:
                self._after = entry.number
                self._one(entry)

    def _one(self, entry: JournalEntry) -> None:
        tell = {
            "opened": self._opened,
            "acknowledgement_sent": self._sent,
            "acknowledgement_withheld": self._withheld,
            "acknowledgement_cancelled": self._withheld,
            "written": self._joined,
            "copy_seen": self._copied,
            "automatic_mail": self._attached,
            "bounced": self._attached,
            "filed": self._filed,
            "lies_in_junk": self._in_junk,
            "answered": self._answered,
            "warning": self._due,
            "breach": self._due,
            "alarm": self._alarm,
            "update_owed": self._owed,
            "switched_on": self._switched,
        }.get(entry.name)
        if tell is not None:
            tell(entry)

    def _joined(self, entry: JournalEntry) -> None:
        self.say("joins", f"{entry.reference}: one more mail on it")

    def _copied(self, entry: JournalEntry) -> None:
        where = entry.detail["mailbox"]
        self.say("copy", f"{entry.reference}: the same mail in {where} too; nothing is sent again")

    def _attached(self, entry: JournalEntry) -> None:
        kind = _words(entry.detail["kind"])
        self.say("filed", f"{entry.reference}: {kind}, kept on the ticket, not answered")
        self.summary.filed.append(f"{kind} on {entry.reference}")

    def _due(self, entry: JournalEntry) -> None:
        self.say(entry.name, f"{entry.reference} has no answer yet; its owner is told", entry.at)

    def _alarm(self, entry: JournalEntry) -> None:
        self.say("alarm", str(entry.detail.get("reason", "")))

    def _opened(self, entry: JournalEntry) -> None:
        row = self._store.ticket(entry.reference).row
        queue = row.queue if row.queue == row.guess else f"{row.queue} (likely {row.guess})"
        due = f", answer by {self._hour(row.answer_by)}" if row.answer_by else ""
        flags = f" [{', '.join(row.flags)}]" if row.flags else ""
        text = f"{entry.reference} → {queue}, {row.priority}{flags}, {self._name(row.owner)}{due}"
        self.say("ticket", text)
        for reason in self._reasons(entry.reference):
            self.say("", reason)

    def _reasons(self, reference: str) -> list[str]:
        """Pick the reasons that show most: rules, a signal's sentence, else the model's.

        A ticket of which we are the first writer has none, and no mail until ours has left.
        """
        view = self._store.ticket(reference)
        explained = view.messages[0].explained if view.messages else {}
        lines: list[str] = []
        signals = explained.get("signals")
        if isinstance(signals, Mapping):
            lines += [
                f"{name}: “{_shortened(str(found['sentence']))}”"
                for name, found in signals.items()
                if not str(found["sentence"]).startswith("rule ")
            ]
        rules = explained.get("rules")
        if isinstance(rules, list) and rules:
            lines.append(f"rules: {', '.join(map(str, rules))}")
        if not lines and view.row.gist:
            lines.append(f"“{_shortened(view.row.gist)}”")
        return lines[:2]

    def _sent(self, entry: JournalEntry) -> None:
        view = self._store.ticket(entry.reference)
        arrived = self.arrived.get(view.row.requester, view.row.opened)
        seconds = (entry.at - arrived).total_seconds()
        promise = f", promised {self._hour(view.row.promised_at)}" if view.row.promised_at else ""
        to = f"{view.row.requester_name or view.row.requester} from {self._name(view.row.owner)}"
        self.say("ack", f"{entry.reference} → {to}{promise} ({seconds:.1f} s after arrival)")
        self.summary.acknowledged.append(f"{entry.reference}  {to}{promise}")

    def _withheld(self, entry: JournalEntry) -> None:
        reason = _words(entry.detail["reason"])
        self.say("no ack", f"{entry.reference}: {reason}")
        self.summary.withheld.append(f"{entry.reference}  {reason}")

    def _filed(self, entry: JournalEntry) -> None:
        number = entry.detail["message"]
        for mail in self._store.filed(_AUTOMATIC, 50):
            if mail.id == number:
                text = f"{_words(mail.kind)} from {mail.sender}: {mail.why}"
                self.say("filed", text)
                self.summary.filed.append(text)

    def _in_junk(self, entry: JournalEntry) -> None:
        looks = _words(entry.detail["looks"])
        self.say("junk", f"a mail there looks like a customer's ({looks}); nothing is sent")

    def _answered(self, entry: JournalEntry) -> None:
        view = self._store.ticket(entry.reference)
        minutes = (entry.at - view.row.opened).total_seconds()
        who = self._name(str(entry.detail["by"]))
        how = " by phone" if entry.detail.get("how") == "phone" else ""
        after = f"answered{how} after {minutes:.0f} s"
        text = f"{entry.reference}: {who} {after}, {entry.detail['result']}"
        self.say("answer", f"{text}; the clock stands")
        self.summary.answered.append(text)

    def _owed(self, entry: JournalEntry) -> None:
        due = datetime.fromisoformat(str(entry.detail["due"]))
        who = self._name(str(entry.detail["by"]))
        self.say("owed", f"{entry.reference}: {who} has promised an update by {self._hour(due)}")

    def _switched(self, entry: JournalEntry) -> None:
        if entry.detail["switch"] == SwitchName.NOTICE:
            who = self._name(str(entry.detail["by"]))
            self.say("notice", f"{who} has a notice put into every acknowledgement of today")

    def _hour(self, at: datetime) -> str:
        return f"{at.astimezone(self.zone):%H:%M}"

    def _name(self, agent: str) -> str:
        found = self._roster.agent(agent)
        return found.name if found else agent or "nobody"


def _words(name: object) -> str:
    return str(name).replace("_", " ")


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1].rstrip() + "…"
