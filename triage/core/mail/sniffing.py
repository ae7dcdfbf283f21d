"""What a file is by its first bytes, whatever it is called; and what is told of a name.

Only the pictures of this table are ever shown; everything else is handed out to be saved.

Source: MIME Sniffing (WHATWG), section 6.1 (images); PNG (W3C) section 11.2.2; GIF89a section 18;
RFC 9649 sections 2.3 to 2.7 (WebP); ITU-T T.81 section B.2.2 (JPEG).
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from triage.core.heading import one_line

HEAD = 256 * 1024
"""Bytes of a file that are looked at."""
MOST_PIXELS = 50_000_000
"""Pixels of a picture that a browser is asked to unpack: a small file may hold far more."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_OTHERS = (
    (b"%PDF-", "PDF"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"#!", "script"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "shortcut"),
    (b"PK\x03\x04", "ZIP"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office"),
    (b"ITSF", "program"),
)
_RUNS = _words(
    """
    ade adp app application appref-ms appx bas bat chm cmd com cpl csh diagcab dll dmg exe fxp
    gadget hlp hta htm html img inf ins iso isp jar jnlp js jse ksh lnk mad maf mag mam mat mda
    mdb mde mhtml mht msc msh msi msix msp mst one ops pcd pif pkg pl prg ps1 psc1 psm1 py reg
    scf scr sct settingcontent-ms sh shb shs shtml svg svgz sys tmp url vb vbe vbs vhd vhdx vxd
    website ws wsc wsf wsh xbap xht xhtml xll xml xnk xsl xslt
    """
)
"""Endings of what may run, or what a browser runs, when it is opened."""
_MACROS = _words("docm dotm potm ppam ppsm pptm sldm xlam xlm xlsb xlsm xltm")
_DOCUMENTS = _words(
    """
    pdf doc docx xls xlsx ppt pptx odt ods txt rtf csv jpg jpeg png gif webp heic mp3 mp4 zip
    """
)
_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_RESERVED = re.compile(r'[/\\:*?"<>|]')


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that may be shown: its true type, and its size in pixels."""

    media_type: str
    width: int
    height: int


def picture(head: bytes) -> Picture | None:
    """Return what kind of picture a file begins as; None: it is none that is shown.

    One without a size, or of more than `MOST_PIXELS`, is none either.
    """
    kind = next((name for mark, name in _PICTURES if head.startswith(mark)), "")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        kind = "image/webp"
    try:
        width, height = _size(kind, head)
    except (struct.error, IndexError):
        return None
    if not 0 < width * height <= MOST_PIXELS:
        return None
    return Picture(kind, width, height)


def _size(kind: str, head: bytes) -> tuple[int, int]:
    match kind:
        case "image/png":
            width, height = struct.unpack_from(">II", head, 16)
        case "image/gif":
            width, height = struct.unpack_from("<HH", head, 6)
        case "image/jpeg":
            return _jpeg_size(head)
        case "image/webp":
            return _webp_size(head)
        case _:
            return 0, 0
    return int(width), int(height)


def _jpeg_size(head: bytes) -> tuple[int, int]:
    """Walk the segments up to the one that begins a frame."""
    at = 2
    while head[at] == 0xFF:
        marker = head[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _SIZES:
            height, width = struct.unpack_from(">HH", head, at + 5)
            return int(width), int(height)
        at += 2 + max(2, int.from_bytes(head[at + 2 : at + 4], "big"))
    return 0, 0


def _webp_size(head: bytes) -> tuple[int, int]:
    match head[12:16]:
        case b"VP8X":
            return (
                1 + int.from_bytes(head[24:27], "little"),
                1 + int.from_bytes(head[27:30], "little"),
            )
        case b"VP8L":
            bits = int.from_bytes(head[21:25], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", head, 26)
            return width & 0x3FFF, height & 0x3FFF
        case _:
            return 0, 0


def begins_as(head: bytes) -> str:
    """Return in a word what a file begins as; "" where the table does not know it."""
    shown = picture(head)
    if shown is not None:
        return shown.media_type.removeprefix("image/").upper()
    return next((name for mark, name in _OTHERS if head.startswith(mark)), "")


def risk(name: str, head: bytes) -> str:
    """Say why a file is better not opened, in snake_case; "" where nothing speaks against it."""
    endings = [ending.strip().casefold() for ending in shown_name(name).split(".")[1:]]
    last = endings[-1] if endings else ""
    begins = begins_as(head)
    if len(endings) > 1 and last in _RUNS and endings[-2] in _DOCUMENTS:
        return "two_endings"
    if last in _RUNS or begins in {"program", "script", "shortcut"}:
        return "runs"
    if last in _MACROS or b"vbaProject.bin" in head:
        return "macros"
    if _locked(begins, head):
        return "locked"
    return ""


def _locked(begins: str, head: bytes) -> bool:
    """Say whether a file is encrypted: nobody could look into it for what is bad."""
    if begins == "ZIP":
        return bool(head[6] & 1) if len(head) > 6 else False
    return begins == "PDF" and b"/Encrypt" in head


def shown_name(name: str) -> str:
    """Return a file name as it may be shown and saved: on one line, and in the order it is read.

    What turns the direction of writing would have `exe.gpj` read as `jpg.exe`; what a file system
    takes for a path is an underscore. Source: Unicode Standard Annex 9, section 2.
    """
    bare = _RESERVED.sub("_", one_line(name)).strip(" .")
    if len(bare) > 120:
        stem, dot, ending = bare.rpartition(".")
        bare = f"{stem[:100]}…{dot}{ending[-15:]}" if dot else f"{bare[:119]}…"
    return bare or "file"
