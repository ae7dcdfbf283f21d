"""A mail that somebody pastes, explained as if it had just arrived. Nothing of it is kept."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any

from starlette.datastructures import FormData, UploadFile

from triage.core.remember import as_list
from triage.core.terms import Terms
from triage.errors import NotPossible
from triage.model.predict import Model
from triage.pipeline.read import Predictor
from triage.pipeline.terms import terms_of
from triage.report.words import DASH, signed
from triage.trial.explaining import Explainer, Explanation, Given, Measuring
from triage.web.fields import line
from triage.web.kept import kept, rests_on
from triage.web.lists.rows import signal_word
from triage.web.names import Names
from triage.web.reading import reader
from triage.web.render import Reader
from triage.web.routes import Visit
from triage.web.words_of import KINDS, REASONS, said

LARGEST = 2 * 1024 * 1024
"""Most bytes of a form with a mail in it."""

MOST_LETTERS = 500_000
_HEAD = re.compile(r"\A[!-9;-~]+:[^\n]*\r?\n(?:[!-9;-~]+:|[ \t]|\r?\n)")
"""How a whole mail begins: a header, and another one, or the rest of it, or the text."""

_one_at_a_time = threading.Lock()


async def explained(visit: Visit, fields: FormData) -> dict[str, Any] | None:
    """Return what the model and the rules make of a pasted mail; None: there is nothing to judge.

    It is judged in a thread of its own, one at a time; who comes meanwhile does not wait, for
    those threads do other work of the page, too. Raises: NotPossible.
    """
    model = visit.office.judge()
    raw = await _raw(visit, fields)
    if model is None or not raw:
        return None
    policy = visit.office.policy()
    # As by the command: no instance is ours, and what holds for the hour is not asked.
    terms = terms_of(policy, "")
    found = await asyncio.to_thread(_judged, visit, terms, model, raw)
    return _shown(reader(visit), Names(policy=policy), found)


def _judged(visit: Visit, terms: Terms, model: Predictor, raw: bytes) -> Explanation:
    judge = Measuring(model) if isinstance(model, Model) else model
    if not _one_at_a_time.acquire(blocking=False):
        raise NotPossible(
            reader(visit).say("Another mail is tried at this moment. Try again in a few seconds.")
        )
    try:
        (found,) = Explainer(terms, judge, visit.now).explain([Given(name="", raw=raw)])
    finally:
        _one_at_a_time.release()
    return found


async def _raw(visit: Visit, fields: FormData) -> bytes:
    """Return the bytes of a mail: of the file, of a whole mail that was pasted, or of its parts."""
    file = fields.get("file")
    if isinstance(file, UploadFile) and file.size:
        return await file.read(LARGEST)
    text = str(fields.get("text", ""))[:MOST_LETTERS]
    sender, subject = (line(fields, name) for name in ("from", "subject"))
    if not text.strip() and not subject:
        return b""
    if not sender and not subject and _HEAD.match(text):
        return text.encode("utf-8", "replace")
    return _made(visit, text, sender, subject)


def _made(visit: Visit, text: str, sender: str, subject: str) -> bytes:
    name, address = parseaddr(sender)
    inbox = next(iter(visit.office.terms().inboxes.values()), None)
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(name, address)
    if inbox is not None:
        message["To"] = inbox.address
    message["Subject"] = subject
    message["Date"] = format_datetime(visit.now)
    message["Message-ID"] = "<pasted@invalid>"
    message.set_content(text)
    return message.as_bytes()


def _address(name: str, address: str) -> str:
    """Return who wrote; somebody unknown where no address was given that a header can bear."""
    whole = address.isascii() and address.count("@") == 1 and not re.search(r"[\s<>,;]", address)
    return formataddr((name, address)) if whole else "somebody@example.net"


def _shown(read: Reader, names: Names, found: Explanation) -> dict[str, Any]:
    """Return what the template shows of an explanation."""
    told, explained = found.report, found.explained
    queue, due = told["queue"], told["answer_by"]
    scores = {str(name): float(share) for name, share in _mapping(told["queue_scores"]).items()}
    return {
        "kind": said(KINDS, str(told["kind"]), read),
        "language": told["language"] or DASH,
        "queue": names.queue(str(queue)) if queue else read.say("none: it is filed"),
        "priority": told["priority"] or DASH,
        "owner": names.agent(str(told["owner"] or "")),
        "answer_by": read.time(datetime.fromisoformat(due)) if isinstance(due, str) else DASH,
        "acknowledge": told["acknowledge"],
        "silence": said(REASONS, str(told["acknowledge_reason"]), read),
        "scores": _scores(names, scores),
        "signals": tuple(
            (
                read.say(signal_word(name)),
                f"{float(_mapping(one)['score']):.2f}",
                _sentence(read, one),
            )
            for name, one in _mapping(told["signals"]).items()
        ),
        "facts": tuple(
            (name.replace("_", " "), str(one)) for name, one in _mapping(told["facts"]).items()
        ),
        "fired": tuple(_fired(read, one) for one in as_list(explained.get("fired"))),
        "reasons": tuple(
            (
                one["side"] == "for",
                names.queue(str(one["queue"])),
                str(one["sentence"]),
                signed(float(one["weight"])),
            )
            for one in as_list(told["reasons"])
        ),
        "why": tuple(kept(str(line), read) for line in as_list(told["why"])),
    }


def _scores(names: Names, scores: Mapping[str, float]) -> tuple[tuple[str, str], ...]:
    """Return what the model says of each queue, the likeliest first."""
    best = sorted(scores.items(), key=lambda pair: -pair[1])
    return tuple((names.queue(name), f"{share:.2f}") for name, share in best)


def _fired(read: Reader, one: Mapping[str, Any]) -> dict[str, object]:
    return {
        "rule": str(one.get("rule", "")),
        "place": f"{one.get('file', '')}:{one.get('line', '')}",
        "why": str(one.get("why", "")),
        "evidence": tuple(map(str, one.get("evidence") or ())),
        "did": tuple(kept(str(each), read) for each in one.get("did") or ()),
        "overruled": tuple(kept(str(each), read) for each in one.get("overruled") or ()),
    }


def _sentence(read: Reader, one: object) -> str:
    return rests_on(str(_mapping(one).get("sentence", "")), read)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
