"""Mail headers that mail programs copy into a text, above what they quote or forward.

Told by runs of `Name: value` lines, in the languages of the programs.
"""

from __future__ import annotations

import re

from triage.core.message import Address

MAX_LINE = 400
"""Characters of a line that are looked at."""
_BLOCK_LINES = 14

DATE = re.compile(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[:.h]\d\d(?!\d)|\d年"
)
ADDRESS = re.compile(r"(?<![^\s<>@\"'])[^\s<>@\"']{1,64}@[\w.-]{1,190}")
_LABEL = re.compile(
    r"[*_ \t\xa0]{0,12}([^\W\d_][^:\uff1a*<>@]{0,22}?)[*_ \t\xa0]{0,4}[:\uff1a][*_]{0,2}"
)
_FIELDS = {
    "from": (
        "from von de da van fra från od lähettäjä kimden gönderen от від feladó expeditor "
        "από šalje saatja no nuo dari từ จาก 差出人 发件人 寄件者 寄件人 보낸사람 מאת من"
    ),
    "to": (
        "to an à a para aan til till do komu vastaanottaja kime кому címzett către προς "
        "per prima za до adressaat kam kepada đến tới ถึง 宛先 收件人 받는사람 אל إلى cc kopie "
        "kopia copie"
    ),
    "subject": (
        "subject betreff objet asunto oggetto onderwerp assunto temat ämne emne aihe "
        "předmět predmet konu тема tárgy subiect θέμα sujet assumpte zadeva относно teema "
        "temats tēma tema subjek perihal chủđề เรื่อง หัวเรื่อง 件名 主题 主旨 主題 제목 הנדון "
        "הנושא الموضوع"
    ),
    "sent": (
        "sent date gesendet datum envoyé enviado inviato verzonden data fecha wysłano "
        "wysłane skickat sendt dato lähetetty päivämäärä odesláno отправлено дата "
        "elküldve trimis dátum datums enviat odoslané poslano изпратено saadetud nosūtīts "
        "išsiųsta надіслано ημερομηνία στάλθηκε tarih gönderildi päiväys tanggal dikirim ngày "
        "ส่ง วันที่ 送信日時 日付 日期 发送时间 날짜 보낸날짜 تاريخ"
    ),
}
"""What mail programs call the lines of a copied header, in their languages."""
_FIELD_OF = {word: name for name, words in _FIELDS.items() for word in words.split()}


def label(line: str) -> str:
    """Name which header field a `Name: value` line stands for, or ""."""
    match = _LABEL.match(line[:MAX_LINE])
    words = match[1].casefold().split() if match else []
    if not words or len(words) > 3:
        return ""
    return _FIELD_OF.get(words[0]) or _FIELD_OF.get("".join(words)) or ""


def is_block(lines: list[str], at: int) -> bool:
    """Say whether a copied mail header starts at line `at`.

    Three fields, the author among them, and an address, or a date and a subject: a journey has
    a from, a to and a date, too.
    """
    first = label(lines[at]) if at < len(lines) else ""
    if not first:
        return False
    found = {first}
    shown = ""
    for line in lines[at : at + _BLOCK_LINES]:
        named = label(line)
        if (not line.strip() and len(found) > 1) or (shown and named == first == "from"):
            break
        found.add(named)
        shown += line[:MAX_LINE] + "\n"
    if len(found - {""}) < 3 or "from" not in found:
        return False
    if "subject" in found and DATE.search(shown) is not None:
        return True
    return ADDRESS.search(shown) is not None


def read_block(lines: list[str], at: int) -> tuple[Address | None, int]:
    """Return the author a copied header names, and where the copied mail's text begins.

    `at` is the header's first line. An author without an address is None. Empty lines between
    the fields, as some programs set them, belong to the header.
    """
    values: dict[str, str] = {}
    field = ""
    place = at
    while place < min(at + 2 * _BLOCK_LINES, len(lines)):
        line = lines[place][:MAX_LINE]
        named = label(line)
        if named:
            field = named
            values.setdefault(field, _LABEL.sub("", line, count=1))
        elif line.strip():
            values[field] = f"{values.get(field, '')} {line.strip()}"
        elif not _goes_on(lines, place + 1):
            break
        place += 1
    return _author(values.get("from", "")), place


def _goes_on(lines: list[str], at: int) -> bool:
    """Say whether a copied header goes on below the one empty line above `at`."""
    return at < len(lines) and label(lines[at]) != ""


def _author(value: str) -> Address | None:
    """Return who a copied From line names: `Name <address>`, `Name [mailto:address]`."""
    found = ADDRESS.search(value.replace("mailto:", ""))
    if found is None:
        return None
    addr = found[0].strip("[]()*_.,;:").casefold()
    if "@" not in addr.strip("@"):
        return None
    bare = value.replace("mailto:", "")
    name = bare[: bare.find(found[0])].strip(" \t\"'<([*_\xa0")
    return Address(addr, " ".join(name.split()))
