"""What people type of tickets and mails, and which status follows which."""

from __future__ import annotations

import pytest

from triage.core.ticket import Event, MessageId, Status, after, handle, read_handle


@pytest.mark.parametrize("typed", ["M-42", "m-42", " M-42 "])
def test_a_mail_is_named_by_its_handle(typed: str) -> None:
    assert handle(MessageId(42)) == "M-42"
    assert read_handle(typed) == 42


@pytest.mark.parametrize(
    "typed", ["T-0000042", "42", "M42", "M-", "M-4x", "M--4", "M-²", "M-" + "9" * 30]
)
def test_nothing_else_names_a_mail(typed: str) -> None:
    assert read_handle(typed) is None


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.MERGED])
def test_any_ticket_can_go_into_another(status: Status) -> None:
    assert after(status, Event.MERGED) is Status.MERGED
