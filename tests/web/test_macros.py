"""Replies that are proposed to agents: filled in, or plainly not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.store.desk import mail
from tests.web.conftest import House
from triage.config.replies import load_replies
from triage.core.accounts import Account, Role
from triage.core.disposition import Open
from triage.store.views import TicketView
from triage.web.writing.macros import filled, macros, values_of

MARIA = Account(name="maria", role=Role.AGENT, agent="maria")
NOBODY = Account(name="olga", role=Role.LEAD)


def ticket(house: House, text: str = "The top of NW-123456 is cracked.") -> TicketView:
    made = house.desk.take(mail(text))
    assert isinstance(made, Open)
    return house.store.ticket(made.reference)


def test_a_macro_is_filled_in_from_the_ticket_and_from_who_writes(house: House) -> None:
    reply = house.policy.replies.reply("photo-request", "en")
    assert reply is not None
    made = filled(reply, house.policy, ticket(house), MARIA)
    agent = house.policy.roster.agent("maria")
    assert agent is not None
    assert made.text.startswith("Hello Jo,\n\n")
    assert made.text.endswith(f"{agent.name}\n{house.policy.settings.brand}")
    assert made.missing == ()


def test_what_nobody_can_fill_in_stands_there_in_braces(house: House) -> None:
    reply = house.policy.replies.reply("photo-request", "en")
    assert reply is not None
    made = filled(reply, house.policy, ticket(house), NOBODY)
    assert made.missing == ("{{ agent_name }}",)
    assert "{{ agent_name }}" in made.text


def test_what_a_reply_does_without_is_left_out(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "replies"
    folder.mkdir()
    (folder / "where.md").write_text(
        "---\nname: where\n---\nIt is {{ order_number }}{% if desk_phone %} or {{ desk_phone }}"
        "{% endif %}{% if referral %} {{ referral }}{% endif %} at {{ referral or 'the shop' }}.\n"
    )
    reply = load_replies(tmp_path, facts={"order_number"}).reply("where")
    assert reply is not None
    made = filled(reply, house.policy, None, MARIA)
    assert made.text.startswith("It is {{ order_number }}")
    assert made.text.endswith(" at the shop.")
    assert made.missing == ("{{ order_number }}",)


def test_what_somebody_beside_a_ticket_states_is_not_told_to_the_requester(house: House) -> None:
    known = ticket(house)
    (mine,) = known.messages
    mine = replace(mine, explained={"facts": {"order_number": "NW-123456"}})
    other = replace(mine, participant=False, explained={"facts": {"order_number": "NW-999999"}})
    known = replace(known, messages=(mine, other))
    assert values_of(house.policy, known, MARIA)["order_number"] == "NW-123456"


def test_who_steps_in_says_so_behind_the_greeting_of_a_macro(house: House) -> None:
    reply = house.policy.replies.reply("photo-request", "en")
    assert reply is not None
    made = filled(reply, house.policy, ticket(house), MARIA, "I'm Maria.")
    assert made.text.startswith("Hello Jo,\n\nI'm Maria.\n\nI am sorry")


def test_macros_are_offered_in_the_requesters_language_where_there_are_any(house: House) -> None:
    shown = {one.name: one.title for one in macros(house.policy, None)}
    assert len(shown) == len(house.policy.replies.names)
    german = house.policy.replies.reply("photo-request", "de")
    assert german is not None
    assert german.title != shown["photo-request"]


def test_every_shipped_macro_can_be_filled_in_for_a_ticket(house: House) -> None:
    known = ticket(house)
    assert values_of(house.policy, known, MARIA)["first_name"] == "Jo"
    for one in macros(house.policy, known):
        reply = house.policy.replies.reply(one.name, "en")
        assert reply is not None
        assert filled(reply, house.policy, known, MARIA).missing == (), one.name
