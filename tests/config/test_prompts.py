"""`prompts/`: read whole, refused whole, every fault with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage.config.prompts import load_teaching
from triage.core.teaching import CounterExample, Teaching
from triage.errors import ConfigError

RETURNS = """---
name: returns
title: Returns and damage
---
Received and wrong.

Not the money.

## Examples
- It is broken.
- This one is long, so that it goes on
  in the next line.

  And has a second paragraph.
- "Great" quality: torn after a day!
## Counter-examples
- [orders] It never came
  at all.
"""
ORDERS = """---
name: orders
title: Orders
---
On the way.

## Examples
- Where is it?
"""


def write(root: Path, **files: str) -> Path:
    """Write files named `group__name`."""
    for name, text in files.items():
        path = root / f"{name.replace('__', '/')}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def faults(root: Path, base: Teaching | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_teaching(root, base)
    return [
        f"{Path(fault.file).name}:{fault.line}:{fault.column} {fault.text} | {fault.help}"
        for fault in caught.value.faults
    ]


def test_a_file_says_what_is_taught(tmp_path: Path) -> None:
    teaching = load_teaching(write(tmp_path, queues__returns=RETURNS, queues__orders=ORDERS))
    orders, returns = teaching.queues
    assert (orders.name, orders.title, orders.examples) == ("orders", "Orders", ("Where is it?",))
    assert returns.description == "Received and wrong.\n\nNot the money."
    assert returns.examples == (
        "It is broken.",
        "This one is long, so that it goes on in the next line.\nAnd has a second paragraph.",
        '"Great" quality: torn after a day!',
    )
    assert returns.counter_examples == (CounterExample("It never came at all.", "orders"),)


def test_signals_need_no_brackets(tmp_path: Path) -> None:
    text = ORDERS.replace("orders", "legal") + "## Counter-examples\n- [sic] as it was\n"
    (legal,) = load_teaching(write(tmp_path, signals__legal=text)).signals
    assert legal.counter_examples == (CounterExample("[sic] as it was"),)


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        queues__returns=RETURNS.replace("[orders]", "[ordrs]"),
        queues__orders=ORDERS.replace("name: orders", "nam: orders").replace("- Where", "Where"),
        queues__unsure=ORDERS.replace("name: orders", "name: unsure"),
        queues__empty="---\nname: empty\n---\n",
        queues__bare="no front matter",
        signals__legal=ORDERS.replace("name: orders", "name: leagl") + "## Exampels\n",
        priorities__hihg=ORDERS.replace("name: orders", "name: hihg"),
        priorities__low=ORDERS.replace("orders", "low") + "## Counter-examples\n- a question\n",
        kinds__human="---\nname: [\n---\n",
    )
    found = "\n".join(faults(tmp_path))
    for expected in (
        "returns.md:17:4 there is no queue 'ordrs' | did you mean 'orders'?",
        "orders.md:2:1 unknown key 'nam' | did you mean 'name'?",
        "orders.md:8:1 this line belongs to no example",
        "unsure.md:2:7 'unsure' is what the model says in doubt: not taught",
        "empty.md:4:1 teaches nothing",
        "bare.md:1:1 no front matter",
        "legal.md:2:7 'leagl' stands in a file named 'legal.md'",
        "legal.md:9:4 unknown section 'Exampels'",
        "hihg.md:2:7 there is no such priority as 'hihg' | did you mean 'high'?",
        "low.md:10:3 which priority does this belong to? | name it first, in brackets",
        "human.md:",
    ):
        assert expected in found


def test_a_text_cannot_be_two_queues(tmp_path: Path) -> None:
    write(tmp_path, queues__returns=RETURNS, queues__orders=ORDERS + "- It is broken.\n")
    (fault,) = faults(tmp_path)
    assert "returns.md:10:1 taught as the queue 'returns' here and as 'orders' in " in fault


def test_a_text_stands_once_in_a_list(tmp_path: Path) -> None:
    write(tmp_path, queues__orders=ORDERS + "- Where is it?\n")
    (fault,) = faults(tmp_path)
    assert fault == "orders.md:9:1 the same example stands in line 8 | take one out"


def test_an_own_file_replaces_the_shipped_one_or_adds_to_it(tmp_path: Path) -> None:
    base = load_teaching(write(tmp_path / "base", queues__returns=RETURNS, queues__orders=ORDERS))
    more = ORDERS.replace("title: Orders", "extend: true").replace("Where is it?", "No parcel.")
    own = write(
        tmp_path / "own", queues__orders=more, queues__returns=RETURNS.partition("## Exa")[0]
    )
    orders, returns = load_teaching(own, base).queues
    assert orders.title == "Orders"
    assert orders.examples == ("Where is it?", "No parcel.")
    assert returns.examples == ()


def test_nothing_of_ones_own_leaves_the_shipped_teaching(tmp_path: Path) -> None:
    base = load_teaching(write(tmp_path / "base", queues__orders=ORDERS))
    assert load_teaching(tmp_path / "nowhere", base) == base
    assert load_teaching(tmp_path / "nowhere", base).digest == base.digest


def test_extending_what_is_not_there_is_a_fault(tmp_path: Path) -> None:
    write(tmp_path, queues__orders=ORDERS.replace("title: Orders", "extend: true"))
    (fault,) = faults(tmp_path)
    assert "extends 'orders', which is not taught anywhere beneath" in fault


def test_the_digest_changes_with_every_word(tmp_path: Path) -> None:
    one = load_teaching(write(tmp_path / "a", queues__orders=ORDERS))
    two = load_teaching(write(tmp_path / "b", queues__orders=ORDERS.replace("Where", "where")))
    assert one.digest != two.digest


def test_the_shipped_prompts_are_in_order() -> None:
    teaching = load_teaching(Path(__file__).parents[2] / "prompts")
    assert len(teaching.queues) == 7
    assert len(teaching.signals) == 7
    assert len(teaching.priorities) == 4
    assert min(len(label.examples) for label in teaching.queues) >= 40
    assert min(len(label.examples) for label in teaching.signals) >= 30
