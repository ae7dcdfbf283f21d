"""Which sentences of a mail tell what it is about: no greeting, no closing, no line of numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from triage.model.floats import Floats
from triage.model.sentences import letters

Doubles = npt.NDArray[np.float64]

_LONG_ENOUGH = 15
"""Letters below which a sentence explains nothing, unless there is no longer one."""

_ASKING = np.float32(0.1)
_SPEAKING = np.float32(0.1)
"""How much likeness it makes up for that a sentence asks, and that it speaks for its queue."""

_COURTESY = re.compile(
    r"(?:hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day)|to whom it may concern"
    r"|(?:(?:kind|best|warm|many|with|and|my|sincere) )*(?:regards|wishes)"
    r"|yours (?:sincerely|faithfully|truly)|sincerely|cheers|(?:many )?thanks"
    r"(?: again| a lot| so much| very much| in advance)*"
    r"|thank you(?: again| so much| very much| in advance| for (?:your|the) (?:help|time|reply"
    r"|attention|understanding|support))*|(?:i )?look(?:ing)? forward to (?:hearing from you|your"
    r" (?:reply|answer|response))"
    r"|hallo|liebe[rs]?|guten (?:tag|morgen|abend)|sehr geehrte[rs]?"
    r"|(?:mit )?(?:(?:ganz|freundlichen|freundliche|besten|beste|vielen|viele|lieben|liebe"
    r"|herzlichen|herzliche|schönen|schöne) )*grü(?:ß|ss)en?|mfg"
    r"|(?:vielen|besten|herzlichen) dank(?: im voraus)?|danke(?: im voraus| schön)?"
    r"|bonjour|bonsoir|salut|ch[eè]re?|madame|monsieur|(?:bien |très )?cordialement|merci"
    r"(?: beaucoup| d['’]avance)*|bien à vous|(?:sincères |meilleures )?salutations"  # noqa: RUF001
    r"|hola|buen[oa]s (?:d[ií]as|tardes|noches)|estimad[oa]s?|(?:un |muchos )?(?:cordial )?saludos?"
    r"|atentamente|(?:muchas )?gracias(?: de antemano| por adelantado)?"
    r"|ciao|buongiorno|buonasera|salve|gentile|egregi[oa]|(?:cordiali|distinti) saluti"
    r"|grazie(?: mille| in anticipo)*"
    r"|beste|geachte|goedendag|(?:met )?(?:vriendelijke )?groet(?:en|jes)?|(?:alvast )?bedankt"
    r"|ol[aá]|bom dia|boa (?:tarde|noite)|prezad[oa]s?|(?:com os )?(?:melhores )?cumprimentos"
    r"|atenciosamente|(?:muito )?obrigad[oa]"
    r"|dzie[nń] dobry|witam|szanowni państwo|pozdrawiam|z poważaniem|(?:bardzo )?dziękuję"
    r"|hej|b[aä]sta|k[aæ]re|(?:med )?(?:vänliga |bästa )?hälsning(?:ar)?|mvh|(?:stort )?tack(?: på"
    r" förhand)?)\b",
    re.IGNORECASE,
)
"""What a greeting or a closing begins with; a name may follow it."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LINKING = _words("and or the team there all sir madam und et y e og en herren damen service")

_OF_NUMBERS = _words(
    """
    my the is of for a and no number order invoice customer account reference ref tracking delivery
    article item id date here it about re regarding
    meine mein die der das ist lautet zu und nr nummer bestellung bestellnummer auftrag
    auftragsnummer auftragsnr kundennummer rechnung rechnungsnummer kunde sendungsnummer betreff
    artikelnummer hier
    ma mon le la est n numéro de commande facture client suivi référence du et voici
    mi el es número pedido factura cliente referencia seguimiento aquí
    il mio è numero ordine fattura riferimento codice di del
    mijn het bestelnummer bestelling ordernummer factuur klantnummer nummer is van
    o meu a minha é encomenda fatura do da
    moje mój numer zamówienia zamówienie faktury klienta to
    mitt min är beställning beställningsnummer fakturanummer kundnummer
    """
)
"""Words of lines that name a number and say nothing of it."""

_ASK = re.compile(
    r"[?¿？]|\b(?:please|could you|can you|would you|i(?: would|['’]d) like|i want|i need|bitte"  # noqa: RUF001
    r"|ich möchte|ich hätte gern|pouvez[- ]vous|pourriez[- ]vous|je (?:souhaite|voudrais)|por favor"
    r"|pued[ea]n?|podr[ií]an?|quisiera|quiero|potete|potreste|vorrei|per favore|graag|kunt u"
    r"|zou(?:den)? u|wilt u|poderiam?|podem|gostaria|proszę|czy mog|chciał|snälla|kan ni|skulle ni"
    r"|vill ha)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"(?<!\S)\S*?\d\S*")


def telling(sentences: Sequence[str]) -> Sequence[int]:
    """Return the sentences that say something, by their number; all, if none does."""
    found = [at for at, each in enumerate(sentences) if _says_something(each)]
    long = [at for at in found if letters(sentences[at]) >= _LONG_ENOUGH]
    return long or found or range(len(sentences))


def likeness(sentences: Sequence[str], vectors: Floats, pooled: Floats, speaks: Doubles) -> Doubles:
    """Return how well each sentence stands for the whole: the gist is the likest one.

    By its likeness to the whole, and a little by how much it `speaks` for the queue (log-odds) and
    whether it asks for something: what is to be done says more than what happened.
    """
    asks = np.asarray([bool(_ASK.search(each)) for each in sentences], np.float32)
    found: Doubles = vectors @ pooled + _SPEAKING * np.tanh(speaks) + _ASKING * asks
    return found


def _says_something(sentence: str) -> bool:
    """Whether a sentence is more than courtesy, a name, or a number by its name."""
    courtesy = _COURTESY.match(sentence.strip())
    rest = sentence.strip()[courtesy.end() :] if courtesy else sentence
    words = _WORD.findall(_NUMBER.sub(" ", rest))
    if courtesy and all(word[0].isupper() or word in _LINKING for word in words):
        return False
    return not {word.casefold() for word in words} <= _OF_NUMBERS
