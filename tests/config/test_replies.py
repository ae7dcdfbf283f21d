"""`prompts/replies/*.md`: replies that are proposed, checked before anybody uses one."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage.config.replies import REPLY_VARIABLES, Replies, load_replies, reply_names
from triage.config.shipped import shipped_prompts
from triage.errors import ConfigError

HEAD = "---\nname: photo\ntitle: Ask for a photo\n---\n"
BODY = (
    "Hello{% if first_name %} {{ first_name }}{% endif %},\nplease send a photo of {{ order }}.\n"
)


def load(folder: Path, **files: str) -> Replies:
    write(folder, **files)
    return load_replies(folder, facts=("order",))


def write(folder: Path, **files: str) -> None:
    (folder / "replies").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / "replies" / f"{name.replace('__', '.')}.md").write_text(text)


def faults(folder: Path, **files: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, **files)
    return [str(one).replace(f"{folder}/replies/", "") for one in caught.value.faults]


def test_a_reply_has_name_title_and_words_that_name_facts(tmp_path: Path) -> None:
    replies = load(tmp_path, photo=HEAD + BODY)
    reply = replies.reply("photo")
    assert reply is not None
    assert (reply.name, reply.title, reply.language) == ("photo", "Ask for a photo", "en")
    values = dict.fromkeys([*REPLY_VARIABLES, "order"], "")
    assert reply.text.write(values | {"order": "NW-1"}).startswith(
        "Hello,\nplease send a photo of NW-1."
    )
    assert replies.names == reply_names(tmp_path) == {"photo"}


def test_a_reply_is_in_the_language_of_its_file_or_in_the_sites(tmp_path: Path) -> None:
    german = HEAD.replace("---\n", "---\nlanguage: de\n", 1) + "Hallo!\n"
    replies = load(tmp_path, photo=HEAD + BODY, photo__de=german, photo__fr=HEAD + "Salut !\n")
    for asked, got in (("de", "de"), ("de-AT", "de"), ("fr", "fr"), ("es", "en"), (None, "en")):
        reply = replies.reply("photo", asked)
        assert reply is not None
        assert reply.language == got
    assert replies.reply("foto") is None


def test_a_reply_that_is_in_one_language_alone_serves_all(tmp_path: Path) -> None:
    reply = load(tmp_path, photo__fr=HEAD + "Salut !\n").reply("photo", "de")
    assert reply is not None
    assert reply.language == "fr"


def test_a_later_folder_replaces_a_file_of_the_same_name(tmp_path: Path) -> None:
    write(
        tmp_path / "base", photo=HEAD + "Base.\n", other=HEAD.replace("photo", "other", 1) + "O.\n"
    )
    write(tmp_path / "own", photo=HEAD + "Own.\n")
    replies = load_replies(tmp_path / "base", tmp_path / "own")
    reply = replies.reply("photo")
    assert reply is not None
    assert reply.text.write(dict.fromkeys(REPLY_VARIABLES, "")) == "Own.\n"
    assert replies.names == {"photo", "other"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello\n", "photo.md:1:1: error: no front matter"),
        ("---\ntitle: x\n---\nHi.\n", "photo.md:1:1: error: the name is missing"),
        ("---\nname: foto\n---\nHi.\n", "photo.md:2:7: error: 'foto' stands in a file named"),
        ("---\nname: photo\ntitel: x\n---\nHi.\n", "photo.md:3:1: error: unknown key 'titel'"),
        ("---\nname: photo\ntitle: []\n---\nHi.\n", "photo.md:3:8: error: 'title' should be text"),
        ("---\nname: photo\nlanguage: xx\n---\nHi.\n", "photo.md:3:11: error: 'xx' is not a lang"),
        (HEAD + "Hi {{ frist_name }}\n", "photo.md:5:7: error: unknown variable 'frist_name'"),
        (HEAD + "Hi\n{{ x.y }}\n", "photo.md:6:1: error: 'getattr' is more than a text may use"),
        (HEAD + "{% for x in order %}{% endfor %}\n", "photo.md:5:1: error: 'for' is more than"),
        (HEAD + "Hi {% if order %}\n", "photo.md:5:"),
        (HEAD + "Subject: Your chair\n", "photo.md:5:1: error: a header stands in the text"),
        (HEAD + "\n", "photo.md:1:1: error: nothing stands in it"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    assert any(one.startswith(said) for one in faults(tmp_path, photo=text))


def test_all_faults_of_all_files_are_said_at_once(tmp_path: Path) -> None:
    said = faults(tmp_path, photo=HEAD + "{{ a }}\n{{ b }}\n", other="no head")
    assert [one.split(" ")[0] for one in said] == [
        "other.md:1:1:",
        "photo.md:5:4:",
        "photo.md:6:4:",
    ]


def test_where_facts_are_not_known_any_name_will_do(tmp_path: Path) -> None:
    write(tmp_path, photo=HEAD + "{{ whatever }}\n")
    assert load_replies(tmp_path, facts=None).names == {"photo"}


def test_two_files_cannot_be_one_reply_in_one_language(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, photo=HEAD + "Hi.\n", photo__en=HEAD + "Hello.\n")
    assert "a second reply 'photo' in the language en" in fault


def test_the_shipped_replies_load() -> None:
    facts = ("order_number", "invoice_number", "phone")
    assert load_replies(shipped_prompts(), facts=facts).names == reply_names(shipped_prompts())
