"""Labelled mails: what is said of them, what is not, and every fault with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage.config.prompts import load_teaching
from triage.core.teaching import LabelledMail
from triage.errors import ConfigError

QUEUE = "---\nname: orders\ntitle: Orders\n---\nWhat is under way.\n"
SIGNAL = "---\nname: legal\ntitle: Legal\n---\nA lawyer.\n"
SECOND = "---\nname: safety\ntitle: Danger\n---\nSomebody may be harmed.\n"


def taught(folder: Path, lines: str, name: str = "own.jsonl") -> Path:
    for group, file, text in (
        ("queues", "orders.md", QUEUE),
        ("signals", "legal.md", SIGNAL),
        ("signals", "safety.md", SECOND),
        ("mails", name, lines),
    ):
        (folder / group).mkdir(parents=True, exist_ok=True)
        (folder / group / file).write_text(text)
    return folder


def test_a_list_of_signals_says_of_the_others_that_the_mail_has_them_not(tmp_path: Path) -> None:
    line = '{"subject": "Late", "body": "Where?", "queue": "orders", "signals": ["legal"]}\n\n'
    teaching = load_teaching(taught(tmp_path, line))
    assert teaching.labelled == (
        LabelledMail(
            subject="Late",
            body="Where?",
            queue="orders",
            signals={"legal": True, "safety": False},
        ),
    )


def test_what_is_left_out_is_not_said(tmp_path: Path) -> None:
    teaching = load_teaching(taught(tmp_path, '{"body": "Where?"}'))
    assert teaching.labelled == (LabelledMail(subject="", body="Where?"),)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"body": "x", "queue": "order"}', "no queue 'order'"),
        ('{"body": "x", "signals": ["legall"]}', "no signal 'legall'"),
        ('{"body": "x", "signals": "legal"}', "should be a list"),
        ('{"body": "x", "prio": "high"}', "unknown key 'prio'"),
        ('{"subject": "x"}', "no 'body'"),
        ('["x"]', "no JSON object"),
        ('{"body": "x"', "no JSON object"),
        ('{"body": 3}', "'body' should be text"),
    ],
)
def test_every_fault_names_its_line(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_teaching(taught(tmp_path, f'{{"body": "fine"}}\n{line}\n'))
    (fault,) = caught.value.faults
    assert said in str(fault)
    assert fault.file.endswith("mails/own.jsonl")
    assert fault.line == 2


def test_a_file_of_the_same_name_replaces_the_one_beneath(tmp_path: Path) -> None:
    base = load_teaching(taught(tmp_path / "base", '{"body": "shipped"}\n'))
    over = load_teaching(taught(tmp_path / "own", '{"body": "ours"}\n'), base)
    beside = load_teaching(taught(tmp_path / "more", '{"body": "more"}\n', "more.jsonl"), base)
    assert [mail.body for mail in over.labelled] == ["ours"]
    assert [mail.body for mail in beside.labelled] == ["more", "shipped"]


def test_another_label_of_a_mail_is_another_teaching(tmp_path: Path) -> None:
    digests = {
        load_teaching(taught(tmp_path / str(at), line)).digest
        for at, line in enumerate(
            ('{"body": "x"}', '{"body": "x", "signals": []}', '{"body": "x", "queue": "orders"}')
        )
    }
    assert len(digests) == 3
