"""A desk on a busy morning: what the page looks like when people work on it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from tests.store.desk import Desk, Pinned, mail
from tests.web.conftest import House
from triage.core.disposition import Open
from triage.core.prediction import Measured, Prediction, Reason, SignalScore
from triage.core.ticket import Priority
from triage.pipeline.terms import terms_of


@dataclass(frozen=True, slots=True)
class Written:
    """A mail as somebody wrote it, and what the model says of it."""

    sender: str
    subject: str
    text: str
    queue: str
    minutes: int
    priority: Priority = Priority.NORMAL
    signal: str = ""
    sure: bool = True
    more: str = ""


MORNING = (
    Written(
        "Jo Park <jo@example.net>",
        "Order NW-482133: table arrived cracked",
        "Hello,\n\nmy table NW-482133 came this morning and its top is cracked from corner to"
        " corner. I need a new top before Saturday, we have guests.\n\nI can send photos.\n\n"
        "Jo Park\n> On Monday you wrote:\n> Your order is on its way.",
        "returns",
        40,
        Priority.HIGH,
        "repeat_contact",
    ),
    Written(
        "Kim Osei <kim@example.org>",
        "The bunk bed came down with my daughter in it",
        "The upper bed broke last night. She fell and hurt her arm. What do I do with it now?",
        "technical",
        4,
        Priority.URGENT,
        "safety",
    ),
    Written(
        "Petra Lindqvist <petra@example.se>",
        "Fråga om leverans",
        "Hej, när kommer min soffa? Den skulle ha kommit i fredags.",
        "orders",
        48,
    ),
    Written(
        "Lukas Brandt <lukas.brandt@example.de>",
        "Rechnung NW-991204 doppelt abgebucht",
        "Guten Tag, Sie haben die Rechnung NW-991204 zweimal abgebucht. Bitte erstatten Sie den"
        " zweiten Betrag.",
        "billing",
        55,
        Priority.HIGH,
        "complaint",
    ),
    Written(
        "ليلى حداد <layla@example.com>",
        "أين طلبي رقم NW-771043؟",
        "مرحبا، لم يصل طلبي بعد. متى سيصل؟ شكرا لكم.",
        "orders",
        12,
    ),
    Written(
        "Marguerite Delacroix-Beauregard de la Fontaine <m.delacroix@example.fr>",
        "A very long subject about the delivery of one armchair, two lamps, four cushions and"
        " the missing screws of the shelf that came in March",
        "Bonjour, il manque toutes les vis de l'étagère que j'ai reçue.",
        "technical",
        20,
    ),
    Written(
        "Sam Whitfield <sam@example.net>",
        "Cancelling, third time I ask",
        "This is the third time I ask. If nobody answers today I will take my business to"
        " another shop.",
        "orders",
        130,
        Priority.HIGH,
        "churn_risk",
    ),
    Written(
        "Dana Ruiz <dana@example.net>",
        "Chargeback",
        "<p>My <b>solicitor</b> will write to you if the refund is not there by Friday.</p>",
        "billing",
        95,
        Priority.HIGH,
        "legal",
        more="Content-Type: text/html; charset=utf-8",
    ),
    Written(
        "Noor Aziz <noor@example.net>",
        "Thank you, Tomás!",
        "The repair went so well. Please tell Tomás that he was wonderful.",
        "care",
        30,
        Priority.LOW,
        "compliment",
    ),
    Written(
        "Ellis Moore <ellis@example.net>",
        "Which of the two",
        "Is it the oak one or the other one? And the colour, and when, and how much?",
        "sales",
        8,
        sure=False,
    ),
    Written(
        "Ana Sousa <ana@example.pt>",
        "Swatches for the Lund sofa",
        "Could you send me swatches in green and grey?",
        "sales",
        3,
        Priority.LOW,
    ),
    Written("<warranty@example.net>", "", "the drawer sticks", "returns", 25),
)
"""What came in within two hours and a half."""


def fill(house: House) -> list[str]:
    """Let a morning's mail arrive and be judged; return the references of its tickets."""
    desk = Desk(house.store, replace(terms_of(house.policy, "desk-1"), mode="live"))
    desk._uid = 100  # after what others took over
    made = []
    for number, one in enumerate(sorted(MORNING, key=lambda one: -one.minutes)):
        desk.model = Pinned(_said(one))
        at = desk.now - timedelta(minutes=one.minutes)
        raw = mail(
            one.text,
            sender=one.sender,
            subject=one.subject,
            more=one.more,
            message_id=f"<{number}@example.net>",
        )
        done = desk.take(raw, at=at)
        assert isinstance(done, Open), done
        made.append(done.reference)
    return made


def _said(one: Written) -> Prediction:
    rest = {"orders": 0.11, "returns": 0.07, "billing": 0.05, "technical": 0.03, "sales": 0.02}
    best = 0.81 if one.sure else 0.34
    sentence = re.sub("<[^>]+>", "", one.text).split(". ", maxsplit=1)[0]
    signals = {one.signal: SignalScore(0.93, sentence, fired=True)} if one.signal else {}
    return Prediction(
        queue_scores={**rest, one.queue: best},
        queue_sure=one.sure,
        priority_scores={one.priority: 0.9},
        signals=signals,
        gist=sentence,
        queue_sentence=sentence,
        priority_sentence=sentence,
        reasons=(Reason(one.queue, sentence, 1.9, Measured.VECTORS),),
    )
