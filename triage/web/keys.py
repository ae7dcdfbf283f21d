"""Every key of the page, in one place: the help is made of it, and so are handlers and palette.

A key presses what bears its deed in `data-does`, so that whatever has a key has a button too.
No key needs Alt, which types letters in many languages. Source: WCAG 2.2, 2.1.4.
"""

from __future__ import annotations

from dataclasses import dataclass

from triage.web.render import marked


@dataclass(frozen=True, slots=True)
class Key:
    """One key, or two after each other: what it does, and how that is called.

    `key` is the `key` of the browser's event, with `Ctrl+` before it, or parted by a blank where
    one follows the other. `script`: the script does it, for there is nothing to press.
    """

    key: str
    does: str
    text: str
    script: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Keys that belong together."""

    title: str
    keys: tuple[Key, ...]


GROUPS = (
    Group(
        marked("In the list"),
        (
            Key("j", "down", marked("the next one"), script=True),
            Key("k", "up", marked("the one before"), script=True),
            Key("Enter", "open", marked("open it"), script=True),
            Key("n", "next", marked("the next to answer")),
            Key("Escape", "back", marked("back to the list")),
            Key("x", "pick", marked("select it, or no more"), script=True),
            Key("J", "pick-down", marked("select it and the next one"), script=True),
            Key("K", "pick-up", marked("select it and the one before"), script=True),
            Key("*", "pick-all", marked("select all that are shown, or none"), script=True),
            Key(".", "apply", marked("show what has come and moved")),
        ),
    ),
    Group(
        marked("With a ticket"),
        (
            Key("o", "original", marked("show the mail as it was sent")),
            Key("q", "quotes", marked("show what it quotes")),
            Key("w", "why", marked("show why it stands here")),
            Key("c", "take", marked("take it")),
            Key("e", "close", marked("close it")),
            Key("h", "later", marked("put it off, or owe an update")),
            Key("a", "hand-over", marked("hand it over")),
            Key("y", "answered", marked("it was answered elsewhere")),
            Key("1", "chip-1", marked("it belongs in the likeliest other queue")),
            Key("2", "chip-2", marked("it belongs in the second likeliest")),
            Key("3", "chip-3", marked("it belongs in the third likeliest")),
            Key("!", "complaint", marked("it is a complaint, or none")),
            Key("+", "compliment", marked("it is a compliment, or none")),
            Key("z", "undo", marked("take the last thing back")),
        ),
    ),
    Group(
        marked("When you write"),
        (
            Key("r", "reply", marked("write an answer")),
            Key("m", "note", marked("write a note that stays inside")),
            Key("t", "third_party", marked("ask a third party")),
            Key("f", "forward", marked("forward it")),
            Key("N", "new", marked("write to somebody new")),
            Key(";", "macros", marked("choose a macro")),
            Key("Ctrl+Enter", "send", marked("send it: answered")),
            Key("Ctrl+Shift+Enter", "send-owing", marked("send it: an update is owed")),
        ),
    ),
    Group(
        marked("Everywhere"),
        (
            Key("Ctrl+k", "palette", marked("find what can be done, by its name")),
            Key("/", "search", marked("search")),
            Key("?", "help", marked("show these keys")),
            Key("g n", "go-next", marked("go to what is next")),
            Key("g w", "go-waiting", marked("go to what waits")),
            Key("g o", "go-owed", marked("go to the owed updates")),
            Key("g s", "go-snoozed", marked("go to what was put off")),
            Key("g d", "go-done", marked("go to what was done today")),
            Key("g l", "go-all", marked("go to all tickets")),
            Key("g t", "go-team", marked("go to the team")),
            Key("g r", "go-rules", marked("go to the rules")),
        ),
    ),
)
"""All keys, as the help shows them."""


def shown(key: Key) -> tuple[str, ...]:
    """Return what stands on the keys to press, one after the other or together."""
    pressed = key.key.replace("Escape", "Esc").split(" ")
    return tuple(
        part.upper() if len(one) > 1 and len(part) == 1 else part
        for one in pressed
        for part in (one.split("+") if one != "+" else one)
    )
