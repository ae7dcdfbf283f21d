"""The first name a requester may be greeted by, only where there is no doubt about it.

A wrong name is worse than none: whatever could be a company, a role, a title, two people,
or a name whose first word may be the family's gives none.
"""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 24
_FIRST = re.compile(r"[^\W\d_]+(?:[-'\u2019][^\W\d_]+)*")
_LAST = re.compile(r"[^\W\d_]\.|[^\W\d_]+(?:[-'\u2019][^\W\d_]+)*")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PARTICLES = _words(
    "al ap ben bin da das de del della den der di do dos du el la le ten ter van von zu zum"
)

_TITLES = _words(
    """
    dr prof dipl ing mag med phil rev sir dame lord lady mr mrs ms mx miss mister madam herr frau
    familie fam monsieur madame mme mlle signor signora senor senora don dona sra dhr mevr pan pani
    captain sergeant officer father sister brother pastor rabbi judge professor doctor doktor the
    der die das
    """
)

_NOT_PEOPLE = _words(
    """
    account accounts accounting admin administration agency alert alerts amt and bank billing
    booking bookings bot buchhaltung business care center centre centrum choir church city club
    co community company concierge contact corp corporation customer customers daemon delivery
    department design designs desk digital dispatch e einkauf enquiries et events express
    finance firma foundation front furniture gallery gbr gmbh group gruppe haus help helpdesk
    home hospital hotel hr inc info informatique institute international invoice invoices it
    items kanzlei kg kitchen kundendienst kundenservice kunde law library limited llc llp
    logistics logistik ltd mail mailer manager marketing media members museum my network news
    newsletter no noreply notification notifications nursery office online order orders og ohg
    operations partners payment payments plc post postmaster praxis press presse procurement
    purchasing reception recruiting reply restaurant sa sales salon sarl school schule service
    services shipping shop society software solutions spa srl staff stiftung store studio
    studios support system systems team technik test transport travel und university user
    verein verlag versand verwaltung via web webmaster werkstatt workshop world ab ag as bv nv
    oy by for from of at on in mit
    """
)

# Where the family name is often written first in Latin letters too; without accents.
_FAMILIES = _words(
    """
    bai cai cao chan chang chen cheng cheung choi chu deng ding dong du fan fang feng fu gao guo
    han he ho hong hu huang hwang jiang jin jung kang kim kwon lai lam lau lee leung li liang
    lim lin liu lu luo ma meng ng ngo nguyen oh pan park peng pham phan qian ren shen shi song
    su sun tan tang tian tran vu wang wei wong wu xia xiao xie xu yan yang yao ye yeung yin yoon
    yu yuan zeng zhang zhao zheng zhong zhou zhu balogh farkas horvath juhasz kiss kovacs
    lakatos meszaros molnar nagy nemeth olah papp racz szabo szilagyi takacs toth torok varga
    voros abe fujita fukuda goto hasegawa hashimoto hayashi ikeda inoue ishii ishikawa ito kato
    kimura kobayashi kondo maeda matsumoto mori murakami nakajima nakamura ogawa okada saito
    sakamoto sasaki sato shimizu suzuki takahashi tanaka ueda watanabe yamada yamaguchi yamamoto
    yamashita yamazaki yoshida
    """
)


def given_name(display_name: str) -> str:
    """Return the first name in a display name ("Jo Park" gives "Jo"), or "" where in doubt.

    Takes two to four words in Latin letters, the first of them capitalised as a name is:
    neither one word nor commas, digits, addresses, titles, capitals, companies, roles or
    pictures. At most 24 letters.
    """
    words = unicodedata.normalize("NFC", display_name).strip().split(" ")
    if not 2 <= len(words) <= 4:
        return ""
    first, *middle, last = words
    rest = [word for word in middle if word.casefold() not in _PARTICLES]
    if not (_FIRST.fullmatch(first) and all(_LAST.fullmatch(word) for word in [*rest, last])):
        return ""
    if not all(_latin(word) for word in words):
        return ""
    if not (_is_called(first) and all(word[0].isupper() for word in [*rest, last])):
        return ""
    plain = {_plain(word) for word in [first, *rest, last]}
    if plain & (_TITLES | _NOT_PEOPLE) or _plain(first) in _FAMILIES:
        return ""
    return first


def _is_called(word: str) -> bool:
    """Say whether a word is written as a first name is: "Jo", "DeShawn", not "JO" or "jo"."""
    return 2 <= len(word) <= _LONGEST and word[0].isupper() and any(c.islower() for c in word)


def _latin(word: str) -> bool:
    return all(
        unicodedata.name(letter, "").startswith("LATIN ") for letter in word if letter.isalpha()
    )


def _plain(word: str) -> str:
    """Fold case, and leave out accents and a full stop, to look a word up."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if c.isalpha())
