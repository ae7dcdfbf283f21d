"""Where quoted history begins: quote marks, attribution lines, separators.

Told by structure: dates, addresses, copied headers (`copied.py`). Words serve where structure
alone is not enough, and then only what mail programs write, not what people do.
"""

from __future__ import annotations

import re

from triage.core.mail.copied import ADDRESS, DATE, MAX_LINE, is_block

_INTRO_LINES = 4
_SPREAD_LINES = 8
_MAX_INTRO = 300

_WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|geschrieben|écrit|escrit|escriure|escribió|escribe|scritto|scrive|"
    r"schreef|geschreven|escreveu|napisał\w{0,3}|pisze|skrev|skriver|kirjoitti|kirjutas|rakstīja|"
    r"rašė|napsal\w?|napísal\w?|napisao|napisala?|írta|scris|yazd[\u0131i]|menulis|viết|"
    r"написал\w?|написа|пишет|пише|написав\w?)\b"
    r"|έγραψε|寫道|写道|书写|書き込み|작성|เขียน|כתב|كتب",
    re.IGNORECASE,
)
_DASHED = re.compile(r"[\s*]*[-_=]{2,}\s*(\S.{0,80}?\S)\s*[-_=]{2,}[\s*]*")
_RULE = re.compile(r"\s*[-_=*]{4,}\s*")
_FORWARDED = (
    r"(?:begin )?forwarded (?:message|mail|email)|(?:anfang der )?weitergeleiteten? (?:nachricht|"
    r"e-?mail)|(?:début du )?message (?:transféré|réexpédié)|(?:inizio )?messaggio inoltrato|"
    r"(?:inicio del )?mensaje reenviado|(?:begin )?doorgestuurd bericht|"
    r"(?:início da )?mensagem (?:encaminhada|reencaminhada)|przekazana wiadomość|"
    r"(?:początek )?przekazywanej wiadomości|vidarebefordrat (?:meddelande|brev)|"
    r"videresendt (?:meddelelse|melding|besked)|välitetty viesti|přeposlaná zpráva|"
    r"(?:пересылаемое|пересланное) (?:сообщение|письмо)|переслане повідомлення|"
    r"továbbított (?:üzenet|levél)|mesaj redirecționat|iletilen (?:ileti|mesaj)|"
    r"προωθημένο μήνυμα|missatge reenviat|転送(?:された)?メッセージ|转发(?:的)?邮件|轉寄郵件|"
    r"전달된 메시지"
)
_FORWARD = re.compile(rf"(?:{_FORWARDED})", re.IGNORECASE)
_COPY = re.compile(
    r"original (?:message|mail)|(?:ursprüngliche |original[- ]?)nachricht|message d'origine|"
    r"messaggio originale|mensaje original|oorspronkelijk bericht|mensagem original|"
    r"oryginalna wiadomość|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|"
    rf"alkuperäinen viesti|původní zpráva|исходное сообщение|元のメッセージ|原始邮件|{_FORWARDED}",
    re.IGNORECASE,
)
_REPLY_ABOVE = re.compile(r"\s*##- .{8,160} -##\s*")
_STAMP = re.compile(
    r"\d{4}-\d\d-\d\d \d{1,2}:\d\d(?::\d\d)? (?:GMT|UTC)(?:[+-]\d{1,2}:?\d\d)? \S[^.!?]{0,80}"
)
_INITIALS = re.compile(r"[A-Z]{1,3}>")
_WRAP = 72


def is_quoted(line: str) -> bool:
    """Say whether a line carries a quote mark: `>`, `|`, or initials and `>`."""
    bare = line.lstrip()
    return bare.startswith((">", "| ")) or bare == "|" or _INITIALS.match(bare) is not None


def within_quote(lines: list[str], at: int, end: int) -> bool:
    """Say whether line `at`, without a mark, stands inside a quote: it is empty, or a wrapped end.

    The end of a quoted line that was wrapped on its way: it goes on in the middle of a sentence,
    and its first word had no room left on the line above.
    """
    if at + 1 >= end or not is_quoted(lines[at + 1]):
        return False
    bare, above = lines[at].strip(), lines[at - 1].rstrip()
    if not bare:
        return True
    room = len(above) + 1 + len(bare.split(maxsplit=1)[0])
    cut = bare[0].islower() and not above.endswith((".", "!", "?", ":"))
    return is_quoted(above) and cut and room > _WRAP and len(bare) < len(above)


def intro_before(lines: list[str], quote: int, floor: int) -> tuple[int, bool]:
    """Return where the attribution above the quote at `quote` starts, and whether it is sure.

    Looked for in the last lines of the paragraph above it, not before `floor`; `quote` where
    there is none. One with a date and an author is sure. The line that announces a forward is one,
    too.
    """
    last = quote - 1
    while last >= floor and last > quote - 4 and not lines[last].strip():
        last -= 1
    if last < floor or is_quoted(lines[last]):
        return quote, False
    if announces_forward(lines[last]):
        return last, False
    weak = quote
    for first in range(last, max(floor, last - _INTRO_LINES + 1) - 1, -1):
        if not lines[first].strip():
            break
        joined = " ".join(line.strip() for line in lines[first : last + 1])[: 2 * MAX_LINE]
        dated, named = DATE.search(joined), ADDRESS.search(joined) or _WROTE.search(joined)
        if dated and named:
            return first, _closes(joined)
        if weak == quote and (dated or named) and _closes(joined):
            weak = first
    return weak, False


def starts_history(lines: list[str], at: int) -> bool:
    """Say whether everything from line `at` on is history that carries no quote marks."""
    line = lines[at][:MAX_LINE]
    if not line.strip() or is_quoted(line):
        return False
    dashed = _DASHED.fullmatch(line)
    if dashed is not None:
        inside = dashed[1].strip(" :*")
        if _COPY.fullmatch(inside) or (DATE.search(inside) and ADDRESS.search(inside)):
            return True
    if dashed is not None or _RULE.fullmatch(line):
        return any(is_block(lines, place) for place in range(at + 1, min(at + 4, len(lines))))
    if _REPLY_ABOVE.fullmatch(line):
        return True
    return is_block(lines, at) or _is_intro(lines, at)


def announces_forward(line: str) -> bool:
    """Say whether a line is what mail programs put above a mail that they forward."""
    bare = line[:MAX_LINE].strip("> \t*_-=:\uff1a\xa0")
    return len(bare) < 80 and _FORWARD.fullmatch(bare) is not None


def _is_intro(lines: list[str], at: int) -> bool:
    """Say whether an attribution with a date starts at line `at`, and no quote mark follows."""
    line = lines[at][:MAX_LINE]
    if not (DATE.search(line) or (ADDRESS.search(line) and _WROTE.search(line))):
        return False
    if _STAMP.fullmatch(line.strip()) and not "".join(lines[at - 1 : at] + lines[at + 1 : at + 2]):
        return not _quoted_after(lines, at + 1)
    joined, spread = "", False
    for place in range(at, min(at + _SPREAD_LINES, len(lines))):
        bare = lines[place].strip()
        spread = spread or not bare or place - at > _INTRO_LINES - 2
        joined = f"{joined} {bare}"
        if len(joined) > _MAX_INTRO or (not bare and joined.rstrip().endswith((".", "!", "?"))):
            return False
        if bare and _closes(joined):
            if _quoted_after(lines, place + 1):
                return False  # its quote is marked: answers may stand below it
            return _attributes(joined, spread=spread)
    return False


def _attributes(joined: str, *, spread: bool) -> bool:
    """Say whether a run of text names who wrote what and when; where it is `spread`, all three."""
    dates = len(DATE.findall(joined))
    named, wrote = ADDRESS.search(joined) is not None, _WROTE.search(joined) is not None
    if spread:
        return dates >= 2 and named and wrote
    return (dates >= 1 and wrote) or (dates >= 2 and named)


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
