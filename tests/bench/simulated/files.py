"""The files of a simulated desk: the shipped rules, and a roster of its own."""

from __future__ import annotations

from pathlib import Path

from tests.bench.simulated.plan import Person, Plan
from tests.bench.simulated.writing import SUPPORT
from triage.config.shipped import shipped_rules

_TOML = f"""
brand = "Tall Pines"
mode = "live"

[[mailbox]]
name = "support"
address = "{SUPPORT}"
host = "localhost"
security = "none"
authserv_id = "mx.northwind.test"

[relay]
host = "localhost"
security = "none"
"""


def write_desk(folder: Path, plan: Plan) -> Path:
    """Write the shipped desk with the agents of `plan`, and return its settings file."""
    rules = folder / "rules"
    rules.mkdir(parents=True)
    for path in shipped_rules().glob("*.yaml"):
        if not path.name.endswith(".test.yaml"):
            (rules / path.name).write_text(path.read_text())
    lines = ["version: 1", "timezone: Europe/London", 'open: {mon-fri: ["09:00-17:00"]}']
    lines += [f"holidays: [{', '.join(map(str, plan.free))}]", "agents:"]
    lines += map(_entry, plan.agents)
    lines.append("away:" if plan.away else "away: []")
    lines += [f"  - {{agent: {who}, from: {day}, to: {day}}}" for who, day in plan.away]
    (rules / "roster.yaml").write_text("\n".join([*lines, ""]))
    toml = folder / "triage.toml"
    toml.write_text(_TOML)
    return toml


def _entry(person: Person) -> str:
    hours = ", ".join(f"{days}: [{_shifts(shifts)}]" for days, shifts in person.shifts.items())
    return (
        f"  - {{id: {person.id}, name: {person.name}, mail: {person.id}@northwind.test,"
        f" speaks: [en], hours: {{{hours}}}, duty_manager: {str(person.duty_manager).lower()}}}"
    )


def _shifts(shifts: tuple[str, ...]) -> str:
    return ", ".join(f'"{shift}"' for shift in shifts)
