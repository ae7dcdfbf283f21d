"""Which words of a mail may say what language its writer speaks."""

from __future__ import annotations

from collections.abc import Iterator

from triage.core.message import Message
from triage.core.subject import without_forward, without_reply

ENOUGH = 20
"""Letters of new text from which on nothing else in the mail has a say."""


def spoken(message: Message) -> Iterator[str]:
    """Yield the texts that may tell the language, the best first; the first sure one does.

    The new text, which is theirs alone. Then with the subject, without its `Re:` and `Fwd:`; not
    that of an answer, which may be ours: there the conversation knows better. What they forward
    only where they wrote next to nothing themselves. What is quoted never.
    """
    text = message.text
    yield text
    topic = without_forward(without_reply(message.subject))
    if topic and not message.cites:
        yield f"{topic}\n{text}"
    if sum(map(str.isalpha, text)) < ENOUGH and message.forwarded:
        yield message.forwarded
