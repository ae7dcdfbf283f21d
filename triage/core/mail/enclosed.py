"""The mail that a mail passes on: attached to it as a message, or copied into its text."""

from __future__ import annotations

from triage.core.mail.addresses import sender_of
from triage.core.mail.body import read_body
from triage.core.mail.forwarded import Forwarded, forwarded_in
from triage.core.mail.mime import Part
from triage.core.subject import without_forward, without_reply


def passed_on(root: Part, body: str, subject: str) -> Forwarded:
    """Return the mail that `root` passes on; without text and author where it passes none on.

    `body` is the text of `root`. A copied header without a line that announces it counts as a
    forward only under a subject that starts as forwards do; under `Re:` it is what is answered.
    """
    inside = _attached(root)
    if inside is not None:
        text, _, _, _ = read_body(inside)
        author, _ = sender_of(inside.headers.all_raw("From"))
        return Forwarded(text.strip(), author)
    bare = subject.strip()
    says_so = without_reply(bare) == bare and without_forward(bare) != bare
    return forwarded_in(body, passed_on=says_so) or Forwarded("")


def _attached(part: Part) -> Part | None:
    """Return the first message attached to `part`; those of reports and digests are none."""
    if part.media_type in {"message/rfc822", "message/global"}:
        return part.children[0] if part.children else None
    if not part.media_type.startswith("multipart/"):
        return None
    if part.media_type in {"multipart/report", "multipart/digest"}:
        return None
    return next((found for child in part.children if (found := _attached(child))), None)
