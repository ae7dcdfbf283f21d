"""Mails that people might write to a shop for furniture, no two alike, for what is measured."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from random import Random

PASSED = "mx.northwind.test; dmarc=pass header.from="

NAMES = (
    "Ada Brandt",
    "Ben Osei",
    "Clara Voss",
    "Dev Patel",
    "Elin Strand",
    "Farid Nasser",
    "Greta Holm",
    "Hugo Lima",
    "Ines Duarte",
    "Jack Moore",
    "Kaya Demir",
    "Leo Rossi",
    "Mina Sato",
    "Noah Fischer",
    "Olga Petrova",
)
THINGS = (
    "oak dining table",
    "walnut bookcase",
    "linen sofa",
    "reading lamp",
    "wool rug",
    "standing desk",
    "bunk bed",
    "kitchen stool",
    "glass cabinet",
    "rattan armchair",
    "chest of drawers",
    "hallway bench",
    "bedside table",
)
PLACES = (
    "landing",
    "spare room",
    "kitchen",
    "garage",
    "front hall",
    "attic",
    "study",
    "porch",
)
DAYS = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)

OPENINGS = (
    "I ordered the {thing} from you at the end of last month and it was delivered on {day}.",
    "We have been waiting for our {thing} since {day}, and nobody has told us when it will come.",
    "Your driver left a {thing} in our {place} on {day} while we were both at work.",
    "On {day} I visited your showroom and fell in love with the {thing} by the window.",
    "My sister gave me a {thing} of yours for the {place}, and I have a question about it.",
    "I am writing about the invoice for the {thing} that I received on {day}.",
)
MIDDLES = (
    "When we opened the box, one corner of the {thing} was split right down to the frame.",
    "The packet of screws holds only seven of the twelve that the leaflet shows for step {n}.",
    "I have read the instructions {n} times, and the left panel still does not meet the right one.",
    "According to the tracking page the parcel has stood in the depot for {n} days.",
    "My card was charged twice, once for {n}0 pounds more than the price on your page.",
    "We moved house in the meantime, so the address that you have on file is not ours any more.",
    "It has to go up a staircase with {n} tight turns, and I am no longer sure that it fits.",
    "The colour looks a good deal darker in our {place} than it did in the catalogue.",
    "I tried to change the order on your website, but the page only says that I should try later.",
    "It smells strongly of varnish, which has not gone although we aired the room for {n} days.",
    "The drawer on the right sticks whenever the heating in the {place} has been on.",
    "A neighbour bought the same {thing} and had none of this, so ours must be a bad one.",
    "I would rather keep it than send it back, provided that the missing piece can be replaced.",
    "My husband thinks that a little glue would do, but I do not want to void the guarantee.",
    "We are expecting {n} guests next {day} and would like to have it standing by then.",
    "I rang your number on {day} and hung up after {n} minutes of music.",
    "The cloth has begun to pill where the cat never sits, so wear cannot be the reason.",
    "In the photograph the legs are straight, whereas those in our box lean outwards.",
    "I still have the wrapping and the label with the number of the pallet, if that is of use.",
    "The man who brought it was very kind and carried it into the {place} without being asked.",
    "For our records we need the invoice made out to the firm and not to me.",
    "Is there a version of the {thing} that is {n} centimetres narrower?",
)
ENDINGS = (
    "Could you tell me what happens next, and how long it is likely to take?",
    "Please let me know whether you send a new part or would rather see a photograph first.",
    "I should be grateful for a short answer before {day}.",
    "Would it be possible to collect the {thing} in the evening, after six?",
    "What would you advise us to do?",
    "Kindly confirm that the amount goes back to the same card.",
)
SUBJECTS = (
    "{thing}, delivered on {day}",
    "Question about the {thing}",
    "Order {order}: {thing}",
    "{thing} for our {place}",
    "Still waiting: {thing}",
)


def letters(seed: int = 1) -> Iterator[tuple[str, str, str]]:
    """Yield the name, subject and body (60 to 200 words) of one mail after another."""
    chance = Random(seed)  # noqa: S311 - the same mails in each run
    for number in itertools.count(1):

        def filled(text: str, number: int = number) -> str:
            return text.format(
                thing=chance.choice(THINGS),
                place=chance.choice(PLACES),
                day=chance.choice(DAYS),
                n=chance.randint(2, 29),
                order=f"NW-{100000 + number}",
            )

        name = chance.choice(NAMES)
        words = chance.randint(60, 170)
        middles = chance.sample(MIDDLES, len(MIDDLES))
        said = [filled(chance.choice(OPENINGS)), f"The order number is NW-{100000 + number}."]
        while sum(len(sentence.split()) for sentence in said) < words:
            said.append(filled(middles.pop()))
        said.append(filled(chance.choice(ENDINGS)))
        half = len(said) // 2
        body = f"Hello,\n\n{' '.join(said[:half])}\n\n{' '.join(said[half:])}\n\nRegards\n{name}"
        yield name, filled(chance.choice(SUBJECTS)), body


def mails(date: datetime, seed: int = 1) -> Iterator[bytes]:
    """Yield mails to `support`, each from an address and a domain of its own."""
    for number, (name, subject, body) in enumerate(letters(seed), 1):
        domain = f"household{seed}-{number}.test"
        sender = f"{name.split()[0].casefold()}@{domain}"
        yield "\r\n".join(
            (
                f"Authentication-Results: {PASSED}{domain}",
                f"From: {name} <{sender}>",
                "To: Support <support@northwind.test>",
                f"Subject: {subject}",
                f"Message-ID: <{number}.{seed}@{domain}>",
                f"Date: {format_datetime(date)}",
                "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=utf-8",
                "",
                body.replace("\n", "\r\n"),
                "",
            )
        ).encode()
