"""What each way of the API is for, what it takes, and an example of it: the words of its document.

Deeds are named by the paths of the page that they are made from. An example is true: the tests do
each of them, in the order in which they stand here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from triage.core.breach import Reason
from triage.core.switches import AUTOMATIC, HUMAN, Paused, SwitchName
from triage.core.ticket import Priority
from triage.store.byhand import ELSEWHERE
from triage.store.guarding import Guarded
from triage.store.round import VoiceKind
from triage.web.api.takes import Field, Of, Takes
from triage.web.thread.asked import KINDS, WANTS

REVISION = Field(
    text="The revision of the ticket that was seen: if it has another one by then, nothing is done"
    " and the answer is 409, which says who did what meanwhile.",
    of=Of.NUMBER,
    needed=True,
)
_SEEN = {"revision": REVISION}
_MOMENT = "A moment, as people type it: 17:00, tomorrow 09:00, friday, 2026-11-30 12:00, 2h."
_UNTIL = Field(text=f"Until when. {_MOMENT}")

_MAIL = {"mail": Field(text="Its number, as `reply` answered.", of=Of.NUMBER, needed=True)}

_DEEDS: Mapping[str, Takes] = {
    "/ticket/{ticket}/take": Takes(
        summary="Make the token's account the owner", fields=_SEEN, example={"revision": 1}
    ),
    "/ticket/{ticket}/hand-over": Takes(
        summary="Give a ticket to another agent, who is told",
        fields={**_SEEN, "to": Field(text="An agent's id in the roster.", needed=True)},
        example={"revision": 1, "to": "jonas"},
    ),
    "/ticket/{ticket}/correct": Takes(
        summary="Set right what was judged; it teaches once it cannot be taken back any more",
        fields={
            **_SEEN,
            "queue": Field(text="The right queue."),
            "priority": Field(text="The right priority.", among=tuple(map(str, Priority))),
            "kind": Field(text="What it is at all.", among=tuple(KINDS)),
            "signal": Field(text="Signals that hold or do not: `legal=yes`.", of=Of.TEXTS),
        },
        example={"revision": 1, "queue": "orders", "signal": ["legal=yes"]},
    ),
    "/ticket/{ticket}/undo": Takes(
        summary="Take the last correction back", fields=_SEEN, example={"revision": 1}
    ),
    "/ticket/{ticket}/snooze": Takes(
        summary="Put a ticket off; its clock runs on",
        fields={**_SEEN, "until": replace(_UNTIL, needed=True)},
        example={"revision": 1, "until": "tomorrow 09:00"},
    ),
    "/ticket/{ticket}/answered": Takes(
        summary="Mark a ticket as answered elsewhere; the clock stops",
        fields={**_SEEN, "how": Field(text="How.", among=ELSEWHERE)},
        example={"revision": 1, "how": "phone"},
    ),
    "/ticket/{ticket}/owe": Takes(
        summary="Put down an update that was promised; it has a clock of its own",
        fields={
            **_SEEN,
            "by": Field(text=f"By when. {_MOMENT}", needed=True),
            "why": Field(text="What it will be about."),
        },
        example={"revision": 1, "by": "friday", "why": "the new top leaves the warehouse"},
    ),
    "/ticket/{ticket}/close": Takes(
        summary="Close a ticket: it has an answer, or needs a reason",
        fields={
            **_SEEN,
            "reason": Field(text="Why, where it has no answer."),
            "cause": Field(text="What brought it about, as causes.yaml names it."),
        },
        example={"revision": 1, "reason": "the customer called it off"},
    ),
    "/ticket/{ticket}/reply": Takes(
        summary="Send a mail on a ticket; for ten seconds it can be called back",
        fields={
            **_SEEN,
            "text": Field(text="The words, with greeting and signature.", needed=True),
            "to": Field(text="Addresses; default: where the requester wants answers."),
            "cc": Field(text="Further addresses."),
            "form": Field(
                text="A reply (default), a forward, or a question to a third party, whose answer"
                " comes back to the ticket and never goes to the customer by itself.",
                among=("reply", "forward", "third_party"),
            ),
            "subject": Field(text="Of a forward and of a question; a reply has its own."),
            "after": Field(
                text="What it makes of the ticket: answered (default), we owe an update, done.",
                among=("answered", "owes", "done"),
            ),
            "by": Field(text=f"By when the update is owed. {_MOMENT}"),
            "cause": Field(text="What brought the ticket about, where it is done."),
            "passed": Field(text="How a forward carries the mail.", among=("inline", "attached")),
            "looked": Field(
                text="The keys of doubts that were looked at. What speaks against a mail comes"
                " back as 422, under `doubts`, and nothing is sent.",
                of=Of.TEXTS,
            ),
            "key": Field(text="The same for each try of one mail: it is sent once."),
        },
        example={
            "revision": 1,
            "text": "Dear Jo Park,\n\na new top leaves our warehouse today.\n\nMaria Lund",
        },
    ),
    "/ticket/{ticket}/note": Takes(
        summary="Keep a note that stays inside",
        fields={"text": Field(text="The words.", needed=True)},
        example={"text": "She called: Thursday is fine."},
    ),
    "/ticket/{ticket}/take-back": Takes(
        summary="Call a mail back while it has not begun to leave; it is a draft again",
        fields=_MAIL,
    ),
    "/ticket/{ticket}/send-again": Takes(
        summary="Send a mail again that failed, or of which nobody knows whether it arrived",
        fields=_MAIL,
    ),
    "/ticket/{ticket}/arrived": Takes(
        summary="Say that a mail of unknown fate did arrive", fields=_MAIL
    ),
    "/ticket/{ticket}/merge": Takes(
        summary="Let a ticket go into another one, which stands for both",
        fields={
            **_SEEN,
            "into": Field(text="The other ticket.", needed=True),
            "one_person": Field(text="They are one person, at two addresses.", of=Of.TRUTH),
        },
    ),
    "/ticket/{ticket}/unmerge": Takes(
        summary="Take apart what was merged into a ticket",
        fields={**_SEEN, "gone": Field(text="The ticket that went into it.", needed=True)},
    ),
    "/ticket/{ticket}/split": Takes(
        summary="Make one of a ticket's mails a ticket of its own",
        fields={**_SEEN, "mail": Field(text="The number of M-…", of=Of.NUMBER, needed=True)},
    ),
    "/ticket/{ticket}/unsplit": Takes(summary="Put back what was split off", fields=_SEEN),
    "/ticket/{ticket}/remedy": Takes(
        summary="Write down what was done about a problem",
        fields={
            **_SEEN,
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
            **_SEEN,
            "kind": Field(text="A kind of goodwill.yaml.", needed=True),
            "amount": Field(text="How much, as 25 or 25.50.", needed=True),
            "reason": Field(text="Why."),
            "approved_by": Field(text="Who agreed to more than the agent may give."),
        },
    ),
    "/ticket/{ticket}/gift-back": Takes(summary="Take the last gift back", fields=_SEEN),
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
            **_SEEN,
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

_CHOSEN = Field(
    text="Tickets, 100 at most, each with the revision that was seen: `T-ABC1234:7`.",
    of=Of.TEXTS,
    needed=True,
)

OF_MANY: Mapping[str, Takes] = {
    f"/bulk/{name}": Takes(
        summary=f"{_DEEDS[path].summary}: the same of many tickets; `refused` says of which not",
        fields={"ticket": _CHOSEN}
        | {name: one for name, one in _DEEDS[path].fields.items() if name != "revision"},
    )
    for name, path in ((name, f"/ticket/{{ticket}}/{name}") for name in WANTS)
}
"""What is done to many tickets at once."""

DEEDS: Mapping[str, Takes] = {**_DEEDS, **OF_MANY}
"""Every deed of the page that programs do, too, by the page's path."""

SWITCHES: Mapping[SwitchName, Takes] = {
    SwitchName.AWAY: Takes(
        summary="Say that somebody is away",
        fields={
            "agent": Field(text="An agent's id in the roster.", needed=True),
            "until": replace(_UNTIL, needed=True),
            "from": Field(text="From when on; default: now."),
        },
        example={"agent": "jonas", "until": "tomorrow 09:00"},
    ),
    SwitchName.CLOSED: Takes(
        summary="Say that the desk is closed for now",
        fields={"until": replace(_UNTIL, needed=True)},
        example={"until": "tomorrow 09:00"},
    ),
    SwitchName.PAUSE: Takes(
        summary="Hold what leaves by itself",
        fields={
            "what": Field(text="What is held.", needed=True, among=tuple(map(str, Paused))),
            "why": Field(text="Why."),
            "until": _UNTIL,
        },
        example={"what": "notices", "why": "a test of the relay"},
    ),
    SwitchName.NOTICE: Takes(
        summary="Tell every requester something today, in their acknowledgement",
        fields={
            "said": Field(text="The words, 300 letters at most.", needed=True),
            "match": Field(text="A rule or a queue; default: everybody."),
            "until": replace(_UNTIL, needed=True),
        },
        example={"said": "Deliveries are a day late: snow.", "until": "tomorrow 09:00"},
    ),
    SwitchName.SENDER: Takes(
        summary="Say that a sender is a machine, or a person",
        fields={
            "address": Field(text="An address or a domain.", needed=True),
            "what": Field(text="What it is.", needed=True, among=(AUTOMATIC, HUMAN)),
            "until": _UNTIL,
        },
        example={"address": "robot@shop.example", "what": AUTOMATIC},
    ),
}
"""The switches of the hour."""
