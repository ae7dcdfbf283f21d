"""`rules/queues.yaml` and `rules/roster.yaml` into a `Desk`, each checked against the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from triage.config.calendars import Calendars
from triage.config.deskfiles import QueuesFile
from triage.config.faults import Document, Faults
from triage.config.hours import business_day
from triage.config.queuehours import DeskHours
from triage.config.queues import check_served, queue_names, read_queues, read_service
from triage.config.roster import RosterReading, agent_ids
from triage.config.shape import fit
from triage.config.yamlfile import read_yaml
from triage.core.desk import Hours, Queue, Roster, Service
from triage.core.ticket import UNSURE
from triage.errors import ConfigError

QUEUES_FILE, ROSTER_FILE = "queues.yaml", "roster.yaml"


@dataclass(frozen=True, slots=True)
class Desk:
    """Who answers what by when."""

    service: Service
    queues: Mapping[str, Queue]
    roster: Roster


def load_desk(folder: Path, today: date) -> Desk:
    """Read both files; public holidays are those of the years around `today`.

    `2d` in a queue means two working days: twice what the desk is open on most of its days
    (`business_day`), or 48 hours where the queue's clock always runs.

    Raises: ConfigError with every fault of both files.
    """
    faults = Faults()
    queues_document = _read(folder / QUEUES_FILE, faults)
    roster_document = _read(folder / ROSTER_FILE, faults)
    day, roster, before = timedelta(days=1), None, len(faults)
    if roster_document is not None:
        names = queue_names(queues_document) if queues_document else None
        reading = RosterReading(roster_document, faults, today, folder)
        roster = reading.roster(names)
        day = business_day(reading.desk)
    whole = roster_document is not None and len(faults) == before
    queues: Mapping[str, Queue] = {}
    service = Service(default=UNSURE)
    file = fit(QueuesFile, queues_document, faults) if queues_document else None
    if file is not None and queues_document is not None:
        hours = Hours(zone=ZoneInfo("UTC")) if roster is None else roster.hours
        calendars = Calendars(queues_document, faults, today, folder)
        queues = read_queues(file, queues_document, faults, DeskHours(hours, day, calendars))
        service = read_service(file, queues, queues_document, faults)
        if roster is not None and whole:
            check_served(queues, roster, queues_document, faults)
    faults.raise_any()
    if roster is None:  # cannot be: what was not read has left its faults
        raise RuntimeError("a roster that was not read left no fault")
    return Desk(service, queues, roster)


def names_of(folder: Path) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    """Return the names of queues and of agents, as far as they can be read.

    For checking rules while the desk itself is wrong; None where a file cannot be read at all.
    """
    faults = Faults()
    queues, roster = _read(folder / QUEUES_FILE, faults), _read(folder / ROSTER_FILE, faults)
    return queue_names(queues) if queues else None, agent_ids(roster) if roster else None


def fact_names(folder: Path) -> frozenset[str] | None:
    """Return the names of facts, as far as they can be read; None where the file cannot be."""
    queues = _read(folder / QUEUES_FILE, Faults())
    given = queues.data.get("facts") if queues else None
    return None if queues is None else frozenset(given if isinstance(given, dict) else ())


def _read(path: Path, faults: Faults) -> Document | None:
    try:
        return read_yaml(path)
    except ConfigError as exc:
        faults.take(exc)
        return None
