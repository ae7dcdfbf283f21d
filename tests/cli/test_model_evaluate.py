from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from rich.console import Console

from tests.cli.conftest import Desk
from triage.cli.confusion import draw_confusion
from triage.cli.confusion_picture import Panel, picture
from triage.cli.group import cli
from triage.training.evaluate_figures import Confusion

SVG = "{http://www.w3.org/2000/svg}"
QUEUES = ("orders", "returns", "billing", "technical", "sales", "care", "other")
PROMISED = (
    "accuracy",
    "macro_f1",
    "ece",
    "coverage",
    "accuracy_when_sure",
    "unknown_auroc",
    "seconds",
)
TRAIN = {
    "orders": ["Where is my parcel?", "It has not arrived", "When is it delivered?"],
    "billing": ["I was charged twice", "My refund is missing", "The invoice is wrong"],
}


def text_file(folder: Path, name: str, rows: dict[str, list[str]]) -> str:
    path = folder / name
    lines = [f'"{text}",{label}' for label, several in rows.items() for text in several]
    path.write_text("\n".join(["text,label", *lines]))
    return str(path)


def drawn(confusion: Confusion, width: int = 80, *, colour: bool = False) -> str:
    console = Console(width=width, force_terminal=colour, no_color=not colour, highlight=False)
    with console.capture() as capture:
        draw_confusion(console, confusion)
    return capture.get()


@pytest.mark.model
def test_labelled_texts_give_the_promised_keys_and_no_other(tmp_path: Path, desk: Desk) -> None:
    train = text_file(tmp_path, "train.csv", TRAIN)
    test = text_file(tmp_path, "test.csv", {"orders": ["Is my parcel on its way?"]})
    unknown = tmp_path / "unknown.txt"
    unknown.write_text("What is the capital of Peru?\n")
    args = ("model", "evaluate", "--train", train, "--test", test)
    figures = desk.json(*args, "--unknown", str(unknown), "--shots", "2", "--seed", "1")
    assert tuple(figures) == PROMISED
    assert figures["accuracy"] == 1.0
    without = desk.json(*args)
    assert without["unknown_auroc"] is None
    shown = desk.run(*args).stdout
    assert "taught 6 texts of 2 labels, measured on 1" in shown
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.model
def test_the_desk_is_measured_on_labelled_mails_and_drawn(tmp_path: Path, desk: Desk) -> None:
    mails = tmp_path / "mails.jsonl"
    rows = [
        {"subject": "Invoice", "body": "Please send me the invoice again.", "queue": "billing"},
        {"body": "My parcel never came.", "queue": "orders", "priority": "normal", "signals": []},
    ]
    mails.write_text("\n".join(map(json.dumps, rows)))
    svg = tmp_path / "drawn.svg"
    figures = desk.json("model", "evaluate", "--mails", str(mails), "--picture", str(svg))
    assert figures["mails"] == figures["whole"]["mails"] == 2
    assert figures["far"]["mails"] == 1
    assert set(figures["queues"]["labels"]) == set(QUEUES)
    assert sum(map(sum, figures["queues"]["counts"])) == 2
    assert sum(map(sum, figures["priorities"]["counts"])) == 1
    assert figures["corrections"] == {}
    assert ET.parse(svg).getroot().tag == f"{SVG}svg"  # noqa: S314 - our own


@pytest.mark.model
def test_without_mails_the_examples_are_measured_each_held_out(desk: Desk) -> None:
    shown = desk.run("model", "evaluate").stdout
    assert shown.startswith("examples, each held out: ")
    assert "Queues: rows are right, columns are what was said" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--train", "a.csv"], "--train and --test belong together; name --test too"),
        (["--test", "a.csv"], "--train and --test belong together; name --train too"),
        (["--train", "a", "--test", "b", "--mails", "c"], "--mails measures the desk"),
        (["--shots", "3"], "go with --train and --test"),
        (["--seed", "0"], "go with --train and --test"),
        (["--encoder", "english"], "go with --train and --test"),
        (["--train", "a", "--test", "b", "--shots", "0"], "0 is not in the range"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(args: list[str], said: str) -> None:
    result = CliRunner().invoke(cli, ["model", "evaluate", *args])
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())


def test_a_faulty_file_is_named_with_line_caret_and_remedy(tmp_path: Path, desk: Desk) -> None:
    train = tmp_path / "train.csv"
    train.write_text("text,label\nfine,a\nno label,\n")
    result = desk.run("model", "evaluate", "--train", str(train), "--test", str(train))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"{train}:3:1: error: 'label' is empty" in result.stderr
    assert "    3 | no label," in result.stderr
    assert "= help: fill it in" in result.stderr


def test_a_confusion_fits_80_columns_and_says_what_is_found() -> None:
    pairs = [(name, name) for name in QUEUES for _ in range(40)] + [("technical", "returns")] * 10
    lines = drawn(Confusion.of(pairs, QUEUES)).splitlines()
    assert len(lines) == 8
    assert max(map(len, lines)) <= 80
    technical = next(line for line in lines if line.strip().startswith("technical"))
    assert technical.split() == ["technical", "·", "10", "·", "40", "·", "·", "·", "0.80"]


def test_colours_are_for_a_terminal() -> None:
    confusion = Confusion.of([("a", "a"), ("a", "b")])
    assert "\x1b[" in drawn(confusion, colour=True)
    assert "\x1b[" not in drawn(confusion)


def test_a_confusion_that_is_too_wide_lists_its_mistakes() -> None:
    labels = [f"label {number}" for number in range(40)]
    pairs = [(name, labels[0]) for name in labels]
    shown = drawn(Confusion.of(pairs)).splitlines()
    assert shown[0] == "      1  label 1 taken for label 0"
    assert shown[-1].strip() == "and 29 other pairs"


def test_a_picture_says_in_words_what_each_cell_shows() -> None:
    pairs = [("orders", "orders")] * 3 + [("orders", "returns"), ("returns", "returns")]
    panels = [Panel("Queues", Confusion.of(pairs)), Panel("Priorities", Confusion.of([]))]
    root = ET.fromstring(picture("What is taken for what", "5 mails", panels))  # noqa: S314 - our own
    titles = [title.text for title in root.iter(f"{SVG}title")]
    assert titles[0] == "What is taken for what"
    assert "orders recognised: 3 of 4 (75 %)" in titles
    assert "orders said to be returns: 1 of 4 (25 %)" in titles
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title about"
    assert {one.get("id") for one in root} >= {"title", "about"}


def test_the_shades_of_a_row_grow_with_their_share() -> None:
    pairs = [("a", "a")] * 6 + [("a", "b")] * 3 + [("a", "c")]
    root = ET.fromstring(picture("P", "n", [Panel("Q", Confusion.of(pairs, ["a", "b", "c"]))]))  # noqa: S314 - our own
    shades = {
        str(title.text).partition(":")[0]: str(group.find(f"{SVG}rect").get("fill"))  # type: ignore[union-attr]
        for group in root.iter(f"{SVG}g")
        if (title := group.find(f"{SVG}title")) is not None
    }
    more, less = shades["a said to be b"], shades["a said to be c"]
    assert int(more[3:5], 16) < int(less[3:5], 16)
    assert shades["b recognised"] == shades["c recognised"] == "#f5f6f8"


def test_labels_cannot_break_out_of_a_picture() -> None:
    name = '<script>"&\x00\u202e'
    root = ET.fromstring(picture(name, name, [Panel(name, Confusion.of([(name, name)]))]))  # noqa: S314 - our own
    assert not list(root.iter(f"{SVG}script"))
    assert any('<script>"&' in str(text.text) for text in root.iter(f"{SVG}text"))
