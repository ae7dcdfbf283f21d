"""Static files: one digest for all, what is not ours as it was published, and light scripts."""

from __future__ import annotations

import gzip
import hashlib

from tests.web.conftest import House
from triage.web.files import MODULES, STATIC, static_files, static_name

HTMX = "htmx-2.0.11.min.js"
MOST = {"desk.js": 8 * 1024, HTMX: 17 * 1024}
"""Bytes that scripts travel in: ours, and what comes from elsewhere."""


def test_htmx_is_as_it_was_published_with_its_licence_beside_it() -> None:
    digest = hashlib.sha256((STATIC / HTMX).read_bytes()).hexdigest()
    note = (STATIC / "htmx-2.0.11.txt").read_text(encoding="utf-8")
    assert f"sha256 of {HTMX}: {digest}" in note
    assert digest == "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
    assert "Zero-Clause BSD" in note
    assert static_files()[HTMX] == (STATIC / HTMX).read_bytes()


def test_scripts_travel_light() -> None:
    scripts = {name: held for name, held in static_files().items() if name.endswith(".js")}
    sizes = {name: len(gzip.compress(held, 9)) for name, held in scripts.items()}
    assert sizes.keys() == MOST.keys()
    assert all(sizes[name] <= MOST[name] for name in MOST), sizes


def test_a_script_uses_what_the_first_one_exports_and_nothing_else() -> None:
    for name in MODULES:
        lines = (STATIC / name).read_text(encoding="utf-8").splitlines()
        uses = [line for line in lines if line.startswith("import ")]
        gives = [line for line in lines if line.startswith("export ")]
        assert all(line.endswith(f'from "./{MODULES[0]}"') for line in uses), name
        assert bool(gives) is (name == MODULES[0]), name
        assert uses == [] or name != MODULES[0]
    assert {path.name for path in STATIC.glob("*.js")} == {*MODULES, HTMX}


async def test_every_static_file_lies_under_one_digest_and_is_kept_for_ever(house: House) -> None:
    folders = {static_name(name).rpartition("/")[0] for name in static_files()}
    assert len(folders) == 1
    async with house.browser() as browser:
        for name in static_files():
            answer = await browser.get(static_name(name))
            assert answer.status_code == 200, name
            assert "immutable" in answer.headers["cache-control"], name


async def test_no_page_names_a_script_or_a_style_of_its_own(house: House) -> None:
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        for path in ("/view/next", "/me"):
            text = (await browser.get(path)).text
            assert " style=" not in text
            assert " on" + "click=" not in text
            assert "<script>" not in text
            assert "<style" not in text
