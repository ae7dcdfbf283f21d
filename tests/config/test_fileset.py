"""The set that came of the files: put back, it is the same policy wherever the draft went."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.config.test_load import TODAY, desk
from triage.config.fileset import digest, read_folder, read_whole, write_files
from triage.config.load import Policy, load_applied, load_policy
from triage.errors import ConfigError, DraftRejected


def loaded(path: Path) -> Policy:
    return load_policy(path, environment={}, today=TODAY)


def again(path: Path, policy: Policy) -> Policy:
    return load_applied(path, policy.files, environment={}, today=TODAY)


def rejected(path: Path) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        loaded(path)
    return caught.value


def test_a_set_is_the_desks_own_rules_and_prompts_and_no_shipped_ones(tmp_path: Path) -> None:
    path = desk(tmp_path)
    assert all(name.startswith("rules/") for name in loaded(path).files)
    own = tmp_path / "prompts" / "queues" / "returns.md"
    own.parent.mkdir(parents=True)
    own.write_text("---\nname: returns\nextend: true\n---\n## Examples\n- The leg wobbles.\n")
    files = loaded(path).files
    assert files["prompts/queues/returns.md"] == own.read_text()
    assert set(files) - {"prompts/queues/returns.md"} == {
        f"rules/{rule.name}" for rule in (tmp_path / "rules").iterdir() if rule.is_file()
    }
    assert load_policy(None, today=TODAY).files == {}


def test_a_set_that_is_put_back_is_the_same_policy(tmp_path: Path) -> None:
    path = desk(tmp_path)
    (tmp_path / "prompts" / "acknowledgement").mkdir(parents=True)
    before = loaded(path)
    shutil.rmtree(tmp_path / "rules")
    shutil.rmtree(tmp_path / "prompts")
    after = again(path, before)
    assert after.digest == before.digest
    assert after.files == before.files
    assert after.roster == before.roster
    assert after.teaching == before.teaching
    assert [rule.id for rule in after.rules] == [rule.id for rule in before.rules]
    assert {rule.file for rule in after.rules} <= before.files.keys()


def test_a_set_is_named_alike_wherever_its_folder_lies(tmp_path: Path) -> None:
    one = loaded(desk(tmp_path))
    (tmp_path / "rules").rename(tmp_path / "desk")
    path = tmp_path / "triage.toml"
    path.write_text(f'rules = "desk"\n{path.read_text()}')
    two = loaded(path)
    assert two.files == one.files
    assert again(path, two).digest == two.digest


def test_faults_of_a_set_are_named_as_its_files_are(tmp_path: Path) -> None:
    path = desk(tmp_path)
    files = {**loaded(path).files, "rules/50-own.yaml": "rules: [{id: own}]\n"}
    with pytest.raises(ConfigError) as caught:
        load_applied(path, files, environment={}, today=TODAY)
    assert {fault.file for fault in caught.value.faults} == {"rules/50-own.yaml"}


def test_bad_rules_are_told_from_bad_settings(tmp_path: Path) -> None:
    path = desk(tmp_path)
    (tmp_path / "rules" / "roster.yaml").write_text("agents: []\n")
    error = rejected(path)
    assert isinstance(error, DraftRejected)
    assert error.store == tmp_path / "triage.db"
    path.write_text(path.read_text().replace("brand", "brnd"))
    assert not isinstance(rejected(path), DraftRejected)


def test_settings_that_do_not_go_with_the_rules_leave_the_set_before_a_chance(
    tmp_path: Path,
) -> None:
    path = desk(tmp_path)
    before = loaded(path)
    queues = tmp_path / "rules" / "queues.yaml"
    queues.write_text(queues.read_text().replace("  care:", "  caring:"))
    assert isinstance(rejected(path), DraftRejected)
    assert again(path, before).queues.keys() == before.queues.keys()


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}){0,2}\.md", fullmatch=True),
        st.binary(max_size=40),
        max_size=5,
    )
)
def test_files_come_back_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    for name, raw in files.items():
        path = first / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    read = read_folder("rules", first)
    write_files(read, second)
    assert {name: (second / "rules" / name).read_bytes() for name in files} == files
    assert digest(read_folder("rules", second / "rules").items()) == digest(read.items())


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: no such file"):
        read_whole(tmp_path / "gone.md")
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere")
    (tmp_path / ".roster.yaml.swp").write_text("half")
    assert read_folder("rules", tmp_path) == {}, "neither is a file of the desk"
