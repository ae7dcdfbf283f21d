"""What programs do to tickets, and to mail that became none, beyond writing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from triage.core.breach import Reason
from triage.core.ticket import Priority
from triage.store.byhand import ELSEWHERE
from triage.store.guarding import Guarded
from triage.store.round import VoiceKind
from triage.web.api.takes import CHECK_BACK, MOMENT, SEEN, UNTIL, Field, Of, Takes
from triage.web.thread.asked import KINDS

DEALINGS: Mapping[str, Takes] = {
    "/ticket/{ticket}/take": Takes(
        summary="Make the token's account the owner", fields=SEEN, example={"revision": 1}
    ),
    "/ticket/{ticket}/hand-over": Takes(
        summary="Give a ticket to another agent, who is told",
        fields={**SEEN, "to": Field(text="An agent's id in the roster.", needed=True)},
        example={"revision": 1, "to": "jonas"},
    ),
    "/ticket/{ticket}/correct": Takes(
        summary="Set right what was judged; it teaches once it cannot be taken back any more",
        fields={
            **SEEN,
            "queue": Field(text="The right queue."),
            "priority": Field(text="The right priority.", among=tuple(map(str, Priority))),
            "kind": Field(text="What it is at all.", among=tuple(KINDS)),
            "signal": Field(text="Signals that hold or do not: `legal=yes`.", of=Of.TEXTS),
        },
        example={"revision": 1, "queue": "orders", "signal": ["legal=yes"]},
    ),
    "/ticket/{ticket}/undo": Takes(
        summary="Take the last correction back", fields=SEEN, example={"revision": 1}
    ),
    "/ticket/{ticket}/snooze": Takes(
        summary="Put a ticket off; its clock runs on",
        fields={**SEEN, "until": replace(UNTIL, needed=True)},
        example={"revision": 1, "until": "tomorrow 09:00"},
    ),
    "/ticket/{ticket}/answered": Takes(
        summary="Mark a ticket as answered elsewhere; the clock stops",
        fields={**SEEN, "how": Field(text="How.", among=ELSEWHERE)},
        example={"revision": 1, "how": "phone"},
    ),
    "/ticket/{ticket}/owe": Takes(
        summary="Put down an update that was promised; it has a clock of its own",
        fields={
            **SEEN,
            "by": Field(text=f"By when. {MOMENT}", needed=True),
            "why": Field(text="What it will be about."),
        },
        example={"revision": 1, "by": "friday", "why": "the new top leaves the warehouse"},
    ),
    "/ticket/{ticket}/close": Takes(
        summary="Close a ticket: it has an answer, or needs a reason, a referral or a goodbye",
        fields={
            **SEEN,
            "reason": Field(text="Why, where it has no answer."),
            "referral": Field(text="To whom they were sent instead, as referrals.yaml names it."),
            "person": Field(
                text="To which person: first and last name, an address, a number, or a colleague."
            ),
            "goodbye": Field(text="They leave, and were wished well.", of=Of.TRUTH),
            "cause": Field(text="What brought it about, as causes.yaml names it."),
            "check_back": CHECK_BACK,
        },
        example={"revision": 1, "reason": "the customer called it off"},
    ),
    "/ticket/{ticket}/merge": Takes(
        summary="Let a ticket go into another one, which stands for both",
        fields={
            **SEEN,
            "into": Field(text="The other ticket.", needed=True),
            "one_person": Field(text="They are one person, at two addresses.", of=Of.TRUTH),
        },
    ),
    "/ticket/{ticket}/unmerge": Takes(
        summary="Take apart what was merged into a ticket",
        fields={**SEEN, "gone": Field(text="The ticket that went into it.", needed=True)},
    ),
    "/ticket/{ticket}/split": Takes(
        summary="Make one of a ticket's mails a ticket of its own",
        fields={**SEEN, "mail": Field(text="The number of M-…", of=Of.NUMBER, needed=True)},
    ),
    "/ticket/{ticket}/unsplit": Takes(summary="Put back what was split off", fields=SEEN),
    "/ticket/{ticket}/remedy": Takes(
        summary="Write down what was done about a problem",
        fields={
            **SEEN,
            "decided": Field(text="What was decided.", needed=True),
            "happened": Field(text="What happened."),
            "asked_for": Field(text="What was asked for."),
            "kept_word": Field(text="Whether we kept our word.", among=("yes", "no")),
            "not_final": Field(text="It may still be decided anew.", of=Of.TRUTH),
        },
        example={"revision": 1, "decided": "a new top, and the old one is fetched"},
    ),
    "/ticket/{ticket}/gift": Takes(
        summary="Write a goodwill gesture down, within the agent's budget",
        fields={
            **SEEN,
            "kind": Field(text="A kind of goodwill.yaml.", needed=True),
            "amount": Field(text="How much, as 25 or 25.50.", needed=True),
            "reason": Field(text="Why."),
            "approved_by": Field(text="Who agreed to more than the agent may give."),
        },
    ),
    "/ticket/{ticket}/gift-back": Takes(summary="Take the last gift back", fields=SEEN),
    "/ticket/{ticket}/breach": Takes(
        summary="Say why a deadline was missed",
        fields={
            "reason": Field(text="Why.", needed=True, among=tuple(map(str, Reason))),
            "clock": Field(text="Which deadline.", needed=True, among=tuple(map(str, Guarded))),
            "cycle": Field(text="Of which answer, from 1.", of=Of.NUMBER, needed=True),
        },
    ),
    "/ticket/{ticket}/voice": Takes(
        summary="Write down what caused a complaint or compliment, and what was done",
        fields={
            "kind": Field(text="Which it is.", needed=True, among=tuple(map(str, VoiceKind))),
            "cause": Field(text="What caused it, as causes.yaml names it."),
            "fix": Field(text="What was done about it."),
            "closed": Field(text="Whether that is all.", of=Of.TRUTH),
        },
    ),
    "/ticket/{ticket}/wish": Takes(
        summary="Keep how the requester of a ticket wants to be treated; nothing: forget it",
        fields={
            **SEEN,
            "name": Field(text="What they want to be called."),
            "language": Field(text="Two letters, such as en or de."),
            "contact": Field(text="How they want to be reached."),
            "words": Field(text="What else they wish."),
            "silent": Field(text="No automatic notes at all.", among=("yes", "no")),
        },
        example={"revision": 1, "language": "de", "contact": "by phone"},
    ),
    "/ticket/{ticket}/undo/{deed}": Takes(
        summary="Take a deed back that answered with this path under `undo`"
    ),
    "/undo/{deed}": Takes(summary="Take a deed back that was done to several tickets"),
    **{
        f"/filed/{{filed}}/{name}": Takes(
            summary=f"Say of a mail that became no ticket that it is {name.replace('_', ' ')}"
            if name in KINDS
            else "Take back what was said last of such a mail",
            fields={"kind": Field(text="The kind that was seen.", needed=True)},
        )
        for name in (*KINDS, "undo")
    },
    "/team/hour/end": Takes(
        path="/switches/end",
        summary="End a switch before its time",
        fields={"number": Field(text="Its number.", of=Of.NUMBER, needed=True)},
        example={"number": 1},
    ),
}
"""By the paths of the page."""
