"""The README's tables of settings and rule fields, made from the shapes that check them."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator
from datetime import timedelta

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from triage.config.deskfiles import AgentFile, AwayFile, FactFile, QueueFile, QueuesFile, RosterFile
from triage.config.goodwill import GoodwillFile
from triage.config.referrals import CauseFile, ReferralFile
from triage.config.ruleasks import (
    AttachmentAsked,
    CountFile,
    HeaderFile,
    HistoryAsked,
    ModelFile,
    TimeAsked,
)
from triage.config.ruleshape import ListsFile, MatcherFile, RuleFile, ThenFile
from triage.config.settings import (
    AcknowledgeSettings,
    AlertsSettings,
    EventsSettings,
    FormSettings,
    MailboxSettings,
    ModelSettings,
    NoticesSettings,
    OidcSettings,
    RelaySettings,
    Secret,
    Settings,
    WebSettings,
)

_TABLES = frozenset(
    {"mailboxes", "forms", "relay", "model", "acknowledge", "notices", "alerts", "web", "events"}
)


def settings_table() -> str:
    """Return every setting of `triage.toml` as a Markdown table: name, default, what it does."""
    rows = [row for row in _rows_of(Settings, "") if row[0] not in _TABLES]
    for prefix, shape in (
        ("[[mailbox]] ", MailboxSettings),
        ("[[form]] ", FormSettings),
        ("[relay] ", RelaySettings),
        ("[model] ", ModelSettings),
        ("[acknowledge] ", AcknowledgeSettings),
        ("[notices] ", NoticesSettings),
        ("[alerts] ", AlertsSettings),
        ("[web] ", WebSettings),
        ("[web.oidc] ", OidcSettings),
        ("[events] ", EventsSettings),
        ("password = ", Secret),
    ):
        rows += _rows_of(shape, prefix)
    return _table(("setting", "default", "what it does"), rows)


def rule_fields_table() -> str:
    """Return every field of a rule as a Markdown table: where it stands, name, what it does."""
    rows = [
        (where, name, text)
        for where, shape in (
            ("rule", RuleFile),
            ("when, unless", MatcherFile),
            ("header, fact", HeaderFile),
            ("attachment", AttachmentAsked),
            ("model", ModelFile),
            ("history", HistoryAsked),
            ("history, a count", CountFile),
            ("time", TimeAsked),
            ("then", ThenFile),
        )
        for name, _, text in _rows_of_model(shape)
    ]
    return _table(("in", "field", "what it does"), rows)


def desk_fields_table() -> str:
    """Return every field of the files beside the rules as a Markdown table."""
    rows = [
        (where, name, f"{text} (default: {default})" if default.startswith("`") else text)
        for where, shape in (
            ("queues.yaml", QueuesFile),
            ("queues.yaml, a queue", QueueFile),
            ("queues.yaml, a fact", FactFile),
            ("roster.yaml", RosterFile),
            ("roster.yaml, an agent", AgentFile),
            ("roster.yaml, away", AwayFile),
            ("lists.yaml", ListsFile),
            ("referrals.yaml, a referral", ReferralFile),
            ("causes.yaml, a cause", CauseFile),
            ("goodwill.yaml", GoodwillFile),
        )
        for name, default, text in _rows_of_model(shape)
    ]
    return _table(("in", "field", "what it does"), rows)


def _rows_of(shape: type, prefix: str) -> Iterator[tuple[str, str, str]]:
    """Go through a dataclass of settings: name, default, description."""
    hints = typing.get_type_hints(shape, include_extras=True)
    for one in dataclasses.fields(shape):
        info = next(part for part in hints[one.name].__metadata__ if isinstance(part, FieldInfo))
        if one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING:
            default = "required"
        elif one.default is dataclasses.MISSING:
            default = "—"
        else:
            default = _default(one.default)
        yield f"{prefix}{one.name}", default, str(info.description)


def _rows_of_model(shape: type[BaseModel]) -> Iterator[tuple[str, str, str]]:
    for name, info in shape.model_fields.items():
        default = "required" if info.is_required() else _span(info.default)
        yield info.alias or name, default, info.description or ""


def _default(value: object) -> str:
    """Say a default as an admin would type it; a dash where nothing would be typed."""
    if value is None or value in ("", (), {}) or isinstance(value, BaseModel):
        return "—"
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    if isinstance(value, timedelta):
        return f"`{value.total_seconds():g}`"
    return f"`{value}`" if isinstance(value, int | float) else f'`"{value}"`'


def _span(value: object) -> str:
    """Say a default span as the YAML files do: `15m`, `4h`, `7d`."""
    if not isinstance(value, timedelta):
        return _default(value)
    minutes = int(value.total_seconds()) // 60
    for unit, length in (("d", 24 * 60), ("h", 60)):
        if minutes % length == 0:
            return f"`{minutes // length}{unit}`"
    return f"`{minutes}m`"


def _table(head: tuple[str, str, str], rows: list[tuple[str, str, str]]) -> str:
    """Return a Markdown table; names stand as code."""
    lines = [f"| {' | '.join(head)} |", "| --- | --- | --- |"]
    for first, second, third in rows:
        cells = (_code(first), second if second.startswith("`") else _code(second), third)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _code(text: str) -> str:
    return text if text in {"—", "required"} else f"`{text}`"
