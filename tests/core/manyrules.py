"""Many rules, half of them `words`, and mails for them: the same every time."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from triage.config.shipped import shipped_prompts
from triage.core.desk import Hours
from triage.core.message import Address, Attachment, Message
from triage.core.prediction import Prediction
from triage.core.subject import Subject

_FEW = 2
_EXAMPLE = re.compile(r"^- (?:\[[a-z_]+\] )?(.+)$", re.MULTILINE)


@cache
def sentences() -> tuple[str, ...]:
    """Return what the shipped queues are taught by: what people write to a desk."""
    files = sorted((shipped_prompts() / "queues").glob("*.md"))
    return tuple(line for file in files for line in _EXAMPLE.findall(file.read_text("utf-8")))


@cache
def _telling() -> tuple[tuple[str, ...], ...]:
    """Return what stands together in sentences round a word that few of them have."""
    split = [re.findall(r"[^\W\d_]+", sentence.casefold()) for sentence in sentences()[::2]]
    often = Counter(word for words in split for word in set(words))
    return tuple(
        tuple(words[max(at - 1, 0) : at + 2])
        for words in split
        for at, word in enumerate(words)
        if often[word] <= _FEW and len(word) > 4
    )


def _word(rng: random.Random) -> str:
    return max(rng.choice(_telling()), key=len)


def _phrase(rng: random.Random) -> str:
    """Take one to three words that tell something, as admins do; some end in `*`."""
    words = rng.choice(_telling())
    phrase = " ".join(words) if rng.random() < 0.7 else max(words, key=len)
    return phrase + "*" * (rng.random() < 0.25)


def _others(rng: random.Random) -> Iterator[str]:
    """Go through the other questions, round and round."""
    while True:
        yield f'from: ["*@{_word(rng)}.test", "{_word(rng)}@*", "no-reply@*"]'
        yield f'subject: ["{_word(rng)} *", "* {_word(rng)}"]'
        yield f"header: {{X-{_word(rng)}: {{present: true}}, List-Id: '*{_word(rng)}*'}}"
        yield f'pattern: "{_word(rng).upper()}-[0-9]{{6}}"'
        yield f"model: {{label: orders, at_least: 0.{rng.randint(50, 99)}}}"
        yield f'time: {{weekday: [sat, sun], between: "17:30-08:00", month: {rng.randint(1, 12)}}}'
        yield f"history: {{mails: {{at_least: {rng.randint(2, 9)}, within: 14d}}}}"
        yield f'fact: {{order_number: "NW-{rng.randint(1, 9)}*"}}'
        yield f'attachment: ["*{_word(rng)}*.pdf", "*.exe"]'
        yield f'any: [{{to: "{_word(rng)}@*"}}, {{words: ["{_phrase(rng)}"]}}]'


def write_rules(folder: Path, number: int) -> Path:
    """Write `number` rules into a file in `folder`, and return the folder."""
    rng, lines = random.Random(7), ["rules:"]  # noqa: S311 - the same every time
    others = _others(rng)
    for at in range(number):
        if at % 2:
            when = next(others)
        else:
            phrases = sorted({_phrase(rng) for _ in range(12)})
            when = f"words: {json.dumps(phrases, ensure_ascii=False)}"
        lines += [f"  - id: r{at}", "    why: because", f"    when: {{{when}}}"]
        lines += [f"    then: {{flag: f{at}}}"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "10-many.yaml").write_text("\n".join(lines))
    return folder


def many_mails(number: int, *, size: int) -> list[Subject]:
    """Make `number` mails with about `size` characters of text each."""
    rng = random.Random(11)  # noqa: S311 - the same every time
    return [_mail(rng, size) for _ in range(number)]


def _mail(rng: random.Random, size: int) -> Subject:
    text = ""
    while len(text) < size:
        text += rng.choice(sentences()[1::2]) + "\n"
    message = Message(
        subject=f"Re: {_word(rng)} {_word(rng)}",
        sender=Address(f"{_word(rng)}@{_word(rng)}.test"),
        to=(Address("support@birch.test"),),
        text=text[:size],
        headers=tuple((f"X-{_word(rng)}", _word(rng)) for _ in range(25)),
        attachments=(Attachment(f"{_word(rng)}.pdf", "application/pdf", 1000),),
    )
    return Subject(
        message=message,
        prediction=Prediction(queue_scores={"orders": rng.random()}),
        facts={"order_number": f"NW-{rng.randint(100000, 999999)}"},
        at=datetime(2026, 11, rng.randint(1, 28), rng.randint(0, 23), 5, tzinfo=UTC),
        hours=Hours(zone=ZoneInfo("Europe/Berlin")),
    )
