"""What the words to a requester, or to an agent, may speak of; `config/texts.py` writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from triage.core.desk import FactSpoken
from triage.core.referral import Referral


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Everything an acknowledgement, a delay notice or a check-back may say.

    `first_name` is the requester's, from `given_name`, or "". `promised_at` is the time told
    (`promised`); None names none; `promised_day` tells the end of its day instead of the hour.
    `earlier_at` is the time that was told before and will be missed, `earlier_day` likewise:
    delay notices alone have one. `promises` False is a queue that answers within `working_days`
    instead. `reading_from` is when somebody next reads this mail, None where somebody does now;
    danger that is read round the clock has None. `requester_offset` is the offset of their Date
    header. `queue` is the queue's title. `missing` is the one fact that is offered for, or "",
    and `spoken` how it is named. `serious`: a complaint, somebody who leaves or goes to law;
    `praise`: a compliment and nothing of that sort. `referral` is where a rule sends them, too.
    `notices` are what the desk tells everybody today, in the words that were typed. `speaks` are
    the owner's languages; empty: any.
    """

    agent_name: str
    reference: str
    brand: str
    queue: str
    now: datetime
    zone: ZoneInfo
    first_name: str = ""
    promised_at: datetime | None = None
    promised_day: bool = False
    earlier_at: datetime | None = None
    earlier_day: bool = False
    promises: bool = True
    working_days: int = 2
    reading_from: datetime | None = None
    requester_offset: timedelta | None = None
    safety: bool = False
    serious: bool = False
    praise: bool = False
    phone: str = ""
    missing: str = ""
    spoken: FactSpoken | None = None
    referral: Referral | None = None
    notices: tuple[str, ...] = ()
    speaks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """The words of one mail to a requester: the same as plain `text` and as a page of `html`.

    `subject` stands for a subject of theirs that is not repeated: "your message".
    """

    language: str
    text: str
    html: str
    subject: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One of several tickets that a mail lists; `deadline` None: nothing is due."""

    reference: str
    subject: str
    deadline: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Everything an alert to one of us may say.

    `reader` is the first name of whom it goes to, `owner` the owner's name or "".
    `promised_at` is the time the requester was told, if they were. `link` is the ticket's
    address on the queue page, or "". `alike` tickets wait in its row, where mails are all
    alike: it stands for them, and may itself be answered by then. 0: it stands alone.
    `about` is what we said that we would write about. `why` says how a ticket became the
    reader's: "new", "reowned", "handed_over" or "written", or what of it they have to hear:
    "third_party", "not_sent" or "unknown"; `tickets` are all that a mail lists, and `more` those
    besides.
    """

    reader: str
    owner: str
    reference: str
    requester: str
    subject: str
    queue: str
    priority: str
    deadline: datetime | None
    now: datetime
    zone: ZoneInfo
    gist: str = ""
    promised_at: datetime | None = None
    link: str = ""
    alike: int = 0
    about: str = ""
    why: str = ""
    tickets: tuple[Listed, ...] = ()
    more: int = 0
