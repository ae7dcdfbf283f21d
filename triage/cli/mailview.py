"""One mail by itself, on a ticket or filed: what it is, why, what it says, what brings it back."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from triage.cli import badges, plain
from triage.cli.layout import block, title
from triage.cli.moments import clock, length
from triage.cli.named import brings_back
from triage.cli.reasons import draw_reasons
from triage.cli.standing import Look
from triage.core.ticket import TICKETED, handle
from triage.store.views import MailView


def draw_mail(console: Console, view: MailView, look: Look) -> None:
    """Draw one mail; its ticket is named where it lies on one."""
    mail = view.message
    subject = plain.line(mail.subject) or "(no subject)"
    console.print(Text.assemble((handle(mail.id), "bold cyan"), "  ", (subject, "bold")))
    name, address = plain.line(mail.sender_name), plain.line(mail.sender)
    who = f"{name} <{address}>" if name else address or "(unknown sender)"
    came = clock(mail.arrived, look.now, look.zone)
    block(console, Text(f"{who} · {came}, {length(look.now - mail.arrived)} ago"))
    kind = f"{mail.kind.replace('_', ' ') or 'not triaged yet'}: {plain.line(mail.kind_why)}"
    about = [kind, f"on {view.reference}" if view.reference else "on no ticket"]
    if sender := badges.verified(mail.trust):
        about.append(f"{sender}: {plain.line(mail.trust_why)}")
    block(console, Text(" · ".join(about), "dim"))
    console.print()
    block(console, Text(plain.paragraphs(mail.text) or "(no text)"))
    if mail.kind and mail.kind not in TICKETED:
        block(console, Text(f"{brings_back(handle(mail.id))}   (brings it back)", "dim"))
    if mail.explained:
        title(console, "Why")
        draw_reasons(console, mail.explained)
