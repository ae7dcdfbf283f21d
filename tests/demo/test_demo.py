"""The demo as a newcomer runs it: one command, real servers, the real model, an end by itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from triage.core.mail.parse import parse
from triage.demo.mails import SCENES, scene
from triage.pipeline.instore import utc_now


@pytest.mark.model
def test_the_demo_ends_by_itself_and_says_what_came_of_it(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "triage", "demo", "--for", "9s"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    said = ran.stdout
    assert "7 acknowledged" in said
    assert "no ack    T-" in said
    assert ": phishing" in said
    assert "safety: “It gets rather hot" in said
    assert "out of office, kept on the ticket, not answered" in said
    assert "nothing is sent again" in said
    assert "Maria Lund answered after" in said
    assert "Traceback" not in said + ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_every_mail_of_the_demo_says_what_it_is_meant_to_say() -> None:
    for one in SCENES:
        answered = scene(one.answers) if one.answers else None
        message = parse(one.raw(utc_now(), answered))
        assert message.sender is not None
        assert message.sender.addr == one.address.casefold()
        assert message.subject == one.subject
        assert not message.faults
