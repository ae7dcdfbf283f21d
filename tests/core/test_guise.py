"""What a sender dresses up as, and which of it keeps a mail from being acknowledged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.hazards import mail
from tests.store.desk import TERMS
from triage.core.form import Form
from triage.core.guise import Badge, Guise, guises
from triage.core.mail.kind import OwnAddresses
from triage.core.message import SenderTrust, Trust

PASS = SenderTrust(Trust.PASS, "DMARC passed", heard=True)
OPEN = SenderTrust(Trust.NONE, "no check passed", heard=True)
FAIL = SenderTrust(Trust.FAIL, "DMARC failed", heard=True)
UNHEARD = SenderTrust(Trust.NONE, "nothing said")
DESK = replace(
    TERMS,
    roster=replace(
        TERMS.roster,
        colleagues=frozenset({"helen.frost@private.example"}),
        protected=("Helen Frost",),
    ),
)


def seen(
    sender: str, trust: SenderTrust = PASS, *, wording: bool = False, **more: str
) -> list[Guise]:
    return list(guises(mail(From=sender, **more), trust, DESK, wording=wording))


def badges(sender: str, trust: SenderTrust = PASS, **more: str) -> list[Badge]:
    return [one.badge for one in guises(mail(From=sender, **more), trust, DESK)]


@pytest.mark.parametrize(
    "sender",
    [
        "Ida Berg <ida@kunde.example>",
        "ida@kunde.example",
        '"ida@kunde.example" <ida@kunde.example>',
        '"Ida.Berg@googlemail.com" <ida.berg@gmail.com>',
        "Maria <maria@kunde.example>",
        "Maria Berg <maria@kunde.example>",
        "Lund University <office@lund.example>",
        "Maria Lund <maria@northwind.example>",
        "Helen Frost <helen.frost@private.example>",
        "Jonas Weber <jonas@mail.northwind.example>",
    ],
)
@pytest.mark.parametrize("trust", [PASS, UNHEARD])
def test_an_honest_sender_wears_no_guise(sender: str, trust: SenderTrust) -> None:
    assert seen(sender, trust) == []


@pytest.mark.parametrize(
    "name",
    [
        "Maria Lund",
        "Lund, Maria",
        "MARIA LUND",
        "Maria Lund (Northwind)",
        "M\u0430ri\u0430 Lund",
        "\uff2d\uff21\uff32\uff29\uff21 L\u00fcnd",
        "Helen Frost - CEO",
    ],
)
def test_a_name_of_our_own_from_elsewhere_is_shown(name: str) -> None:
    (one,) = seen(f"{name!r} <ceo.desk@gmail.com>".replace("'", '"'))
    assert one.badge is Badge.OUR_NAME
    assert not one.grave
    assert "Maria Lund" in one.why or "Helen Frost" in one.why


def test_a_customer_who_is_called_like_one_of_us_is_doubted_only_with_a_second_sign() -> None:
    sender = "Maria Lund <maria.lund@gmail.com>"
    assert [one.grave for one in seen(sender, PASS)] == [False]
    assert [one.grave for one in seen(sender, UNHEARD)] == [False]
    assert [one.grave for one in seen(sender, OPEN)] == [True]
    assert [one.grave for one in seen(sender, FAIL)] == [True]
    assert [one.grave for one in seen(sender, PASS, wording=True)] == [True]
    turned = seen(sender, PASS, Reply_To="boss@evil.example")
    assert [(one.badge, one.grave) for one in turned] == [
        (Badge.OUR_NAME, True),
        (Badge.ELSEWHERE, False),
    ]


def test_a_domain_made_after_ours_is_doubted_whatever_vouches_for_it() -> None:
    (one,) = seen("Northwind <billing@northwind-support.example>")
    assert (one.badge, one.grave) == (Badge.LOOK_ALIKE, True)
    assert "northwind-support.example" in one.why


def test_a_firm_with_our_name_under_another_ending_is_doubted_only_with_a_second_sign() -> None:
    assert [one.grave for one in seen("jo@northwind.test", PASS)] == [False]
    assert [one.grave for one in seen("jo@northwind.test", OPEN)] == [True]


def test_a_look_alike_in_reply_to_is_seen_too() -> None:
    found = seen("jo@kunde.example", Reply_To="support@northwlnd.example")
    assert [one.badge for one in found] == [Badge.LOOK_ALIKE, Badge.ELSEWHERE]
    assert found[0].grave


def test_a_name_that_shows_another_address_is_shown_and_one_of_ours_is_doubted() -> None:
    assert badges('"ida@kunde.example" <x@evil.example>') == [Badge.OTHER_ADDRESS]
    (one,) = seen('"support@northwind.example" <x@evil.example>')
    assert (one.badge, one.grave) == (Badge.OUR_ADDRESS, True)


@pytest.mark.parametrize(
    ("sender", "reply_to", "shown"),
    [
        ("ida@kunde.example", "boss@other.example", True),
        ("ida@kunde.example", "ida@gmail.com", True),
        ("ida@gmail.com", "bob@outlook.com", True),
        ("ida@kunde.example", "office@kunde.example", False),
        ("ida@mail.kunde.example", "ida@kunde.example", False),
        ("ida@mail.kunde.example", "ida@shop.kunde.example", False),
        ("ida@kunde.example", "support@northwind.example", False),
        ("ida@gmail.com", "ida@googlemail.com", False),
        ("ida@gmail.com", "other@gmail.com", False),
    ],
)
def test_replies_that_would_go_to_another_domain_are_shown(
    sender: str, reply_to: str, *, shown: bool
) -> None:
    expected = [Badge.ELSEWHERE] if shown else []
    assert badges(sender, Reply_To=reply_to) == expected


@pytest.mark.parametrize("sender", ["a@kunde.example, b@other.example", "undisclosed", ""])
def test_from_that_is_not_one_valid_address_is_doubted(sender: str) -> None:
    (one,) = seen(sender)
    assert (one.badge, one.grave) == (Badge.NOT_ONE, True)


@pytest.mark.parametrize("sender", ["ceo@northwind.example", "maria@northwind.example"])
def test_who_says_to_be_us_and_was_not_confirmed_is_doubted(sender: str) -> None:
    for trust in (OPEN, FAIL):
        assert [(one.badge, one.grave) for one in seen(sender, trust)] == [(Badge.CLAIMS_US, True)]
    assert seen(sender, PASS) == seen(sender, UNHEARD) == []


def test_a_desk_at_a_mail_provider_owns_none_of_its_names() -> None:
    own = OwnAddresses(
        mailboxes=frozenset({"shop@gmail.com"}), domains=frozenset({"gmail.com"}), instance="t"
    )
    terms = replace(DESK, own=own)
    for sender in ("ida@gmail.com", "ida@gmall.com", "ida@gmail-team.example"):
        assert guises(mail(From=sender), OPEN, terms) == ()


def test_a_form_speaks_for_others() -> None:
    terms = replace(DESK, forms=(Form(sender="form@kunde.example"),))
    filled = mail(From="Maria Lund <form@kunde.example>", Reply_To="jo@other.example")
    assert guises(filled, OPEN, terms) == ()


@given(
    st.text(alphabet="maria LUND@northwd.example-\u0430\u00e4<>(),\"'", max_size=300),
    st.text(alphabet="abc@.northwind-example,<>", max_size=100),
    st.sampled_from([PASS, OPEN, FAIL, UNHEARD]),
)
def test_any_sender_is_looked_at(sender: str, reply_to: str, trust: SenderTrust) -> None:
    message = mail(From=sender, Reply_To=reply_to)
    for one in guises(message, trust, DESK):
        assert one.why
        assert one.badge in Badge
