"""The texts that people get, tried out: notes to requesters, and alerts to our own.

`prompts/acknowledgement/`, `prompts/delay/` and `prompts/check_back/` hold a text a language,
`en.txt`, with `en.formal.txt` and `en.html` beside it where an admin wants them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from triage.config.faults import Faults, read_text, shown
from triage.config.notefile import NoteText, read_note, read_page, subject_of
from triage.config.rehearsal import alert_faults, note_faults
from triage.config.textfile import Text, compile_text, environment
from triage.config.textvalues import ALERT_VARIABLES, alert_values, letter_values, same_language
from triage.config.wording import direction, locale_of
from triage.core.letter import Alert, Letter, Note
from triage.core.markup import Section, page, paragraphs
from triage.core.tags import main_part
from triage.errors import ConfigError, Fault

FORMAL, LINE = "formal", "line"
ACKNOWLEDGEMENT, DELAY, CHECK_BACK = "acknowledgement", "delay", "check_back"
NOTES = (ACKNOWLEDGEMENT, DELAY, CHECK_BACK)
_STAGES = ("warning", "escalation", "breach")
_OF_OTHER_CLOCKS = ("update_warning", "update_breach", "resolution_warning", "resolution_breach")
ALERTS = (*_STAGES, *_OF_OTHER_CLOCKS, "owned", "owned_digest")

Notes = Mapping[tuple[str, str], NoteText]
"""The texts of one sort of note, by language and variant ("": the usual one)."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Every text in force, checked. `site` is the language of whoever speaks none of the others."""

    site: str
    acknowledgements: Notes
    alerts: Mapping[tuple[str, str], Text]
    delays: Notes = field(default_factory=dict)
    check_backs: Notes = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that a requester can be acknowledged in, in order."""
        return tuple(sorted(lang for lang, variant in self.acknowledgements if not variant))

    @property
    def notes(self) -> Mapping[str, Notes]:
        """The texts of every sort of note, by the folder that holds them."""
        every = (self.acknowledgements, self.delays, self.check_backs)
        return dict(zip(NOTES, every, strict=True))

    def language_for(self, language: str | None, speaks: Iterable[str] = ()) -> str:
        """Return the language a requester of `language` is written to by somebody who `speaks`.

        Their own where there is a text in it (`pt` will do for `pt-BR`) and the owner speaks
        it (nothing said: any); else the site's.
        """
        spoken = set(speaks)
        for tag in (language, language and main_part(language)):
            if tag and (tag, "") in self.acknowledgements and (not spoken or tag in spoken):
                return tag
        return self.site

    def acknowledgement(
        self, language: str | None, letter: Letter, *, formal: bool = False
    ) -> Note:
        """Return an acknowledgement to a requester who writes in `language`.

        Where they get the site's language instead, one English line stands above it, unless
        the site's is English. `formal` takes the formal text where there is one.

        Raises:
            ConfigError: the text cannot be rendered; it was tried out, so this means a bug.
        """
        chosen = self.language_for(language, letter.speaks)
        text = self.acknowledgements.get((chosen, FORMAL)) if formal else None
        foreign = language is not None and not same_language(language, chosen)
        line = self.acknowledgements.get(("en", LINE)) if foreign else None
        if same_language("en", chosen):
            line = None
        return self._note(text or self.acknowledgements[chosen, ""], letter, line)

    def delay(self, language: str | None, letter: Letter, *, formal: bool = False) -> Note:
        """Return the notice that `letter.earlier_at` will be missed; `promised_at` is the new time.

        Its language is that of the acknowledgement, where there is a notice in it; else the
        site's, else English. Raises: as `acknowledgement`.
        """
        return self._later(self.delays, language, letter, formal=formal)

    def check_back(self, language: str | None, letter: Letter, *, formal: bool = False) -> Note:
        """Return the question whether all is settled, which an agent asked to be sent.

        Its language is chosen as for `delay`. Raises: as `acknowledgement`.
        """
        return self._later(self.check_backs, language, letter, formal=formal)

    def alert(self, kind: str, alert: Alert, language: str = "en") -> str:
        """Return the words of an alert of `kind` ("warning", "breach") to one of us.

        Raises:
            ConfigError: the text cannot be rendered; it was tried out, so this means a bug.
        """
        text = self.alerts.get((kind, language)) or self.alerts[kind, "en"]
        return text.write(alert_values(alert, text.language))

    def _later(self, notes: Notes, language: str | None, letter: Letter, *, formal: bool) -> Note:
        chosen = self.language_for(language, letter.speaks)
        there = [tag for tag in (chosen, self.site, "en") if (tag, "") in notes]
        text = notes.get((there[0], FORMAL)) if formal else None
        return self._note(text or notes[there[0], ""], letter)

    def _note(self, text: NoteText, letter: Letter, line: NoteText | None = None) -> Note:
        words, sections = "", []
        for one in filter(None, (line, text)):
            values = letter_values(letter, one.language, self.site)
            plain = one.plain.write(values)
            html = one.page.write(values).rstrip() if one.page else paragraphs(plain)
            sections.append(Section(one.language, direction(one.language), html))
            words = f"{words}\n{plain}" if words else plain
        return Note(language=text.language, text=words, html=page(sections), subject=text.subject)


def load_texts(*folders: Path, language: str = "en", reviewed_only: bool = False) -> Texts:
    """Read and try out the texts below `folders`, each a `prompts/`.

    A later folder replaces files of the same name. `language` is the site's. `reviewed_only`
    leaves out what nobody has vouched for, but in the site's language.

    Raises:
        ConfigError: every fault of every file, with line and column.
    """
    faults = Faults()
    notes: dict[str, Notes] = {sort: _notes(folders, sort, faults) for sort in NOTES}
    alerts = _alerts(folders, faults)
    _check_there(folders, language, faults)
    faults.raise_any()
    if reviewed_only:
        notes = {sort: _vouched(found, language) for sort, found in notes.items()}
    return Texts(language, notes[ACKNOWLEDGEMENT], alerts, notes[DELAY], notes[CHECK_BACK])


def note_files(folders: Iterable[Path]) -> Iterator[Path]:
    """Go through the files that notes to requesters are made of, shipped ones and an admin's."""
    for sort in NOTES:
        for ending in ("txt", "html"):
            yield from _files(folders, sort, ending)


def _notes(folders: tuple[Path, ...], sort: str, faults: Faults) -> dict[tuple[str, str], NoteText]:
    """Read every text of a sort, each with its page, if there is one."""
    found: dict[tuple[str, str], NoteText] = {}
    variants = ("", FORMAL, LINE) if sort == ACKNOWLEDGEMENT else ("", FORMAL)
    for path in _files(folders, sort, "txt"):
        tag, _, variant = path.stem.partition(".")
        if locale_of(tag) is None or variant not in variants:
            remedy = "name it by language: en.txt, de.txt, de.formal.txt"
            faults.add(Fault(shown(path), 0, 0, "not the name of a text", remedy))
        else:
            beneath = (folder / sort / path.name for folder in folders)
            subject = next(filter(None, map(subject_of, beneath)), "")
            if note := read_note(path, tag, subject, faults):
                found[tag, variant] = note
    for path in _files(folders, sort, "html"):
        tag, _, variant = path.stem.partition(".")
        if (tag, variant) not in found or variant == LINE:
            name = f"{path.stem}.txt"
            text = f"there is no {name} beside it: whoever reads plain words gets nothing"
            faults.add(Fault(shown(path), 0, 0, text, f"write {name}, or remove the file"))
        elif written := read_page(path, tag, faults):
            found[tag, variant] = replace(found[tag, variant], page=written)
    for (_, variant), note in found.items():
        faults.add(*note_faults(note, sort, whole=variant != LINE))
    return found


def _vouched(notes: Notes, site: str) -> Notes:
    return {key: note for key, note in notes.items() if note.reviewed or key[0] == site}


def _alerts(folders: tuple[Path, ...], faults: Faults) -> dict[tuple[str, str], Text]:
    alerts: dict[tuple[str, str], Text] = {}
    for path in _files(folders, "alerts", "txt"):
        kind, _, tag = path.stem.partition(".")
        file = shown(path)
        if locale_of(tag) is None or kind not in ALERTS:
            remedy = "name it by kind and language: warning.en.txt, breach.en.txt"
            faults.add(Fault(file, 0, 0, "not the name of a text", remedy))
            continue
        try:
            template = compile_text(environment(), file, read_text(path), ALERT_VARIABLES)
        except ConfigError as error:
            faults.take(error)
            continue
        alerts[kind, tag] = Text(file, tag, template)
        faults.add(*alert_faults(alerts[kind, tag]))
    return alerts


def _files(folders: Iterable[Path], below: str, ending: str) -> list[Path]:
    found = {
        path.name: path
        for folder in folders
        for path in sorted((folder / below).glob(f"*.{ending}"))
    }
    return [found[name] for name in sorted(found)]


def _check_there(folders: Iterable[Path], site: str, faults: Faults) -> None:
    """Miss what has no file; a file with faults is there, and has said so itself."""
    shown_folders = " or ".join(shown(folder) for folder in folders)
    needed = {
        ACKNOWLEDGEMENT: [f"{site}.txt"],
        DELAY: ["en.txt"],
        CHECK_BACK: ["en.txt"],
        "alerts": [f"{kind}.en.txt" for kind in ALERTS],
    }
    for below, names in needed.items():
        there = {path.name for path in _files(folders, below, "txt")}
        for name in names:
            if name not in there:
                faults.add(Fault(f"{shown_folders}/{below}/{name}", 0, 0, "this text is missing"))
