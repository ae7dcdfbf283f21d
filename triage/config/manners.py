"""How each language tells a day and an hour: the patterns that `config/wording.py` fills in."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """One language's way.

    `clock` and `date` are patterns of Babel; `year` is added to a date that is far away. `today`,
    `tomorrow` and `another_day` tell an instant, those that begin with `end_of_` a day by whose
    end something is done. In these, `{time}`, `{date}`, `{zone}` (`place` where the clocks
    differ; `end_place` for a day), `{theirs}` and `{at}` are filled in. `at` are the words before
    an hour, and before one o'clock where that is another word. `weekdays`, from Monday, where a
    date does not take the name as a calendar has it. `first` is how the first day of a month is
    written.
    """

    clock: str
    date: str
    year: str = " y"
    today: str
    tomorrow: str
    another_day: str
    end_of_today: str
    end_of_tomorrow: str
    end_of_another_day: str
    place: str
    theirs: str
    theirs_another_day: str
    universal: str
    end_place: str = ""
    at: tuple[str, str] = ("", "")
    weekdays: tuple[str, ...] = ()
    first: str = "1"


_ENGLISH = Manner(
    clock="HH:mm",
    date="EEEE d MMMM",
    today="{time}{zone} today{theirs}",
    tomorrow="{time}{zone} tomorrow, {date}{theirs}",
    another_day="{time}{zone} on {date}{theirs}",
    end_of_today="the end of today{zone}",
    end_of_tomorrow="the end of tomorrow, {date}{zone}",
    end_of_another_day="the end of {date}{zone}",
    place=" {place} time",
    theirs=" ({time} where you are)",
    theirs_another_day=" ({time} on {date} where you are)",
    universal=" ({time} UTC)",
    end_place=" ({place} time)",
)

MANNERS = {
    "en": _ENGLISH,
    "en_US": replace(_ENGLISH, clock="h:mm a", date="EEEE, MMMM d", year=", y"),
    "de": Manner(
        clock="HH:mm",
        date="EEEE, d. MMMM",
        today="heute, {time} Uhr{zone}{theirs}",
        tomorrow="morgen, {date}, {time} Uhr{zone}{theirs}",
        another_day="{date}, {time} Uhr{zone}{theirs}",
        end_of_today="heute Geschäftsschluss{zone}",
        end_of_tomorrow="morgen, {date}, Geschäftsschluss{zone}",
        end_of_another_day="{date}, Geschäftsschluss{zone}",
        place=" Ortszeit {place}",
        theirs=" (bei Ihnen {time} Uhr)",
        theirs_another_day=" (bei Ihnen {date}, {time} Uhr)",
        universal=" ({time} Uhr UTC)",
        end_place=" (Ortszeit {place})",
    ),
    "fr": Manner(
        clock="H 'h' mm",
        date="EEEE d MMMM",
        today="aujourd\u2019hui à {time}{zone}{theirs}",
        tomorrow="demain {date} à {time}{zone}{theirs}",
        another_day="{date} à {time}{zone}{theirs}",
        end_of_today="aujourd\u2019hui en fin de journée{zone}",
        end_of_tomorrow="demain {date} en fin de journée{zone}",
        end_of_another_day="{date} en fin de journée{zone}",
        place=", heure locale à {place}",
        theirs=" ({time} chez vous)",
        theirs_another_day=" ({date} à {time} chez vous)",
        universal=" ({time} UTC)",
        first="1er",
    ),
    "es": Manner(
        clock="H:mm",
        date="EEEE d 'de' MMMM",
        year=" 'de' y",
        today="hoy {at} {time}{zone}{theirs}",
        tomorrow="mañana, {date}, {at} {time}{zone}{theirs}",
        another_day="el {date} {at} {time}{zone}{theirs}",
        end_of_today="hoy al final del día{zone}",
        end_of_tomorrow="mañana, {date}, al final del día{zone}",
        end_of_another_day="el {date} al final del día{zone}",
        place=", hora de {place}",
        theirs=" ({at} {time} donde usted está)",
        theirs_another_day=" (el {date} {at} {time} donde usted está)",
        universal=" ({time} UTC)",
        at=("a las", "a la"),
    ),
    "nl": Manner(
        clock="HH.mm",
        date="EEEE d MMMM",
        today="vandaag om {time} uur{zone}{theirs}",
        tomorrow="morgen, {date}, om {time} uur{zone}{theirs}",
        another_day="{date} om {time} uur{zone}{theirs}",
        end_of_today="vandaag aan het eind van de dag{zone}",
        end_of_tomorrow="morgen, {date}, aan het eind van de dag{zone}",
        end_of_another_day="{date} aan het eind van de dag{zone}",
        place=", plaatselijke tijd in {place}",
        theirs=" (bij u {time} uur)",
        theirs_another_day=" (bij u {date} om {time} uur)",
        universal=" ({time} uur UTC)",
    ),
    "it": Manner(
        clock="HH:mm",
        date="EEEE d MMMM",
        today="oggi alle {time}{zone}{theirs}",
        tomorrow="domani, {date}, alle {time}{zone}{theirs}",
        another_day="{date} alle {time}{zone}{theirs}",
        end_of_today="oggi a fine giornata{zone}",
        end_of_tomorrow="domani, {date}, a fine giornata{zone}",
        end_of_another_day="{date} a fine giornata{zone}",
        place=", ora di {place}",
        theirs=" (le {time} da Lei)",
        theirs_another_day=" ({date} alle {time} da Lei)",
        universal=" ({time} UTC)",
        first="1º",
    ),
    "pt": Manner(
        clock="HH:mm",
        date="EEEE, d 'de' MMMM",
        year=" 'de' y",
        today="hoje, {at} {time}{zone}{theirs}",
        tomorrow="amanhã, {date}, {at} {time}{zone}{theirs}",
        another_day="{date}, {at} {time}{zone}{theirs}",
        end_of_today="hoje, no final do dia{zone}",
        end_of_tomorrow="amanhã, {date}, no final do dia{zone}",
        end_of_another_day="{date}, no final do dia{zone}",
        place=", hora de {place}",
        theirs=" ({time} na sua hora local)",
        theirs_another_day=" ({date}, {at} {time} na sua hora local)",
        universal=" ({time} UTC)",
        at=("às", "à"),
    ),
    "pl": Manner(
        clock="HH:mm",
        date="d MMMM",
        today="dziś o godz. {time}{zone}{theirs}",
        tomorrow="jutro, {date}, o godz. {time}{zone}{theirs}",
        another_day="{date} o godz. {time}{zone}{theirs}",
        end_of_today="dziś, do końca dnia{zone}",
        end_of_tomorrow="jutro, {date}, do końca dnia{zone}",
        end_of_another_day="{date}, do końca dnia{zone}",
        place=", czas lokalny: {place}",
        theirs=" (u Państwa godz. {time})",
        theirs_another_day=" (u Państwa: {date}, godz. {time})",
        universal=" (godz. {time} UTC)",
        weekdays=(
            "w poniedziałek",
            "we wtorek",
            "w środę",
            "w czwartek",
            "w piątek",
            "w sobotę",
            "w niedzielę",
        ),
    ),
}
"""By the tag that Babel gives a language, most exact first."""
