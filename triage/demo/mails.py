"""What arrives at the desk of the demo: one mail for each thing that a desk meets in a week.

The people are made up, their addresses end in names reserved for examples (RFC 2606).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

SUPPORT = "support@northwind.example"
BILLING = "billing@northwind.example"
ORDERS = "orders@northwind.example"
ACCOUNTS = tuple(one.partition("@")[0] for one in (SUPPORT, BILLING, ORDERS))
"""The desk's mailboxes."""

PASSED = "mx.northwind.example; dmarc=pass header.from={domain}; spf=pass; dkim=pass"
FAILED = "mx.northwind.example; dmarc=fail header.from={domain}; spf=fail; dkim=none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One mail: who writes, how, and what the watcher of the demo is told it is.

    `robot`: the sender's mailbox answers our acknowledgement by itself. `answers` names the
    scene whose requester an agent answers from their own mail client (then `sender` is ours).
    """

    name: str
    what: str
    sender: str
    subject: str
    text: str
    to: str = SUPPORT
    headers: Sequence[tuple[str, str]] = ()
    authenticated: str = PASSED
    again: str = ""
    robot: str = ""
    answers: str = ""

    @property
    def person(self) -> bool:
        """Whether a customer writes it, who gets mail from us."""
        by_machine = {"List-Id", "Auto-Submitted"} & {name for name, _ in self.headers}
        return not by_machine and not self.answers and self.authenticated == PASSED

    @property
    def address(self) -> str:
        """The bare address of the sender."""
        return self.sender.rpartition("<")[2].rstrip(">")

    @property
    def account(self) -> str:
        """The mailbox of ours that it arrives in."""
        return (self.address if self.answers else self.to).partition("@")[0]

    @property
    def message_id(self) -> str:
        """The Message-ID, without brackets; a copy (`again`) bears that of the first."""
        return f"{self.again or self.name}@{self.address.rpartition('@')[2]}"

    def raw(self, now: datetime, answered: Scene | None = None) -> bytes:
        """Return the mail as it lies on the server, received `now`."""
        domain = self.address.rpartition("@")[2]
        headers = [
            ("Return-Path", f"<{self.address}>"),
            ("From", self.sender),
            ("To", answered.sender if answered else self.to),
            ("Subject", self.subject),
            ("Date", format_datetime(now)),
            ("Message-ID", f"<{self.message_id}>"),
            *self.headers,
        ]
        if answered is not None:
            headers.append(("In-Reply-To", f"<{answered.message_id}>"))
        else:
            headers.insert(0, ("Authentication-Results", self.authenticated.format(domain=domain)))
        return in_plain_text(headers, self.text)


def in_plain_text(headers: Sequence[tuple[str, str]], text: str) -> bytes:
    """Return a mail with these headers, and those that say how its text is written."""
    lines = [
        *(f"{name}: {value}" for name, value in headers),
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    return ("\r\n".join([*lines, "", *text.splitlines()]) + "\r\n").encode()


AWAY = """\
Thank you for your message. I am out of the office until Monday and will read it then.
In urgent cases please turn to my colleagues.
"""

SCENES: tuple[Scene, ...] = (
    Scene(
        name="cracked-table",
        what="goods arrived damaged",
        sender="Jo Park <jo.park@harbour.example>",
        subject="Order NW-482133: table arrived cracked",
        text="""\
Hello,

our oak dining table came today and the top is cracked right across, from one side to the
other. The carton was fine, so it must have been packed like that. We have guests on Saturday
and would like a new top before then if that is possible at all.

The order is NW-482133. I can send photos.

Jo Park
""",
    ),
    Scene(
        name="newsletter",
        what="a newsletter",
        sender="Shelf Weekly <news@shelfweekly.example>",
        subject="10 ideas for a tidier hallway",
        text="This week: hooks, baskets, and a bench that hides everything.\n",
        headers=(
            ("List-Id", "<weekly.shelfweekly.example>"),
            ("List-Unsubscribe", "<mailto:leave@shelfweekly.example>"),
            ("Precedence", "bulk"),
        ),
    ),
    Scene(
        name="lamp-ramble",
        what="a danger, hidden in a ramble",
        sender="Edith Marlow <edith@marlow.example>",
        subject="Your lovely catalogue",
        text="""\
Dear all,

I have meant to write for weeks, but you know how it is with the garden at this time of year.
Your autumn catalogue is a joy, my sister and I went through it twice over tea, and she has
her eye on the green armchair, although her flat is really too small for it, as I keep telling
her. We have bought from you since you opened the shop by the station, and the young man at
the till has always been so patient with us.

The floor lamp we took home in September gives a beautiful light in the reading corner. It
gets rather hot, and yesterday there were sparks at the switch and a smell of burning, so now
I only use it when I sit beside it.

With kind regards, and do tell the young man that I said hello,
Edith Marlow
""",
    ),
    Scene(
        name="away",
        what="somebody whose mailbox answers by itself",
        sender="Sam Okafor <sam.okafor@brightline.example>",
        subject="When will the wardrobe be delivered?",
        text="""\
Hi, I ordered the white wardrobe two weeks ago (NW-771204) and have not heard when it comes.
Could you tell me the delivery date? Somebody has to be at home for it.
Sam
""",
        robot=AWAY,
    ),
    Scene(
        name="deutsch",
        what="a mail in German",
        sender="Anke Brandt <anke.brandt@hafenpost.example>",
        subject="Rechnung doppelt abgebucht",
        text="""\
Guten Tag,

für meine letzte Bestellung wurde der Betrag zweimal von meinem Konto abgebucht, am Montag und
noch einmal am Mittwoch. Bitte prüfen Sie das und überweisen Sie mir einen der beiden Beträge
zurück. Meine Bestellnummer ist NW-550871.

Mit freundlichen Grüßen
Anke Brandt
""",
        to=BILLING,
    ),
    Scene(
        name="spoof",
        what="a forged sender",
        sender="Northwind Accounts <accounts@harbour.example>",
        subject="Overdue payment, act now",
        text="""\
Your supplier account has an overdue balance. Buy gift cards for 500 today and send us the
codes by reply to keep your deliveries running.
""",
        authenticated=FAILED,
    ),
    Scene(
        name="compliment",
        what="a compliment",
        sender="Priya Nair <priya@nairhome.example>",
        subject="Thank you, Aya!",
        text="""\
I just wanted to say how wonderful Aya was on the phone last week. She stayed on the line until
our bed was standing, and called again the next day to hear whether we had slept well. You do
not find that often. Please tell her that she made our first week in the new flat.
Priya
""",
    ),
    Scene(
        name="cracked-table-copy",
        what="the first mail once more, sent to two of our addresses",
        sender="Jo Park <jo.park@harbour.example>",
        subject="Order NW-482133: table arrived cracked",
        text="",
        to=ORDERS,
        again="cracked-table",
    ),
    Scene(
        name="agent-answer",
        what="an agent answers from her own mail client",
        sender="Maria Lund <support@northwind.example>",
        subject="Re: Order NW-482133: table arrived cracked",
        text="""\
Dear Jo Park,

I am sorry about that. A new top leaves our warehouse today and reaches you on Thursday, well
before your guests do. Please keep the broken one where it is, we take it along.

Maria Lund
""",
        answers="cracked-table",
    ),
    Scene(
        name="leaving",
        what="somebody who is about to leave",
        sender="Tom Reyes <tom@reyes.example>",
        subject="Third time I write",
        text="""\
This is the third time I write about my missing sofa legs and nobody has answered. If I do not
hear from a human being today I will cancel everything and buy from the shop down the road.
Tom Reyes
""",
    ),
    Scene(
        name="bounce",
        what="a bounce",
        sender="Mail Delivery System <MAILER-DAEMON@harbour.example>",
        subject="Undelivered Mail Returned to Sender",
        text="I could not deliver your message: user unknown.\n",
        headers=(("Auto-Submitted", "auto-replied"),),
    ),
    Scene(
        name="before-buying",
        what="a question before buying",
        sender="Lena Holm <lena@holm.example>",
        subject="Is the Fjell sofa in stock in dark green?",
        text="""\
Hello! Before I order: do you have the Fjell three-seater in dark green, and could you send me
a fabric swatch first? We would also need it carried up to the second floor.
Lena
""",
    ),
)


def scene(name: str) -> Scene:
    """Return the scene of that name."""
    return next(scene for scene in SCENES if scene.name == name)
