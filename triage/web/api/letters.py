"""What programs write on a ticket: mails and notes, and what can still be done about a mail."""

from __future__ import annotations

from collections.abc import Mapping

from triage.web.api.takes import CHECK_BACK, MOMENT, SEEN, Field, Of, Takes

KEY = "16 to 64 letters, digits, `-` and `_`"
"""What a key is, that names one mail over all tries to send it."""

BATCH = "16 to 40 letters, digits, `-` and `_`"
"""What a key is, that names several mails over all tries to send them."""

_MAIL = {
    "mail": Field(
        text="Its number, as `reply` answered, or as `outgoing` of the ticket has it.",
        of=Of.NUMBER,
        needed=True,
    )
}
_KEY = {"key": Field(text=f"The same for each try of one mail, which is sent once: {KEY}.")}
_LOOKED = Field(
    text="The keys of doubts that were looked at. What speaks against a mail comes back as 422,"
    " under `doubts`, and nothing is sent.",
    of=Of.TEXTS,
)
_BY = Field(text=f"By when the update is owed. {MOMENT}")
_FILES = (
    "Files that go along, each with its name; what a file is said to be follows from that. They"
    " come in a form in which every field is a part of its own:"
    " `curl -F revision=7 -F text='…' -F file=@bill.pdf`. Together they are as large as the"
    " relay takes: else 413, which says under `room` how many bytes there are."
)

LETTERS: Mapping[str, Takes] = {
    "/ticket/{ticket}/reply": Takes(
        summary="Send a mail on a ticket; for ten seconds it can be called back",
        fields={
            **SEEN,
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
            "by": _BY,
            "cause": Field(text="What brought the ticket about, where it is done."),
            "check_back": CHECK_BACK,
            "passed": Field(text="How a forward carries the mail.", among=("inline", "attached")),
            "looked": _LOOKED,
            **_KEY,
        },
        files=_FILES,
        gives="sent",
        example={
            "revision": 1,
            "text": "Dear Jo Park,\n\na new top leaves our warehouse today.\n\nMaria Lund",
        },
    ),
    "/new/send": Takes(
        path="/tickets",
        summary="Send a first mail to somebody, and make a ticket of it; as one on a ticket, it can"
        " be called back",
        fields={
            "to": Field(text="Addresses; the first one is the requester's.", needed=True),
            "cc": Field(text="Further addresses."),
            "subject": Field(text="What it is about.", needed=True),
            "text": Field(text="The words, with greeting and signature.", needed=True),
            "queue": Field(text="Whose the ticket is.", needed=True),
            "mailbox": Field(text="From which it goes, by its name; default: the first one."),
            "after": Field(
                text="What it makes of the ticket: it is with them (default), we owe an update.",
                among=("answered", "owes"),
            ),
            "by": _BY,
            "looked": _LOOKED,
            **_KEY,
        },
        files=_FILES,
        gives="sent",
        example={
            "to": "ida@kunde.example",
            "subject": "Your sofa",
            "text": "Hello Ida,\n\nyour sofa has arrived at our warehouse.\n\nMaria Lund",
            "queue": "orders",
        },
    ),
    "/ticket/{ticket}/alike": Takes(
        summary="Send one answer to all tickets that are alike (`alike` of a row says how many):"
        " each requester gets a mail of their own, with their own greeting",
        fields={
            "step": Field(
                text="First what each would get, then sending it.",
                among=("preview", "send"),
                needed=True,
            ),
            "text": Field(
                text="What all of them get, between greeting and signature. What stands in double"
                " braces is filled in for each: first_name, reference, order_number.",
                needed=True,
            ),
            "ticket": Field(
                text="Which get it, each with what was seen of it, as the preview named it:"
                " `T-ABC1234:57`. One on which something came since is left out. For a preview:"
                " all, where none is named.",
                of=Of.TEXTS,
            ),
            "looked": _LOOKED,
            "key": Field(text=f"The same for each try of these mails, sent once: {BATCH}."),
        },
        gives="together",
        example={"step": "preview", "text": "the new top of {{ reference }} leaves tomorrow."},
    ),
    "/ticket/{ticket}/alike-back": Takes(
        summary="Call all mails back that were sent as one answer and have not begun to leave",
        fields={"batch": Field(text="The `key`, as the answer had it.", needed=True)},
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
}
"""By the paths of the page."""
