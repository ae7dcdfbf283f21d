"""`[[form]]` and `forwarders` in `triage.toml`: what they become, and what can be wrong in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.test_toml import GOOD, faults, write
from triage.config.load import load_policy
from triage.config.reference import settings_table
from triage.config.toml import load_settings
from triage.pipeline.terms import terms_of

FORM = """
[[form]]
sender = "WordPress@shop.example"
requester = "body"
email_label = "E-Mail"
name_pattern = 'Name: (.+)'

[[form]]
sender = "shop@shop.example"
"""
DESK = 'brand = "B"\n[[mailbox]]\nname = "s"\naddress = "s@b.test"\nhost = "127.0.0.1"\n'


def test_forms_and_forwarders_become_terms(tmp_path: Path) -> None:
    text = f'{DESK}forwarders = ["Mail.Old.example", "info@old.example"]\n{FORM}'
    terms = terms_of(load_policy(write(tmp_path, text), environment={}), "here")
    first, second = terms.forms
    assert (first.sender, first.reply_to, first.email_label) == (
        "wordpress@shop.example",
        False,
        "E-Mail",
    )
    assert first.name_pattern is not None
    assert (second.reply_to, second.email_pattern) == (True, None)
    assert terms.inboxes["s"].forwarders == ("mail.old.example", "info@old.example")


def test_a_desk_without_forms_has_none(tmp_path: Path) -> None:
    assert load_settings(write(tmp_path, GOOD), {}).forms == ()


@pytest.mark.parametrize(
    ("text", "place", "said", "remedy"),
    [
        (
            'sender = "wordpress"',
            "7:10",
            "'wordpress' is not a mail address",
            "write it bare: name@domain",
        ),
        (
            'sender = "w@b.test"\nrequester = "body"',
            "8:13",
            "nothing says where the customer's address stands in the body",
            'email_label = "Email"',
        ),
        ('sender = "w@b.test"\nemail_pattern = "(a"', "8:17", "the pattern cannot be used: ", ""),
        (
            'sender = "w@b.test"\nname_pattern = ".*"',
            "8:16",
            "the pattern cannot be used: it matches empty text, so it would match everything",
            "",
        ),
        (
            'sender = "w@b.test"\nrequester = "replyto"',
            "8:13",
            "'requester' cannot be 'replyto'",
            "reply_to",
        ),
        (
            'sender = "w@b.test"\nemail_lable = "E"',
            "8:1",
            "unknown key 'email_lable'",
            "email_label",
        ),
        ('sender = "w@b.test"\nemail_label = ":"', "8:15", "':' is the label of no field", ""),
        ('sender = "w@b.test"\nname_label = " "', "8:14", "' ' is the label of no field", ""),
        ("requester = 'reply_to'", "6:1", "'sender' is missing", ""),
    ],
)
def test_every_fault_of_a_form_has_its_place_and_its_remedy(
    text: str, place: str, said: str, remedy: str, tmp_path: Path
) -> None:
    (found,) = faults(tmp_path, f"{DESK}[[form]]\n{text}\n")
    assert found.startswith(f"triage.toml:{place}: error: {said}")
    assert remedy in found


def test_one_form_in_single_brackets_is_told_what_to_write(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, f'{DESK}[form]\nsender = "w@b.test"\n')
    assert found.startswith("triage.toml:6:1: error: 'form' is a list")
    assert "write [[form]], in double brackets" in found


def test_a_forwarder_that_is_neither_host_nor_address_is_a_fault(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, f'{DESK}forwarders = ["old", "x@y.test", "mx.y.test"]\n')
    assert found.startswith("triage.toml:6:15: error: 'old' is neither a host nor a mail address")


def test_the_readme_gets_their_rows() -> None:
    table = settings_table()
    assert "`[[form]] email_label`" in table
    assert "`[[mailbox]] forwarders`" in table
