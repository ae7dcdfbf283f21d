"""`rules/queues.yaml` and `rules/roster.yaml` into a `Desk`, each checked against the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from triage.config.deskfiles import QueuesFile, RosterFile
from triage.config.faults import Document, Faults
from triage.config.hours import business_day
from triage.config.queues import check_served, read_queues, read_service
from triage.config.roster import RosterReading
from triage.config.shape import fit
from triage.config.yamlfile import read_yaml
from triage.core.desk import Queue, Roster, Service
from triage.core.ticket import UNSURE
from triage.errors import ConfigError

QUEUES_FILE, ROSTER_FILE = "queues.yaml", "roster.yaml"
T = TypeVar("T")


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
    queues_read = _read(folder / QUEUES_FILE, QueuesFile, faults)
    roster_read = _read(folder / ROSTER_FILE, RosterFile, faults)
    day, roster = timedelta(days=1), None
    if roster_read is not None:
        names = None if queues_read is None else frozenset({*queues_read[0].queues, UNSURE})
        reading = RosterReading(*roster_read, faults, today)
        roster = reading.roster(names)
        day = business_day(reading.desk)
    queues: Mapping[str, Queue] = {}
    service = Service(default=UNSURE)
    if queues_read is not None:
        queues = read_queues(*queues_read, faults, day)
        service = read_service(queues_read[0], queues, queues_read[1], faults)
        if roster is not None:
            check_served(queues, roster, queues_read[1], faults)
    faults.raise_any()
    if roster is None:  # cannot be: what was not read has left its faults
        raise RuntimeError("a roster that was not read left no fault")
    return Desk(service, queues, roster)


def _read(path: Path, shape: type[T], faults: Faults) -> tuple[T, Document] | None:
    try:
        document = read_yaml(path)
    except ConfigError as exc:
        faults.take(exc)
        return None
    file = fit(shape, document, faults)
    return None if file is None else (file, document)
