"""Bytes → text that a reader can read, whatever charset they claim to be in."""

from __future__ import annotations

import codecs
import re

from turbohtml.detect import detect

DETECT_BYTES = 64 * 1024
"""How much of a text the detector looks at."""

_WESTERN = "cp1252"
_SINGLE = {
    **{f"iso-8859-{n}": f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{f"windows-{n}": f"cp{n}" for n in range(1250, 1259)},
    **{f"cp{n}": f"cp{n}" for n in range(1250, 1259)},
    **{f"ibm{n}": f"cp{n}" for n in (437, 850, 852, 855, 857, 858, 860, 861, 862, 863, 865, 866)},
    **{f"cp{n}": f"cp{n}" for n in (437, 850, 852, 855, 857, 858, 860, 861, 862, 863, 865, 866)},
    "iso-8859-1": _WESTERN,
    "latin1": _WESTERN,
    "latin-1": _WESTERN,
    "l1": _WESTERN,
    "ansi": _WESTERN,
    "x-ansi": _WESTERN,
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "latin2": "iso8859-2",
    "latin-9": "iso8859-15",
    "latin9": "iso8859-15",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "koi8": "koi8-r",
    "macintosh": "mac-roman",
    "mac": "mac-roman",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-ce": "mac-latin2",
}
_MULTI = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "x-gbk": "gb18030",
    "gb18030": "gb18030",
    "euc-cn": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "cp950": "cp950",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "ms-kanji": "cp932",
    "cp932": "cp932",
    "windows-31j": "cp932",
    "euc-jp": "euc_jp",
    "x-euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
    "iso-2022-jp-1": "iso2022_jp",
    "iso-2022-jp-2": "iso2022_jp",
    "iso-2022-jp-ms": "iso2022_jp",
    "euc-kr": "cp949",
    "ks-c-5601-1987": "cp949",
    "ks-c-5601": "cp949",
    "cp949": "cp949",
    "iso-2022-kr": "iso2022_kr",
    "utf-7": "utf-7",
    "unicode-1-1-utf-7": "utf-7",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "utf-32": "utf-32",
    "utf-32le": "utf-32-le",
    "utf-32be": "utf-32-be",
}
_UTF8 = frozenset({"utf-8", "utf8", "unicode-1-1-utf-8", "utf-8-sig", "x-utf-8", "cp65001"})
_ESCAPE = re.compile(rb"(\x1b(?:\$[@B]|\([BIJ]))")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


def _as_western(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that a codec refuses as Windows-1252, so that nothing turns into U+FFFD."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    text = "".join(
        chr(byte) if byte in b"\x81\x8d\x8f\x90\x9d" else bytes((byte,)).decode(_WESTERN)
        for byte in bad
    )
    return text, error.end


codecs.register_error("triage.western", _as_western)


def codec_for(name: str | None) -> str | None:
    """Return the codec for the charset label `name`, or None where it is not to be trusted.

    Only charsets that mail is written in: Python knows others (`idna`, `unicode-escape`,
    `rot13`) that would raise, execute escapes or give lone surrogates.
    """
    if not name:
        return None
    label = name.strip(" \t\"'").casefold().replace("_", "-")
    label = label.removeprefix("cs") if label.startswith(("csiso", "csshift", "csgb")) else label
    if label.startswith("iso8859"):
        label = "iso-8859" + label[len("iso8859") :]
    if label in _UTF8:
        return "utf-8"
    return _SINGLE.get(label) or _MULTI.get(label)


def decode(data: bytes, declared: str | None = None) -> str:
    """Return the text of `data`, which says it is in the charset `declared`.

    A right label is followed; a wrong one is found out: UTF-8 under a one-byte label is read
    as UTF-8, and what the declared codec cannot read is detected. Never raises.
    """
    if data.isascii() and not _looks_shifted(data, declared):
        return clean(data.decode("ascii"))
    codec = codec_for(declared)
    if data.startswith(codecs.BOM_UTF8):
        data, codec = data[3:], "utf-8"
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and len(data) > 3:
        codec = "utf-16"
    if codec is None or codec == "utf-8" or codec in _SINGLE.values():
        try:
            return clean(data.decode("utf-8"))
        except UnicodeDecodeError:
            pass
    return clean(_decode_as(data, codec))


def _looks_shifted(data: bytes, declared: str | None) -> bool:
    """Say whether ASCII bytes may hide other characters (ISO-2022, HZ, UTF-7, UTF-16)."""
    codec = codec_for(declared)
    if codec in {"utf-7", "hz", "utf-16-le", "utf-16-be", "utf-16", "utf-32"}:
        return True
    return b"\x1b" in data or b"\x0e" in data


def _decode_as(data: bytes, codec: str | None) -> str:
    if codec is None and (b"\x1b$" in data or b"\x1b(J" in data):
        codec = "iso2022_jp"
    if codec == "utf-8" and 2 * len(_MULTIBYTE.findall(data)) < _high(data):
        codec = None  # more broken than whole: the label is wrong
    if codec is not None and codec.startswith("iso2022_jp"):
        return _iso2022_jp(data)
    if codec is not None and codec != "utf-8":
        try:
            return data.decode(codec)
        except (UnicodeError, LookupError):
            if codec in _MULTI.values() and _mostly_readable(data, codec):
                return data.decode(codec, "triage.western")
    if codec == "utf-8":
        return data.decode("utf-8", "triage.western")
    return _detected(data)


def _iso2022_jp(data: bytes) -> str:
    """Decode by way of Shift JIS, for mail uses its circled digits, which ISO-2022-JP lacks."""
    out = []
    wide = kana = False
    for piece in _ESCAPE.split(data):
        if piece[:1] == b"\x1b":
            wide, kana = piece[1:2] == b"$", piece == b"\x1b(I"
        elif wide:
            out.append(_shift_jis(piece).decode("cp932", "triage.western"))
        elif kana:
            out.append(bytes(byte | 0x80 for byte in piece).decode("cp932", "triage.western"))
        else:
            out.append(piece.decode("cp932", "triage.western"))
    return "".join(out)


def _shift_jis(pairs: bytes) -> bytes:
    out = bytearray()
    place = 0
    while place < len(pairs):
        first, second = pairs[place], pairs[place + 1] if place + 1 < len(pairs) else 0
        if not (0x21 <= first <= 0x7E and 0x21 <= second <= 0x7E):
            out.append(first)
            place += 1
            continue
        out.append(((first + 1) >> 1) + (0x70 if first < 0x5F else 0xB0))
        odd = second + (0x1F if second < 0x60 else 0x20)
        out.append(odd if first & 1 else second + 0x7E)
        place += 2
    return bytes(out)


def _high(data: bytes) -> int:
    """Count the bytes over 0x7F, cut to what the detector would see."""
    return sum(byte > 0x7F for byte in data[:DETECT_BYTES]) or 1


def _mostly_readable(data: bytes, codec: str) -> bool:
    lossy = data.decode(codec, "replace")
    return lossy.count("\ufffd") * 20 <= sum(char > "\x7f" for char in lossy)


def _detected(data: bytes) -> str:
    found = detect(data[:DETECT_BYTES])
    try:
        if found.encoding is not None and (codec := codec_for(found.encoding)):
            return data.decode(codec, "triage.western")
    except (UnicodeError, LookupError):
        pass
    return data.decode(_WESTERN, "triage.western")


def clean(text: str) -> str:
    """Return `text` with plain line ends and without NULs, controls and lone surrogates."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", text).removeprefix("\ufeff")
