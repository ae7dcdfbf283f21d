"""Where quoted history begins: attribution lines, header blocks, separators, signatures.

Told by structure: dates, addresses, runs of `Name: value` lines. Words serve where structure
alone is not enough, and then only what mail programs write, not what people do.
"""

from __future__ import annotations

import re

MAX_LINE = 400
"""Characters of a line that are looked at."""
_INTRO_LINES = 4
_BLOCK_LINES = 14

_DATE = re.compile(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[:.h]\d\d(?!\d)|\d年"
)
_ADDRESS = re.compile(r"[^\s<>@\"']{1,64}@[\w.-]{1,190}")
_WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|geschrieben|écrit|escribió|escribe|scritto|scrive|schreef|"
    r"geschreven|escreveu|napisał\w{0,3}|pisze|skrev|skriver|kirjoitti|napsal\w?|írta|scris|"
    r"yazd[\u0131i]|написал\w?|пишет|пише|написав)\b|έγραψε|寫道|写道|书写|書き込み|작성|כתב|كتب",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"[*_ \t\xa0]{0,12}([^\W\d_][^:\uff1a*<>@]{0,22}?)[*_ \t\xa0]{0,4}[:\uff1a][*_]{0,2}"
)
_FIELDS = {
    "from": (
        "from von de da van fra från od lähettäjä kimden gönderen от від feladó expeditor "
        "από 差出人 发件人 寄件者 寄件人 보낸사람 מאת من"
    ),
    "to": (
        "to an à a para aan til till do komu vastaanottaja kime кому címzett către προς "
        "宛先 收件人 받는사람 אל إلى cc kopie kopia copie"
    ),
    "subject": (
        "subject betreff objet asunto oggetto onderwerp assunto temat ämne emne aihe "
        "předmět predmet konu тема tárgy subiect θέμα sujet 件名 主题 主旨 主題 제목 הנדון הנושא "
        "الموضوع"
    ),
    "sent": (
        "sent date gesendet datum envoyé enviado inviato verzonden data fecha wysłano "
        "wysłane skickat sendt dato lähetetty päivämäärä odesláno отправлено дата "
        "elküldve trimis message 送信日時 日期 发送时间 보낸날짜 تاريخ"
    ),
}
"""What mail programs call the lines of a copied header, in their languages."""
_FIELD_OF = {word: name for name, words in _FIELDS.items() for word in words.split()}
_DASHED = re.compile(r"[\s*]*[-_=]{2,}\s*(\S.{0,80}?\S)\s*[-_=]{2,}[\s*]*")
_RULE = re.compile(r"\s*[-_=*]{4,}\s*")
_LONG_RULE = re.compile(r"[ \t]*(?:[-_=*~#][ \t]?){18,}")
_COPY = re.compile(
    r"(?:original|forwarded) (?:message|mail)|begin forwarded message|weitergeleitete nachricht|"
    r"(?:ursprüngliche |original[- ]?)nachricht|message (?:d'origine|transféré)|messaggio "
    r"(?:originale|inoltrato)|mensaje (?:original|reenviado)|(?:oorspronkelijk|doorgestuurd) "
    r"bericht|mensagem (?:original|encaminhada)|(?:oryginalna|przekazana) wiadomość|ursprungligt "
    r"meddelande|oprindelig meddelelse|opprinnelig melding|alkuperäinen viesti|původní zpráva|"
    r"(?:исходное|пересылаемое) сообщение|元のメッセージ|転送メッセージ|原始邮件|转发邮件",
    re.IGNORECASE,
)
_DISCLAIMS = re.compile(
    r"confiden|disclaimer|privileged|intended (?:solely|only|for the)|virus|monitored|vertraulich|"
    r"riservat|vertrouwelijk|poufn|fortrolig|konfidenti|luottamuksel|důvěrn|конфиденциальн",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"[A-Z]{1,3}>")
_SIGNATURE = re.compile(r"(?:--|—|__)[ \t\xa0]?|_{20,}\s*")
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
    r"|\S{1,20}から送信",
    re.IGNORECASE,
)


def is_quoted(line: str) -> bool:
    """Say whether a line carries a quote mark: `>`, `|`, or initials and `>`."""
    bare = line.lstrip()
    return bare.startswith((">", "| ")) or bare == "|" or _INITIALS.match(bare) is not None


def intro_before(lines: list[str], quote: int, floor: int) -> int:
    """Return where the attribution above the quote at `quote` starts; `quote` if there is none.

    Looked for in the last lines of the paragraph above it, not before `floor`.
    """
    last = quote - 1
    while last >= floor and last > quote - 4 and not lines[last].strip():
        last -= 1
    if last < floor or is_quoted(lines[last]):
        return quote
    weak = quote
    for first in range(last, max(floor, last - _INTRO_LINES + 1) - 1, -1):
        if not lines[first].strip():
            break
        joined = " ".join(line.strip() for line in lines[first : last + 1])[: 2 * MAX_LINE]
        dated, named = _DATE.search(joined), _ADDRESS.search(joined) or _WROTE.search(joined)
        if dated and named:
            return first
        if weak == quote and (dated or named) and _closes(joined):
            weak = first
    return weak


def starts_history(lines: list[str], at: int) -> bool:
    """Say whether everything from line `at` on is history that carries no quote marks."""
    line = lines[at][:MAX_LINE]
    if not line.strip() or is_quoted(line):
        return False
    dashed = _DASHED.fullmatch(line)
    if dashed is not None:
        inside = dashed[1].strip(" :*")
        if _COPY.fullmatch(inside) or (_DATE.search(inside) and _ADDRESS.search(inside)):
            return True
        return any(_label(lines[place]) for place in range(at + 1, min(at + 4, len(lines))))
    if _RULE.fullmatch(line):
        return any(_is_block(lines, place) for place in range(at + 1, min(at + 4, len(lines))))
    return _is_block(lines, at) or _is_intro(lines, at)


def _label(line: str) -> str:
    """Name which header field a `Name: value` line stands for, or ""."""
    match = _LABEL.match(line[:MAX_LINE])
    words = match[1].casefold().split() if match else []
    if not words or len(words) > 3:
        return ""
    return _FIELD_OF.get(words[0]) or _FIELD_OF.get("".join(words)) or ""


def _is_block(lines: list[str], at: int) -> bool:
    """Say whether a copied mail header starts at line `at`.

    Three fields, the author among them, and a date or an address.
    """
    first = _label(lines[at])
    if not first:
        return False
    found = {first}
    shown = ""
    for line in lines[at : at + _BLOCK_LINES]:
        if not line.strip() and len(found) > 1:
            break
        found.add(_label(line))
        shown += line[:MAX_LINE] + "\n"
    evidence = _DATE.search(shown) is not None or _ADDRESS.search(shown) is not None
    return evidence and len(found - {""}) >= 3 and "from" in found


def _is_intro(lines: list[str], at: int) -> bool:
    """Say whether an attribution with a date starts at line `at`, and no quote mark follows."""
    line = lines[at][:MAX_LINE]
    if not (_DATE.search(line) or (_ADDRESS.search(line) and _WROTE.search(line))):
        return False
    joined = ""
    for place in range(at, min(at + _INTRO_LINES - 1, len(lines))):
        joined = f"{joined} {lines[place].strip()}"
        if not lines[place].strip() or len(joined) > 300:
            return False
        if _closes(joined):
            if _quoted_after(lines, place + 1):
                return False  # its quote is marked: answers may stand below it
            dates = len(_DATE.findall(joined))
            named = _ADDRESS.search(joined) is not None
            return (dates >= 1 and _WROTE.search(joined) is not None) or (dates >= 2 and named)
    return False


def _closes(joined: str) -> bool:
    """Say whether an attribution may end here: with a colon, or with its verb."""
    bare = joined.rstrip(" *_\xa0")
    if bare.endswith((":", "\uff1a")):
        return True
    return any(match.end() == len(bare) for match in _WROTE.finditer(bare, max(0, len(bare) - 30)))


def _quoted_after(lines: list[str], place: int) -> bool:
    while place < len(lines) and not lines[place].strip():
        place += 1
    return place < len(lines) and is_quoted(lines[place])


def is_signature_mark(line: str) -> bool:
    """Say whether a line opens a signature or a list's footer. Source: RFC 3676 section 4.3."""
    return _SIGNATURE.fullmatch(line[:MAX_LINE]) is not None


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
