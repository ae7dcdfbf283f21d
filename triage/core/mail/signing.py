"""What stands under a mail and is not its text: signatures, advertisements, small print.

Whatever may be a line of the text stays: a signature costs a reader a glance, a line that is
missing may cost the answer.
"""

from __future__ import annotations

import re

MAX_LINE = 400
"""Characters of a line that are looked at."""

_LONG_RULE = re.compile(r"[ \t]*(?:[-_=*~#][ \t]?){18,}")
_DISCLAIMS = re.compile(
    r"confiden|disclaimer|privileged|intended (?:solely|only|for the)|virus|monitored|vertraulich|"
    r"riservat|vertrouwelijk|poufn|fortrolig|konfidenti|luottamuksel|důvěrn|конфиденциальн",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"--[ \t\xa0]|_{20,}\s*")
_LINE_DRAWN = re.compile(r"--|(?:—|__)[ \t\xa0]?")
_PRODUCT = (
    r"(?:iphone|ipad|ipod|android\S{0,20}|blackberry|samsung|galaxy|outlook|yahoo|windows|huawei|"
    r"xiaomi|nokia|mobil\w*|\w*phone|handy|gmx|web\.de|proton\w*|\w*mail|sparrow|nexus|\w*app)"
)
_MOBILE = re.compile(
    r"(?:sent (?:from|with|via|by|on)|get|von (?:meinem|unterwegs)|(?:diese .{1,30} )?gesendet|"
    r"envoyé|enviado|inviato|verzonden|verstuurd|skickat|sendt|wysłan[eo]|lähetetty|odesláno|"
    rf"отправлено|télécharge[rz]|obtene[zr]|holen sie sich)\b[^,]{{0,30}}\b{_PRODUCT}\b[^,]{{0,30}}"
    rf"|diese .{{1,40}}\b{_PRODUCT}\b.{{0,40}} gesendet\.?"
    r"|sent from (?:my )?[^\s,]{1,20}(?: [^\s,]{1,20}){0,4}(?<![.!?])"
    r"|\S{1,20}から送信|\u1427",
    re.IGNORECASE,
)
"""The last is the mark of a tracker that looks like an empty line."""
_CLOSING = re.compile(
    r"(?:(?:kind|best|warm|with (?:kind|best)) )?regards|best(?: wishes)?|(?:yours )?sincerely(?: "
    r"yours)?|yours (?:truly|faithfully)|cheers|(?:many )?thanks|thank you|"
    r"(?:mit )?(?:freundliche|viele|liebe|beste|herzliche)n? gr(?:ü|ue)(?:ß|ss)e?n?|mit "
    r"freundlichem gru(?:ß|ss)|mfg|lg|vg|(?:bien )?cordialement|bien à vous|"
    r"(?:sincères|cordiales) salutations|"
    r"(?:un )?saludos?(?: cordial(?:es)?)?|atentamente|cordialmente|(?:cordiali|distinti) saluti|"
    r"saluti|(?:met )?vriendelijke groet(?:en)?|groet(?:en|jes)?|mvg|atenciosamente|cumprimentos|"
    r"pozdrawiam|z poważaniem|(?:med )?vänliga? hälsning(?:ar)?|hälsningar|mvh|(?:med )?venn?lig "
    r"hilsen|hilsen|(?:ystävällisin )?terveisin|s pozdravem|s úctou|с уважением|з повагою|"  # noqa: RUF001
    r"üdvözlettel|cu stimă|sayg\u0131lar\u0131mla|lep pozdrav|敬具|よろしくお願いします",
    re.IGNORECASE,
)
_NUMBER = (
    r"(?:(?:t|tel|tél|telefon|telephone|téléphone|teléfono|telefono|telefoon|telefone|puh|phone|"
    r"mobile?|móvil|mob|handy|cell|m|f|fax)[.: ]{1,3}[+(\d][\d ()/.\-]{5,24}"
    r"|[+(][\d ()/.\-]{6,24}|0\d{1,5}[ /\-][\d /.\-]{4,20})"
)
_CONTACT = re.compile(
    rf"(?:{_NUMBER}|(?:(?:e-?mail|mail|e|web|www|internet)[.: ]{{1,3}})?(?:https?://\S{{4,200}}"
    r"|www\.\S{3,200}|[^\s<>@]{1,64}@[\w.\-]{3,190}))(?:\s*[|,;•·]\s*(?=\S)|\Z)",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"\b(?:call|phon|telephon|ring|reach|text me|dial|number|contact|whatsapp|e-?mail|address|"
    r"below|anruf|angerufen|zurückruf|rückruf|ruf\w* (?:\w+ ){1,4}(?:an|zurück)\b|telefon|erreich|"
    r"nummer|kontakt|melde[nt]?\b|adress|unten|appel|rappel|joign|joind|télépho|numéro|coordonn|courriel|"
    r"dessous|llam|llám|teléf|número|direcci|correo|abajo|chiam|richiam|numero|contatt|indirizz|"
    r"sotto\b|bel(?:len|t)?\b|terugbel|bereik|adres|onder|lig(?:a|ue)|telefo|contat|endereço|abaixo|"
    r"dzwoni|dzwoń|zadzwo|oddzwo|numer|poniżej|nås|nedan|nedenfor|soit|puhel|alla\b|zavol|volat|"
    r"volej|čísl|níže|звон|позвон|перезвон|номер|передзвон)"
    r"|電話|連絡|番号|电话|联系|전화|번호",
    re.IGNORECASE,
)
"""Says that a number or an address below is meant, or may be: doubt keeps it."""
_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|day|afternoon|evening)|hallo|guten (?:tag|morgen|abend)|"
    r"moin|liebe[rs]?|bonjour|bonsoir|salut|hola|buen[oa]s|estimad[oa]s?|ciao|buongiorno|salve|"
    r"gentil\w+|dag|beste|goede\w+|olá|bo[ma] (?:dia|tarde|noite)|prezad[oa]s?|dzień dobry|witam|"
    r"cześć|hej|hejsan|god \w+|hei|moi|terve|hyvä|dobrý den|ahoj|vážen\w+|добрый день)\b"
    r"|.{1,20}様|こんにちは|您好|你好|안녕하세요",
    re.IGNORECASE,
)
_NAMED_LINES = 4
_NAMED_WORDS = 3
_MOST_GREETING = 4
_MOST_SIGNED = 15


def is_greeting(line: str) -> bool:
    """Say whether a line may be a greeting: a few words with a comma at the end."""
    bare = line[:MAX_LINE].rstrip()
    return bare.endswith((",", "\uff0c", "\u3001")) and len(bare.split()) <= _MOST_GREETING


def only_greets(text: str) -> bool:
    """Say whether a text is a greeting and nothing else, with a comma at its end or without."""
    bare = text.strip()[:MAX_LINE]
    short = "\n" not in bare and len(bare.split()) <= _MOST_GREETING
    return short and (is_greeting(bare) or _GREETING.match(bare) is not None)


def closes(line: str) -> bool:
    """Say whether a line is a formula that closes a mail, with a name behind it or without."""
    bare, _, name = line[:MAX_LINE].strip(" *_\xa0").partition(",")
    named = not name.strip() or len(name.split()) <= _NAMED_WORDS
    return named and _CLOSING.fullmatch(bare.strip(" .!\xa0")) is not None


def signature(lines: list[str], start: int, end: int) -> int:
    """Return where the signature begins, or a list's footer; `end` where there is none.

    People draw a line between two matters, too, as short as a mark: what is not quite the mark
    counts only where it stands once, above as little as a signature holds.
    Source: RFC 3676 section 4.3.
    """
    drawn: list[int] = []
    below = 0
    for place in range(start, end):
        line = lines[place][:MAX_LINE]
        if _SIGNATURE.fullmatch(line):
            return place
        if _LINE_DRAWN.fullmatch(line):
            drawn.append(place)
        elif drawn and line.strip():
            below += 1
    return drawn[0] if len(drawn) == 1 and below <= _MOST_SIGNED else end


def is_mobile_mark(line: str) -> bool:
    """Say whether a line is the advertisement that a mail program adds ("Sent from my …")."""
    if len(line) > 160:
        return False
    bare = re.sub(r"[<(\[]\S{0,120}[>)\]]", "", line).strip("<>*_ \t\xa0")
    return _MOBILE.fullmatch(bare) is not None


def disclaimer(lines: list[str], start: int, end: int) -> int:
    """Return where the small print under a long rule begins; `end` where there is none."""
    cut = below = end
    for place in range(end - 1, start, -1):
        if not _LONG_RULE.fullmatch(lines[place][:MAX_LINE]):
            continue
        section = "\n".join(line[:MAX_LINE] for line in lines[place + 1 : below][:40])
        if section.strip() and not _DISCLAIMS.search(section):
            break
        cut = place if section.strip() or cut == end else cut
        below = place
    return cut


def contact_card(lines: list[str], start: int, end: int) -> int:
    """Return where the contact lines of a signature without a mark begin; `end` if none do.

    Sure only where a closing formula stands above, a name and at most a title and a company in
    between, and nothing but numbers and addresses of the sender below: all else stays, and so
    does the number of one who asks to be called.
    """
    card = end
    while card > start and (not lines[card - 1].strip() or _is_contact(lines[card - 1])):
        card -= 1
    if card == end or not any(line.strip() for line in lines[card:end]):
        return end
    above = [place for place in range(start, card) if lines[place].strip()]
    for named, place in enumerate(reversed(above[-_NAMED_LINES - 1 :])):
        line = lines[place].strip()
        if _CLOSING.fullmatch(line[:MAX_LINE].strip(" ,.!*_\xa0")):
            return card if named and not _asks_to_call(lines[start:place]) else end
        if len(line) > 60 or line.endswith(("?", "!", ":")):
            break
    return end


def _asks_to_call(lines: list[str]) -> bool:
    return any(_CALL.search(line[:MAX_LINE]) for line in lines)


def _is_contact(line: str) -> bool:
    """Say whether a line holds nothing but numbers and addresses by which somebody is reached."""
    bare, place = line.strip(" \t*_\xa0")[:MAX_LINE], 0
    while place < len(bare):
        found = _CONTACT.match(bare, place)
        if found is None:
            return False
        place = found.end()
    return place > 0
