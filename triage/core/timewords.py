"""The words by which people name days and times, in eight languages, as patterns.

All of them are matched against case-folded text. A word that also means something common is left
out, or stands only where the words around it leave no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_NUMBERS: Final[Mapping[int, str]] = {
    1: "a an one ein eine einem einen einer eines un une uno una een um uma jeden jednego jednej",
    2: "two zwei deux dos due twee dois duas dwa dwie dwóch",
    3: "three drei trois tres tre drie três trzy trzech",
    4: "four vier quatre cuatro quattro quatro cztery czterech",
    5: "five fünf cinq cinco cinque vijf pięć pięciu",
    6: "six sechs",
    7: "seven sieben",
    10: "ten zehn",
}
NUMBERS: Final[Mapping[str, int]] = {
    "couple of": 2,
    **{word: number for number, words in _NUMBERS.items() for word in words.split()},
}
"""What words for a number stand for."""

NUMBER: Final = r"(?:\d{1,3}|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
"""A number, in digits or in a word."""

_UNITS: Final[Mapping[str, str]] = {
    "minute": r"m|min(?:\.|s\b|ute[ns]?|uti|utos?|uten|uty?)?|minuto",
    "hour": r"h|hrs?|hours?|stunden?|std\.?|heures?|horas?|or[ae]|uur|uren|godzin[ęya]?",
    "workday": (
        r"(?:business|working|work) days?|werktage?n?|arbeitstage?n?|jours? ouvr(?:és?|ables?)"
        r"|d[ií]as? (?:h[aá]bil(?:es)?|laborables?)|giorn[oi] lavorativ[oi]|werkdag(?:en)?"
        r"|dias? úte?is|dias? útil|dni robocz(?:e|ych)|dnia roboczego"
    ),
    "day": r"d|days?|tage?n?|jours?|d[ií]as?|giorn[oi]|dag(?:en)?|dni|dzień|dnia",
    "week": r"weeks?|wochen?|semaines?|semanas?|settiman[ae]|we(?:ek|ken)|tydzień|tygodni[ae]?",
}

_UNIT: Final = "(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _UNITS.items()) + ")"

_WITHIN: Final = (
    r"(?:within|in|inside|innerhalb(?: von)?|binnen|in(?:nert)?|dans(?: les)?|sous|d'ici|en"
    r"|dentro de|antes de|entro|fra|tra|over|em(?: até)?|até|w ciągu|za)"
)

SPAN: Final = re.compile(
    rf"\b{_WITHIN} (?:the next |the |den nächsten |les prochaines? |las próximas |as próximas )?"
    rf"(?:(?P<from>{NUMBER}) ?(?:-|\u2013|to|or|bis|oder|à|ou|a|o|tot|do) ?)?"
    rf"(?P<number>{NUMBER})[ -]?{_UNIT}(?!\w)"
)
"""A span from now on: `within 2 working days`; of `2-3` the second number counts."""

TYPED_SPAN: Final = re.compile(rf"(?:in )?(?P<number>{NUMBER}) ?{_UNIT}")
"""A span as a command takes it: `2h`, `3 days`."""

WITHIN_THE_HOUR: Final = re.compile(
    r"\bwithin (?:the|an) hour\b|\binnerhalb (?:der nächsten|einer) stunde\b"
    r"|\bdans l'heure\b|\bbinnen het uur\b|\bentro un'ora\b"
)

WEEKDAYS: Final = re.compile(
    r"\b(?:"
    r"(?P<d0>monday|montags?|lundi|lunes|lunedì|lunedi|maandag|segunda-feira|poniedziałe?ku?)"
    r"|(?P<d1>tuesday|dienstags?|mardi|martes|martedì|martedi|dinsdag|terça-feira|wtorek|wtorku)"
    r"|(?P<d2>wednesday|mittwochs?|mercredi|miércoles|miercoles|mercoledì|mercoledi|woensdag"
    r"|quarta-feira|środ[aęy])"
    r"|(?P<d3>thursday|donnerstags?|jeudi|jueves|giovedì|giovedi|donderdag|quinta-feira"
    r"|czwartek|czwartku)"
    r"|(?P<d4>friday|freitags?|vendredi|viernes|venerdì|venerdi|vrijdag|sexta-feira|piątek|piątku)"
    r"|(?P<d5>saturday|samstags?|sonnabends?|samedi|sábado|sabado|sabato|zaterdag|sobot[aęy])"
    r"|(?P<d6>sunday|sonntags?|dimanche|domingo|domenica|zondag|niedziel[aęi])"
    r")\b"
)
ENGLISH_WEEKDAYS: Final = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
SHORT_WEEKDAYS: Final[Mapping[str, int]] = {
    **{name[:3]: day for day, name in enumerate(ENGLISH_WEEKDAYS)},
    "tues": 1,
    "weds": 2,
    "thur": 3,
    "thurs": 3,
    **{name: day for day, name in enumerate(("mo", "di", "mi", "do", "fr", "sa", "so"))},
}
"""Short names, as people type them; in running text most of them are words."""

_NEXT_WEEK: Final = (
    r"next week|(?:in der )?nächste[nr]? woche|la semaine prochaine|la (?:próxima semana|semana que"
    r" viene)|(?:la )?(?:prossima settimana|settimana prossima)|volgende week|(?:na )?(?:próxima"
    r" semana|semana que vem)|(?:w )?przyszły(?:m)? tygodniu?|w przyszłym tygodniu"
)
NEXT_WEEK: Final = re.compile(rf"\b(?:{_NEXT_WEEK})\b")

RELATIVE: Final[tuple[tuple[re.Pattern[str], int], ...]] = (
    (
        re.compile(
            r"\b(?:the day after tomorrow|day after tomorrow|übermorgen|après-demain"
            r"|pasado mañana|dopodomani|overmorgen|depois de amanhã|pojutrze)\b"
        ),
        2,
    ),
    (
        re.compile(
            r"\btomorrow\b|(?<!guten )(?<!am )(?<!jeden )(?<!heute )(?<!goede )\bmorgen\b"
            r"|(?<!après-)\bdemain\b|(?<!la )(?<!esta )(?<!de la )(?<!pasado )\bmañana\b|\bdomani\b"
            r"|(?<!depois de )\bamanhã\b|\bjutro\b|\bjutra\b"
        ),
        1,
    ),
    (
        re.compile(
            r"\b(?:today|tonight|this (?:morning|afternoon|evening)|heute|aujourd'hui|ce soir"
            r"|cet après-midi|hoy|esta tarde|oggi|stasera|vandaag|vanmiddag|vanavond|hoje"
            r"|dzisiaj|dziś|eod|cob|(?:by )?(?:the )?(?:end|close) of (?:the )?"
            r"(?:business )?(?:day|business)|ende des tages|fin de journée|fine giornata"
            r"|einde van de dag|fin del día|fim do dia|końca dnia)\b"
        ),
        0,
    ),
)
"""Days that are named from today on, the longer names first."""

END_OF_WEEK: Final = re.compile(
    r"\b(?:(?:the )?end of (?:(?:the|this) )?week|(?:later )?this week"
    r"|ende (?:der|dieser) woche|wochenende|diese[rn]? woche"
    r"|(?:la )?fin de (?:la|cette) semaine|fin de semaine|cette semaine"
    r"|(?:final|fin|finales) de (?:la |esta )?semana|esta semana"
    r"|fine (?:della|di questa) settimana|questa settimana|(?:het )?einde? van (?:de|deze) week"
    r"|eind van (?:de|deze) week|deze week|(?:fim|final) d[ae](?:sta)? semana"
    r"|końca tygodnia|tym tygodniu)\b"
)
END_OF_MONTH: Final = re.compile(
    r"\b(?:(?:the )?end of (?:(?:the|this) )?month|ende des monats|monatsende|(?:la )?fin du mois"
    r"|(?:final|fin|finales) de mes|fine (?:del )?mese|einde van de maand|fim do mês"
    r"|końca miesiąca)\b"
)

_MONTHS: Final = (
    r"jan(?:uary|uar|vier|uari)?|enero|gennaio|janeiro|stycznia",
    r"feb(?:ruary|ruar|ruari|rero|braio)?|févr?(?:ier)?|fevereiro|lutego",
    r"mar(?:ch|s|zo|ço|ca)?|märz|mrz|maart|marca",
    r"apr(?:il|ile)?|avril|abril|kwietnia",
    r"may|mai|mayo|maggio|mei|maio|maja",
    r"june?|juni|juin|junio|giugno|junho|czerwca",
    r"july?|juli|juillet|julio|luglio|julho|lipca",
    r"aug(?:ust|ustus)?|août|agosto|sierpnia",
    r"sept?(?:ember|embre|tembre|iembre|tiembre)?|settembre|setembro|września",
    r"oct(?:ober|obre|ubre)?|okt(?:ober)?|ottobre|outubro|października",
    r"nov(?:ember|embre|iembre|embro)?|listopada",
    r"dec(?:ember|embre|iembre)?|dez(?:ember|embro)?|déc(?:embre)?|dicembre|diciembre|grudnia",
)
_MONTH: Final = "(?:" + "|".join(_MONTHS) + r")\b\.?"
MONTHS: Final = tuple(re.compile(words) for words in _MONTHS)
"""How each month is written, January first."""

DATES: Final[tuple[re.Pattern[str], ...]] = (
    re.compile(r"\b(?P<year>20\d\d)-(?P<number>\d\d)-(?P<day>\d\d)(?!\d)"),
    re.compile(r"\b(?P<day>\d{1,2})\.(?P<number>\d{1,2})\.(?P<year>20\d\d|\d\d)?(?![\d.]*\d)"),
    re.compile(r"\b(?P<day>\d{1,2})/(?P<number>\d{1,2})(?:/(?P<year>20\d\d))?(?![\d/])"),
    re.compile(
        r"\b(?P<day>\d{1,2})(?:st|nd|rd|th|\.|er|º|°)? (?:of |de |d')?"
        rf"(?P<name>{_MONTH})(?:,? (?:de )?(?P<year>20\d\d))?"
    ),
    re.compile(
        rf"\b(?P<name>{_MONTH}) (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|:| (?:"
        rf"{_UNITS['workday']}|{_UNITS['day']})\b)(?:,? (?P<year>20\d\d))?"
    ),
)
ORDINAL: Final = re.compile(r"\bthe (?P<day>\d{1,2})(?:st|nd|rd|th)\b(?! of)")

TIMES: Final[tuple[re.Pattern[str], ...]] = (
    re.compile(r"(?<![\d:.])(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))? ?(?P<half>[ap])\.?m\b"),
    re.compile(r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d\d)(?:(?::\d\d)?)(?![:\d])"),
    re.compile(r"(?<![\d:.])(?P<hour>\d{1,2})(?:[.:](?P<minute>\d\d))? ?(?:uhr|uur)\b"),
    re.compile(
        r"(?:\bà |\bvers |\bavant |\bàs |\bat[ée] (?:às )?|\ba las |\balle |\bore )?"
        r"(?<![\d:.])(?P<hour>\d{1,2}) ?h(?P<minute>\d\d)?\b(?<!\d h)"
    ),
    re.compile(
        r"\b(?:a las|alle|entro le|às|o godz(?:inie|\.)|do godz(?:iny|\.))"
        r" (?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?(?!\d)"
    ),
)
"""Times of day. A number alone is none."""

NOON: Final = re.compile(
    r"\b(?:noon|midday|mid-day|mittags?|midi|mediodía|mezzogiorno|tussen de middag|meio-dia"
    r"|południ[ea]|morning|vormittags?|früh|matin|por la mañana|mattina|mattino|ochtend|manhã"
    r"|rano)\b"
)
"""Noon, and the morning, which is over then."""

DEADLINE: Final = re.compile(
    r"\b(?:by|until|till|before|no later than|latest|bis(?: zum| spätestens)?|spätestens|vor"
    r"|d'ici|avant|au plus tard|para|antes del?|a más tardar|entro|prima di|voor|tot|uiterlijk"
    r"|at[ée]|antes de|do|przed|najpóźniej)(?: (?:the|dem|der|den|am|zum|el|la|le|il|de|o|a|w"
    r"|on|next|this|nächsten|kommenden|diesen|spätestens|last))*$"
)
"""Words that make what follows a deadline, at the end of what stands before it."""
