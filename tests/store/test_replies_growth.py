"""Writing takes no longer in an old store: nothing of it reads a whole table."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from tests.store.desk import SENT, bounce, mail
from tests.store.test_by_hand import plans
from tests.store.test_side_threads import CARRIER, answer
from tests.store.written import MARIA, WINDOW, Office, key, reply, written
from triage.core.reply import Enclosed, Form
from triage.store.drafts import is_written
from triage.store.replying import DraftSort
from triage.store.sqlite import SqliteStore

FILE = Enclosed("a.txt", "text/plain", b"hello")
SMALL = re.compile(
    r"SCAN (up|down|w|a|d|e|l|f|v|json_each|CONSTANT|[(]subquery|instance|setting|folder|enclosed"
    r"|switch|touched|told|telling|ticket USING (?:COVERING )?INDEX ticket_(?:of_owner|not_open)"
    r"|(?:outbox|o) USING (?:COVERING )?INDEX outbox_(?:due|under_way))"
)
"""What may be walked along: what a query made itself, single rows, what is open, drafts' files."""


def test_p12_nothing_that_is_written_reads_a_whole_table(
    store: SqliteStore, office: Office
) -> None:
    name, desk = office.reference, office.desk
    sort = DraftSort.REPLY
    numbers = []

    def batch() -> object:
        made = written(store, name, reply(), key(500))
        return store.put_replies([(name, made)], MARIA, {name: 0}, desk.now, desk.now, "b")

    def lose() -> None:
        mail_ = office.claim()
        assert mail_ is not None
        store.inflight(mail_.id, desk.now)
        store.unknown(mail_.id, desk.now, "lost")

    def cites() -> str:
        return store.ticket(name).outgoing[-1].message_id

    def new() -> object:
        made = written(store, store.new_reference(key(600)), reply(form=Form.NEW), key(600))
        reference = store.new_reference(key(600))
        return store.put_new(reference, made, MARIA, "orders", None, desk.now, desk.now + WINDOW)

    does: list[Callable[[], object]] = [
        lambda: store.correspondence(name, raw=True),
        lambda: store.save_draft("maria", name, sort, {"text": "x"}, 0, desk.now),
        lambda: store.attach("maria", name, sort, FILE, desk.now, most=999),
        lambda: store.drafts_of("maria", name),
        lambda: store.files_of_draft("maria", name, sort),
        lambda: is_written(store._db, store.ticket(name).row.id, desk.now),
        lambda: numbers.append(office.put(enclosed=(FILE,))),
        lambda: store.happened_since(name, 0, "jonas"),
        lambda: store.call_back(numbers[0], "maria", desk.now),
        lambda: store.detach("maria", name, sort, 1),
        lambda: store.drop_draft("maria", name, sort),
        office.put,
        office.leave,
        lambda: store.replies(name),
        lambda: office.put("And.", form=Form.THIRD_PARTY, to=(CARRIER,)),
        office.leave,
        lambda: answer(office, cites()),
        lambda: store.side_threads(name),
        lambda: office.put("And."),
        lose,
        lambda: store.did_arrive(store.replies(name)[-1].mail, "maria", desk.now),
        lambda: desk.take(bounce(cites())),
        lambda: desk.take(mail("x", message_id="<s@x>", sender="support@northwind.example"), SENT),
        lambda: store.remark(name, "x", "maria", desk.now),
        lambda: store.remarks(name),
        batch,
        lambda: store.call_back_batch("b", "maria", desk.now + timedelta(hours=1)),
        new,
    ]
    for one in does:
        seen = plans(store, one)
        assert seen
        assert [plan for plan in seen if plan.startswith("SCAN ") and not SMALL.match(plan)] == []
