"""What `explain` says of one mail, for people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from rich.console import Console
from rich.text import Text

from triage.cli import badges, plain
from triage.cli.layout import block
from triage.cli.reasons import draw_reasons, in_words
from triage.core.remember import as_list
from triage.trial.explaining import Explanation

_LABEL = 11


def draw_explanation(console: Console, explanation: Explanation) -> None:
    """Draw what became of one mail, and why."""
    said = explanation.report
    heading = Text.assemble((plain.line(str(said["file"])), "bold cyan"), "  ")
    heading.append(plain.line(str(said["subject"])) or "(no subject)", "bold")
    block(console, heading, indent=0)
    kind = in_words(str(said["kind"]))
    sender = plain.line(str(said["from"])) or "(unknown sender)"
    _line(console, "mail", Text(f"{kind} · {sender} · {said['language'] or 'language unknown'}"))
    if shown := badges.line(map(str, as_list(said["badges"]))):
        _line(console, "look", shown)
    _line(console, "ticket", _ticket(said, explanation.on))
    reason = in_words(str(said["acknowledge_reason"]))
    if said["acknowledge"]:
        _line(console, "reply", Text(f"acknowledged at once ({reason})", "green"))
    else:
        _line(console, "reply", Text(f"no acknowledgement: {reason}", "yellow"))
    draw_reasons(console, {**explanation.explained, "facts": said["facts"]})
    console.print()


def _ticket(said: Mapping[str, object], on: str) -> Text:
    if said["queue"] is None:
        filed = f"none of its own: filed on {on}" if on else "none: filed where agents can see it"
        return Text(filed)
    answer_by = said["answer_by"]
    due = "no clock"
    if isinstance(answer_by, str):
        due = f"answer by {datetime.fromisoformat(answer_by):%a %d %b %H:%M}"
    owner = said["owner"] or "nobody"
    reference = f"{on} · " if on else ""
    return Text(f"{reference}{said['queue']} · {said['priority']} · owner {owner} · {due}")


def _line(console: Console, label: str, text: Text) -> None:
    block(console, text, Text(f"  {label}".ljust(_LABEL), "bold"), _LABEL)
