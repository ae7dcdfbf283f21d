"""Where a secret comes from: one source, named in the file, and never the secret itself."""

from __future__ import annotations

from triage.config.faults import Document, Faults, Loc
from triage.config.servers import Secret

SOURCES = '{credential = "NAME"}, {variable = "NAME"} or {command = ["…"]}'
NAME_ONE = f"name one: {SOURCES}"
NAME_A_SOURCE = f"password = {SOURCES}"


def check_source(
    secret: Secret, loc: Loc, called: str, name_one: str, document: Document, faults: Faults
) -> None:
    """Keep a fault for a secret, `called` so, that has several sources or none."""
    if sum(map(bool, (secret.credential, secret.variable, secret.command))) > 1:
        faults.add(document.fault(loc, f"{called} has more than one source", "keep exactly one"))
    if document.data_at(loc) == {}:
        faults.add(document.fault(loc, f"{called} has no source", name_one))
