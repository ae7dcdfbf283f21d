"""The shape of `rules/NN-*.yaml`, as an admin types it.

The description of each field is what the README prints.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from triage.config.deskfiles import VERSION, Filled, Language, Slug, Version
from triage.config.ruleasks import (
    AttachmentAsked,
    Globs,
    HeaderFile,
    HistoryAsked,
    ModelFile,
    TimeAsked,
    attached,
    globs,
    several,
    stated,
)
from triage.config.shape import wrong
from triage.core.message import Trust
from triage.core.ruled import SETTABLE
from triage.core.ticket import Kind, Priority


def withheld(value: object) -> object:
    """Take `withhold` alone as `{withhold: ""}`; nothing else is there to say."""
    if isinstance(value, str):
        if value != "withhold":
            raise wrong(f"'ack' cannot be '{value}'", "a rule can only withhold: ack: withhold")
        return {"withhold": ""}
    return value


def _settable(kind: Kind | None) -> Kind | None:
    if kind is not None and kind not in SETTABLE:
        kinds = ", ".join(SETTABLE)
        raise wrong(f"no rule can make a message '{kind}': its structure does", f"one of: {kinds}")
    return kind


class MatcherFile(BaseModel):
    """`when:` and `unless:`: all keys of one mapping hold; of a list, any item."""

    any_of: Annotated[
        tuple[MatcherFile, ...] | None,
        BeforeValidator(several),
        Field(alias="any", description="at least one of these mappings matches"),
    ] = None
    all_of: Annotated[
        tuple[MatcherFile, ...] | None,
        BeforeValidator(several),
        Field(alias="all", description="every one of these mappings matches"),
    ] = None
    unless: Annotated[
        tuple[MatcherFile, ...] | None,
        BeforeValidator(several),
        Field(description="none of these mappings matches"),
    ] = None
    header: Annotated[
        dict[str, Annotated[HeaderFile, BeforeValidator(globs)]] | None,
        Field(
            description='`{Name: "glob"}`, a list of globs, `{not: …}`, `{absent: true}` or '
            "`{present: true}`; an absent header matches only `absent`"
        ),
    ] = None
    sender: Annotated[
        Globs | None, Field(alias="from", description="globs over the addresses of From")
    ] = None
    to: Annotated[
        Globs | None, Field(description="globs over the addresses of To, Cc and Delivered-To")
    ] = None
    listed: Annotated[
        Globs | None,
        Field(
            alias="list",
            description="names of lists in `rules/lists.yaml`, with an address of From or the "
            "requester's on them",
        ),
    ] = None
    forwarded_by: Annotated[
        Globs | None,
        Field(description="globs over the address of the colleague who passed the mail on"),
    ] = None
    mailbox: Annotated[
        Globs | None, Field(description="the mailbox of ours that it came to, by name")
    ] = None
    trust: Annotated[
        tuple[Trust, ...] | None,
        BeforeValidator(several),
        Field(description="our mail server's verdict on the sender: `pass`, `fail`, `none`"),
    ] = None
    subject: Annotated[
        Globs | None, Field(description="globs over the whole subject, without `Re:`")
    ] = None
    words: Annotated[
        Globs | None,
        Field(
            description="whole words and phrases in subject and new text, in any case; `*` is "
            "the rest of a word: `injur*`"
        ),
    ] = None
    pattern: Annotated[
        Globs | None, Field(description="RE2 patterns in subject and new text, as written")
    ] = None
    kind: Annotated[
        tuple[Kind, ...] | None,
        BeforeValidator(several),
        Field(description="what the message is: `human`, `bulk`, `bounce`, …"),
    ] = None
    language: Annotated[
        tuple[Language, ...] | None,
        BeforeValidator(several),
        Field(description="the language it is written in, two letters"),
    ] = None
    attachment: Annotated[
        AttachmentAsked | None,
        BeforeValidator(attached),
        Field(
            description='`present`, `absent`, globs over the names of files: `"*.pdf"`, or '
            "`{name: …, type: …}` of one file"
        ),
    ] = None
    fact: Annotated[
        dict[str, Annotated[HeaderFile, BeforeValidator(stated)]] | None,
        Field(
            description="`{order_number: present}`, `absent`, a glob or globs over its value, "
            "`{not: …}`; an absent fact matches only `absent`"
        ),
    ] = None
    model: Annotated[
        tuple[ModelFile, ...] | None,
        BeforeValidator(several),
        Field(
            description="`{label: NAME, at_least: 0.85}`, `at_most`: the model's score for a "
            "queue, signal, priority or kind"
        ),
    ] = None
    signal: Annotated[
        Globs | None,
        Field(description="a signal that the model, or an earlier rule, says is there"),
    ] = None
    history: Annotated[
        HistoryAsked | None,
        Field(
            description="what the requester wrote before: `{mails: {at_least: 3, within: 14d}}`, "
            "`unanswered`, `tickets`, `waiting`, `known`"
        ),
    ] = None
    time: Annotated[
        TimeAsked | None,
        Field(
            description="when it came, in the desk's zone: `weekday`, `between`, `date`, "
            "`month`, `open`, `holiday`"
        ),
    ] = None
    flag: Annotated[Globs | None, Field(description="a flag that an earlier rule has set")] = None


class WithholdFile(BaseModel):
    """`ack:`: no acknowledgement, and why."""

    withhold: str = ""


class ThenFile(BaseModel):
    """`then:`: what the rule does."""

    queue: Annotated[str, Field(description="the queue; the first rule to set it wins")] = ""
    priority: Annotated[
        Priority | None, Field(description="the priority; the first rule to set it wins")
    ] = None
    boost: Annotated[
        int, Field(ge=-10_000, le=10_000, description="minutes forward in the queue; they add up")
    ] = 0
    flag: Annotated[
        tuple[Slug, ...],
        BeforeValidator(several),
        Field(description="flags; one with a signal's name sets that signal"),
    ] = ()
    ack: Annotated[
        WithholdFile | None,
        BeforeValidator(withheld),
        Field(description="`withhold`, or `{withhold: REASON}`: no acknowledgement"),
    ] = None
    assign: Annotated[
        str, Field(description="the agent who owns it; the first rule to set it wins")
    ] = ""
    kind: Annotated[
        Kind | None,
        AfterValidator(_settable),
        Field(
            description="what the message is, before its wording is judged: "
            + ", ".join(f"`{kind}`" for kind in SETTABLE)
        ),
    ] = None
    refer: Annotated[
        str,
        Field(
            description="who answers it instead, by its name in `rules/referrals.yaml`: proposed "
            "to the agent; the first rule to set it wins"
        ),
    ] = ""
    macro: Annotated[
        str,
        Field(
            description="a reply in `prompts/replies/`, proposed to the agent; the first rule to "
            "set it wins"
        ),
    ] = ""
    ask: Annotated[
        Globs,
        Field(description="facts that are asked for where the mail does not state them"),
    ] = ()


class RuleFile(BaseModel):
    """One rule."""

    id: Annotated[Slug, Field(description="its name, the only one in all files")]
    why: Annotated[Filled, Field(description="the reason, as agents read it")]
    when: Annotated[MatcherFile, Field(description="what it matches")]
    unless: Annotated[
        tuple[MatcherFile, ...] | None,
        BeforeValidator(several),
        Field(description="what it passes over, though `when` matches"),
    ] = None
    then: Annotated[ThenFile, Field(description="what it does")] = ThenFile()
    until: Annotated[
        date | None,
        Field(description="the last day that it holds on, in the desk's zone: `2026-12-24`"),
    ] = None
    stop: Annotated[bool, Field(description="`true`: no later rule is looked at")] = False


class RulesFile(BaseModel):
    """The whole of one file of rules."""

    version: Version = VERSION
    rules: tuple[RuleFile, ...] = ()


class ListsFile(BaseModel):
    """The whole of `rules/lists.yaml`."""

    version: Annotated[Version, Field(description="of the file's format: 1")] = VERSION
    lists: Annotated[
        dict[Slug, Globs], Field(description="globs over addresses, by the name of their list")
    ] = {}
