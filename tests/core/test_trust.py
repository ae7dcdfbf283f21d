from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.mail.parse import parse
from triage.core.mail.trust import sender_trust
from triage.core.message import Message, Trust

MX = "mx.northwind.example"
AUTHOR = "From: Ida Berg <ida@kunde.example>"
PASS = f"Authentication-Results: {MX}; dmarc=pass (p=none) header.from=kunde.example"


def message(*lines: str) -> Message:
    return parse("\r\n".join([*lines, "", "Hello"]).encode())


@pytest.mark.parametrize(
    ("results", "trust"),
    [
        ("dmarc=pass header.from=kunde.example", Trust.PASS),
        ("dmarc=fail (p=reject) header.from=kunde.example", Trust.FAIL),
        ("dkim=pass header.d=kunde.example", Trust.PASS),
        ("dkim=pass header.i=@mail.kunde.example", Trust.PASS),
        ("dkim=pass header.d=other.example", Trust.NONE),
        ("dkim=pass header.d=example", Trust.NONE),
        ("dkim=fail header.d=kunde.example", Trust.NONE),
        ("spf=pass smtp.mailfrom=bounce@kunde.example", Trust.PASS),
        ("spf=pass smtp.mailfrom=notkunde.example", Trust.NONE),
        ("spf=softfail smtp.mailfrom=kunde.example", Trust.NONE),
        ("dmarc=pass header.from=other.example", Trust.NONE),
        ("odd=(;; dmarc=pass; dkim=fail", Trust.NONE),
        ("x=?; dkim=pass header.d=kunde.example; dmarc=fail", Trust.FAIL),
        ("none", Trust.NONE),
        ("", Trust.NONE),
    ],
)
def test_our_own_exchanger_decides(results: str, trust: Trust) -> None:
    found = sender_trust(message(f"Authentication-Results: {MX}; {results}", AUTHOR), MX)
    assert found.trust is trust
    assert found.why


def test_a_pass_that_somebody_else_wrote_is_nothing() -> None:
    forged = PASS.replace(MX, "mx.evil.example")
    assert sender_trust(message(forged, AUTHOR), MX).trust is Trust.NONE


def test_a_forged_pass_below_ours_is_not_read() -> None:
    ours = f"Authentication-Results: {MX}; dmarc=none"
    assert sender_trust(message(ours, PASS, AUTHOR), MX).trust is Trust.NONE
    received = "Received: from evil.example by mx"
    assert sender_trust(message(ours, received, PASS, AUTHOR), MX).trust is Trust.NONE


def test_a_failure_beside_our_topmost_counts_and_one_below_the_next_hop_does_not() -> None:
    failed = PASS.replace("dmarc=pass", "dmarc=fail")
    assert sender_trust(message(PASS, failed, AUTHOR), MX).trust is Trust.FAIL
    received = "Received: from evil.example by mx"
    assert sender_trust(message(PASS, received, failed, AUTHOR), MX).trust is Trust.PASS


def test_without_a_configured_exchanger_nothing_is_trusted() -> None:
    assert sender_trust(message(PASS, AUTHOR), None).trust is Trust.NONE


def test_the_header_of_microsoft_365_is_read_without_its_name() -> None:
    line = (
        "Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=kunde.example; "
        "dkim=none (message not signed) header.d=none;dmarc=pass action=none "
        "header.from=kunde.example;compauth=pass reason=100"
    )
    assert sender_trust(message(line, AUTHOR), "").trust is Trust.PASS
    assert sender_trust(message(line.replace("dmarc=pass", "dmarc=fail"), AUTHOR), "").trust is (
        Trust.FAIL
    )
    assert sender_trust(message(line, AUTHOR), MX).trust is Trust.NONE


def test_with_the_profile_without_a_name_a_named_header_on_top_ends_the_search() -> None:
    unnamed = "Authentication-Results: dmarc=pass header.from=kunde.example"
    assert sender_trust(message(PASS, unnamed, AUTHOR), "").trust is Trust.NONE


def test_a_pass_for_no_single_author_is_nothing() -> None:
    assert sender_trust(message(PASS, f"{AUTHOR}, eve@other.example"), MX).trust is Trust.NONE


@pytest.mark.parametrize(
    ("author", "signer", "trust"),
    [
        ("ida@shop.co.uk", "shop.co.uk", Trust.PASS),
        ("ida@mail.shop.co.uk", "shop.co.uk", Trust.PASS),
        ("ida@shop.co.uk", "co.uk", Trust.NONE),
        ("ida@shop.co.uk", "uk", Trust.NONE),
        ("ida@shop.co.uk", "evil.co.uk", Trust.NONE),
        ("ida@co.uk", "evil.co.uk", Trust.NONE),
        ("ida@a.host.example", "b.host.example", Trust.NONE),
        ("ida@web.de", "web.de", Trust.PASS),
        ("ida@KUNDE.example", "Kunde.EXAMPLE.", Trust.PASS),
        ("ida@notkunde.example", "kunde.example", Trust.NONE),
    ],
)
def test_a_signature_counts_for_the_author_s_own_name(
    author: str, signer: str, trust: Trust
) -> None:
    line = f"Authentication-Results: {MX}; dkim=pass header.d={signer}"
    assert sender_trust(message(line, f"From: {author}"), MX).trust is trust


@pytest.mark.parametrize(
    "results",
    [
        "spf=pass smtp.mailfrom=<>",
        "spf=pass smtp.mailfrom=",
        "spf=pass smtp.helo=kunde.example",
        "dmarc=temperror header.from=kunde.example",
        "dmarc=permerror header.from=kunde.example; spf=temperror smtp.mailfrom=kunde.example",
        "dmarc=bestguesspass header.from=kunde.example",
        "dkim=policy header.d=kunde.example",
        "dkim=pass (header.d=kunde.example)",
        "arc=pass header.from=kunde.example; sender-id=pass header.from=kunde.example",
        "(dmarc=pass) dmarc=none header.from=kunde.example",
        "x=(; dmarc=pass header.from=kunde.example)",
        'spf=pass smtp.mailfrom="; dmarc=pass header.from=kunde.example; "@evil.example',
        'spf=pass smtp.mailfrom="\\"; dmarc=pass header.from=kunde.example; \\""@evil.example',
        "spf=pass (a \\); dmarc=pass header.from=kunde.example; b) smtp.mailfrom=evil.example",
    ],
)
def test_what_is_no_pass_of_our_exchanger_is_neither(results: str) -> None:
    found = sender_trust(message(f"Authentication-Results: {MX}; {results}", AUTHOR), MX)
    assert (found.trust, found.heard) == (Trust.NONE, True)


@pytest.mark.parametrize(
    "results",
    [
        "dmarc=fail (p=none dis=none) header.from=kunde.example",
        "DMARC = Fail header.from=kunde.example",
        "dmarc/1=fail header.from=kunde.example",
        "spf=pass smtp.mailfrom=(evil@other.example; dmarc=fail header.from=kunde.example",
        'spf=pass smtp.mailfrom="evil@other.example; dmarc=fail header.from=kunde.example',
        f"{'dkim=fail header.d=kunde.example; ' * 400}dmarc=fail header.from=kunde.example",
    ],
)
def test_nothing_that_the_sender_writes_hides_a_failure(results: str) -> None:
    found = sender_trust(message(f"Authentication-Results: {MX}; {results}", AUTHOR), MX)
    assert found.trust is Trust.FAIL


@pytest.mark.parametrize(
    "head",
    [
        f"Authentication-Results: {MX} 1; dmarc=pass header.from=kunde.example",
        f"Authentication-Results: (ours) {MX} (v 1); dmarc=pass header.from=kunde.example",
        f'AUTHENTICATION-RESULTS: "{MX.upper()}"; DMARC=PASS header.from=kunde.example',
        f"Authentication-Results:\r\n\t{MX};\r\n dmarc=pass\r\n (x)\r\n header.from=kunde.example",
    ],
)
def test_versions_comments_case_and_folds_change_nothing(head: str) -> None:
    assert sender_trust(message(head, AUTHOR), MX).trust is Trust.PASS


def test_arc_and_other_headers_are_not_read() -> None:
    for name in ("ARC-Authentication-Results", "X-Original-Authentication-Results"):
        line = PASS.replace("Authentication-Results", name, 1)
        found = sender_trust(message(line, AUTHOR), MX)
        assert (found.trust, found.heard) == (Trust.NONE, False)


def test_the_header_of_microsoft_365_may_leave_room_round_its_signs() -> None:
    line = "Authentication-Results: spf = pass smtp.mailfrom=kunde.example"
    assert sender_trust(message(line, AUTHOR), "").trust is Trust.PASS


@given(st.text(alphabet='mx.;=() "\\dkimpasfherv@/1', max_size=200))
def test_any_header_gives_a_verdict(value: str) -> None:
    found = message(f"Authentication-Results: {MX}; {value}", AUTHOR)
    assert sender_trust(found, MX).why
    assert sender_trust(found, "").why
