"""The routes by which somebody writes, and deals with a ticket beyond its answer."""

from __future__ import annotations

from triage.core.reply import LARGEST
from triage.web.routes import SMALL, Names, Route
from triage.web.writing import alike, answer, beyond, drafts, form, more

_FORM = 512 * 1024
"""Bytes of a form without files."""

_WHOLE = LARGEST * 2
"""Bytes of a body with files: what is too much for a mail is said in words, not by the server."""

_POSTS = {
    "reply": (answer.send, _WHOLE),
    "note": (answer.note, _FORM),
    "take-back": (answer.take_back, SMALL),
    "hold": (answer.hold, SMALL),
    "send-again": (answer.send_again, SMALL),
    "arrived": (answer.arrived, SMALL),
    "draft": (drafts.save, _FORM),
    "discard": (drafts.discard, _WHOLE),
    "attachment": (drafts.attach, _WHOLE),
    "detach": (drafts.detach, _WHOLE),
    "alike": (alike.act, _FORM),
    "alike-back": (alike.take_back, SMALL),
    **{name: (beyond.deed(name, does), SMALL) for name, does in beyond.DEEDS.items()},
}
_GETS = {"answer": form.show, "macro": form.macro, "more": more.show, "alike": alike.show}
_NEW = {
    "send": (answer.send, _WHOLE),
    "draft": (drafts.save, _FORM),
    "discard": (drafts.discard, _WHOLE),
    "attachment": (drafts.attach, _WHOLE),
    "detach": (drafts.detach, _WHOLE),
}

WRITING: tuple[Route, ...] = (
    *(
        Route(
            path=f"/ticket/{{ticket}}/{name}",
            method="POST",
            handler=handler,
            names=Names.TICKET,
            largest=largest,
        )
        for name, (handler, largest) in _POSTS.items()
    ),
    *(
        Route(path=f"/ticket/{{ticket}}/{name}", method="GET", handler=handler, names=Names.TICKET)
        for name, handler in _GETS.items()
    ),
    Route(path="/new", method="GET", handler=form.show),
    Route(path="/new/macro", method="GET", handler=form.macro),
    *(
        Route(path=f"/new/{name}", method="POST", handler=handler, largest=largest)
        for name, (handler, largest) in _NEW.items()
    ),
)
