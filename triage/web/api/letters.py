"""What programs write on a ticket: mails and notes, and what can still be done about a mail."""

from __future__ import annotations

from collections.abc import Mapping

from triage.web.api.takes import MOMENT, SEEN, Field, Of, Takes

_MAIL = {"mail": Field(text="Its number, as `reply` answered.", of=Of.NUMBER, needed=True)}

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
            "by": Field(text=f"By when the update is owed. {MOMENT}"),
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
}
"""By the paths of the page."""
