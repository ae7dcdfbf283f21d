from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.model.lessons import SMALL
from triage.errors import ConfigError
from triage.training.evaluate import Labelled
from triage.training.evaluate_files import MOST, read_labelled, read_texts
from triage.training.evaluate_mails import read_mails


def written(folder: Path, text: str, name: str = "texts.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as found:
        read_labelled(path)
    return [f"{one.line}:{one.column} {one.text} ({one.help})" for one in found.value.faults]


@pytest.mark.parametrize(
    "text",
    [
        'text,label\n"Where, please?",orders\nTwo,care\n',
        'id;label;text\n1;orders;"Where, please?"\n2;care;Two\n',
        '"label"\t"text"\r\norders\tWhere, please?\r\ncare\tTwo\r\n',
        '{"text": "Where, please?", "label": "orders"}\n\n{"text": "Two", "label": "care"}',
    ],
)
def test_csv_of_any_separator_and_json_lines_say_the_same(tmp_path: Path, text: str) -> None:
    assert read_labelled(written(tmp_path, text)) == Labelled(
        ("Where, please?", "Two"), ("orders", "care")
    )


def test_a_text_may_have_several_lines_and_faults_below_it_keep_their_line(tmp_path: Path) -> None:
    path = written(tmp_path, 'text,label\n"One\ntwo",orders\nlate,\n')
    assert faults(path) == ["4:1 'label' is empty (fill it in, or leave the line out)"]


def test_a_number_is_a_label(tmp_path: Path) -> None:
    assert read_labelled(written(tmp_path, '{"text": "One", "label": 3}')).labels == ("3",)


def test_a_missing_column_is_named_with_what_was_meant(tmp_path: Path) -> None:
    path = written(tmp_path, "text,labels\nOne,a\n")
    assert faults(path) == ["1:1 there is no column 'label' (did you mean 'labels'?)"]


def test_every_faulty_line_is_named_at_once(tmp_path: Path) -> None:
    lines = ['{"text": "One", "label": "a"}', '{"text": "", "label": "a"}', '{"text": "Two"}']
    path = written(tmp_path, "\n".join([*lines, '{"text": "x", ', '{"text": [], "label": "a"}']))
    assert [fault[:3] for fault in faults(path)] == ["2:1", "3:1", "4:1", "5:1"]


def test_of_many_faults_the_first_are_named_and_the_others_counted(tmp_path: Path) -> None:
    found = faults(written(tmp_path, '{"text": ""}\n' * (MOST + 5)))
    assert len(found) == MOST + 1
    assert found[0].startswith("0:0 5 more lines")


def test_an_open_quotation_mark_has_its_line_and_a_remedy(tmp_path: Path) -> None:
    found = faults(written(tmp_path, 'text,label\nfine,a\n"never closed,b\n'))
    assert found[0].startswith("3:1 this is no CSV")
    assert "quotation mark" in found[0]


def test_more_values_than_columns_want_quotation_marks(tmp_path: Path) -> None:
    found = faults(written(tmp_path, "text,label\nWell, where is it,orders\n"))
    assert found[0].startswith("2:1 3 values for 2 columns")


def test_an_empty_file_and_a_missing_one_are_said(tmp_path: Path) -> None:
    assert "no column 'text'" in faults(written(tmp_path, ""))[0]
    assert "no text in it" in faults(written(tmp_path, "text,label\n"))[0]
    assert "cannot be read" in faults(tmp_path / "absent.csv")[0]


def test_unknown_texts_are_lines_or_columns(tmp_path: Path) -> None:
    assert read_texts(written(tmp_path, "One\n\n  Two, three\n", "a.txt")) == ("One", "Two, three")
    assert read_texts(written(tmp_path, "text,id\nOne,1\n", "b.csv")) == ("One",)
    assert read_texts(written(tmp_path, '{"text": "One"}\n', "c.jsonl")) == ("One",)
    with pytest.raises(ConfigError):
        read_texts(written(tmp_path, "\n\n", "d.txt"))


def test_the_shots_are_drawn_by_their_seed_and_no_label_gets_more() -> None:
    given = Labelled(
        tuple(f"text {at}" for at in range(60)), ("a",) * 40 + ("b",) * 18 + ("c",) * 2
    )
    some = given.some(5, seed=1)
    assert [some.labels.count(label) for label in "abc"] == [5, 5, 2]
    assert some == given.some(5, seed=1) != given.some(5, seed=2)
    assert {*zip(some.texts, some.labels, strict=True)} < {
        *zip(given.texts, given.labels, strict=True)
    }


def test_mails_say_of_each_signal_whether_they_have_it(tmp_path: Path) -> None:
    rows = [
        {"subject": "S", "body": "B", "queue": "money", "signals": ["praise"], "note": "passed"},
        {"body": "B", "language": "de"},
    ]
    path = written(tmp_path, "\n".join(map(json.dumps, rows)), "mails.jsonl")
    (first, no_language), (second, language) = read_mails(path, SMALL)
    assert (first.queue, first.signals) == ("money", {"danger": False, "praise": True})
    assert (second.queue, second.priority, second.signals) == ("", "", {})
    assert (no_language, language) == ("", "de")


def test_a_label_that_is_not_taught_is_a_fault_of_its_line(tmp_path: Path) -> None:
    rows = [
        {"body": "B", "queue": "moeny", "priority": "urgnt"},
        {"subject": "no body"},
        {"body": "B", "signals": ["dangr"]},
        {"body": "B", "signals": "danger"},
        ["no object"],
    ]
    path = written(tmp_path, "\n".join(map(json.dumps, rows)), "mails.jsonl")
    with pytest.raises(ConfigError) as found:
        read_mails(path, SMALL)
    told = [(one.line, one.text, one.help) for one in found.value.faults]
    assert (1, "there is no queue 'moeny'", "did you mean 'money'?") in told
    assert (1, "there is no priority 'urgnt'", "did you mean 'urgent'?") in told
    assert (3, "there is no signal 'dangr'", "did you mean 'danger'?") in told
    assert [line for line, _, _ in told] == [1, 1, 2, 3, 4, 5]
