"""`rules/goodwill.yaml`: what agents may give without asking, and what the desk has a month."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from babel.core import get_global
from babel.numbers import get_currency_precision
from pydantic import AfterValidator, BaseModel, Field

from triage.config.deskfiles import VERSION, Slug, Version
from triage.config.faults import Document, Faults, Loc, near
from triage.config.shape import fit, wrong
from triage.config.yamlfile import read_yaml
from triage.core.goodwill import Budget, minor

GOODWILL_FILE = "goodwill.yaml"


def _currency(text: str) -> str:
    code = text.strip().upper()
    if code not in get_global("all_currencies"):
        raise wrong(f"'{text}' is no currency", "three letters of ISO 4217, such as EUR or GBP")
    return code


def _amount(amount: Decimal) -> Decimal:
    if not amount.is_finite() or amount < 0:
        raise wrong(f"'{amount}' is no amount", "a number from 0 on, such as 40 or 12.50")
    return amount


Amount = Annotated[Decimal, AfterValidator(_amount)]


class GoodwillFile(BaseModel):
    """The whole of `rules/goodwill.yaml`."""

    version: Annotated[Version, Field(description="of the file's format: 1")] = VERSION
    currency: Annotated[
        str, AfterValidator(_currency), Field(description="of every amount: `GBP`, `EUR`")
    ]
    month: Annotated[Amount, Field(description="what the desk may give away in a calendar month")]
    each: Annotated[Amount, Field(description="what an agent may give at once without asking")]
    agents: Annotated[
        dict[str, Amount], Field(description="agents who may give more, or less, at once")
    ] = {}
    kinds: Annotated[
        tuple[Slug, ...], Field(description="what may be given, by name; none: anything")
    ] = ()


def load_goodwill(folder: Path, agents: Collection[str] | None = None) -> Budget | None:
    """Read `goodwill.yaml` in `folder`; None where there is no such file: nothing may be given.

    `agents` are those of the roster; None: not known. Raises: ConfigError with every fault.
    """
    path = folder / GOODWILL_FILE
    if not path.exists():
        return None
    document, faults = read_yaml(path), Faults()
    file = fit(GoodwillFile, document, faults)
    budget = None if file is None else _budget(file, agents, document, faults)
    faults.raise_any()
    return budget


def _budget(
    file: GoodwillFile, agents: Collection[str] | None, document: Document, faults: Faults
) -> Budget:
    for name in file.agents:
        if agents is not None and name not in agents:
            text = f"there is no agent '{name}'"
            faults.add(document.fault(("agents", name), text, near(name, agents), key=True))
    digits = get_currency_precision(file.currency)

    def units(amount: Decimal, loc: Loc) -> int:
        try:
            return minor(str(amount), digits) if amount else 0
        except ValueError as exc:
            faults.add(document.fault(loc, str(exc), f"{file.currency} has {digits} digits"))
            return 0

    return Budget(
        currency=file.currency,
        digits=digits,
        month=units(file.month, ("month",)),
        each=units(file.each, ("each",)),
        agents={name: units(one, ("agents", name)) for name, one in file.agents.items()},
        kinds=file.kinds,
    )
