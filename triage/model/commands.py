"""Sentences that give orders to the software: "mark this as urgent". They are not read.

What a mail is about is judged by what happened to its writer; which label it should get is not
theirs to say, and urgency that is asked for is no urgency. So a sentence is left out that says
nothing but how the mail should be labelled, or which instructions should be ignored, whoever
wrote it: "please mark this as urgent" by a person in a hurry as well.

A sentence with one word more than orders are made of is read whole, orders and all: no danger,
date or name of a thing is ever lost with it. Rules see every word of a mail as before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from triage.model.leaving import Place, without
from triage.model.reading import Text


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SORT = _words(
    """
    mark flag classify categorise categorize label tag prioritise prioritize rank route assign set
    triage move file ignore disregard forget override bypass markiere markieren markier kennzeichne
    kennzeichnen klassifiziere klassifizieren kategorisiere kategorisieren ordne einordnen einstufen
    stufe setze setzen priorisiere priorisieren ignoriere ignorieren ignorier vergiss missachte
    weise zuweisen zuordnen classez classer classe marquez marquer marque définissez définir mettez
    ignorez ignorer oubliez attribuez affectez étiquetez priorisez marca marcar marcad clasifica
    clasifique clasificar asigna asigne asignar ignora ignorad ignorar olvida olvide pon ponga
    establece establezca prioriza priorice contrassegna contrassegnate contrassegnare segna segnate
    classifica classificate classificare imposta impostate assegna assegnate ignorate ignorare
    dimentica metti mettete markeer markeren classificeer classificeren zet zetten negeer negeren
    vergeet wijs prioriteer classifique classificar defina definir atribua atribuir esqueça coloque
    priorize oznacz oznaczyć oznaczcie zaklasyfikuj sklasyfikuj ustaw ustawcie przypisz zignoruj
    ignoruj zapomnij nadaj markera klassificera klassa sätt ignorera glöm tilldela prioritera
    kategorisera
    """
)
"""What is to be done with a mail, as people tell a machine to do it."""

_TREAT = _words(
    """
    treat handle process raise escalate behandle behandeln bearbeite bearbeiten traitez traiter
    trata trate tratar tratta trattate trattare behandel potraktuj traktuj behandla
    """
)
"""What people are asked for as well: an order only where it says how pressing a mail is."""

_ABOUT = _words(
    """
    this it message mail email ticket request case enquiry inquiry issue priority severity urgency
    queue category instructions instruction rules prompt prompts guidelines dies diese diesen dieser
    dieses es nachricht anfrage vorgang priorität dringlichkeit warteschlange kategorie anweisung
    anweisungen regeln vorgaben ce cet cette ceci courriel demande priorité urgence file catégorie
    consignes règles esto este esta mensaje correo solicitud caso prioridad urgencia cola categoría
    instrucciones reglas questo questa messaggio richiesta priorità urgenza coda categoria
    istruzioni regole dit deze bericht verzoek prioriteit wachtrij categorie instructies regels isto
    mensagem pedido prioridade urgência fila instruções regras tę ta to wiadomość zgłoszenie sprawę
    priorytet kolejkę kolejka kategorię kategoria instrukcje polecenia zasady detta denna
    meddelandet meddelande ärendet ärende prioritet prioriteten kön kategori instruktioner regler
    """
)
"""What it is to be done to: the mail, or the judgement of it."""

_PRESSING = _words(
    """
    urgent critical emergency immediate immediately high highest higher top maximum max low lowest
    normal priority instructions instruction rules prompt prompts guidelines dringend dringende
    dringender eilig hoch hohe hohen hoher höchste höchsten höchster oberste priorität anweisung
    anweisungen regeln vorgaben urgente urgence prioritaire priorité haute élevée maximale consignes
    règles urgencia prioridad prioritario alta máxima instrucciones reglas urgenza priorità massima
    istruzioni regole spoed prioriteit hoge hoogste instructies regels urgência prioridade
    prioritário instruções regras pilne pilna pilną pilny priorytet priorytetowe wysoki najwyższy
    instrukcje polecenia zasady brådskande akut prioritet hög högsta instruktioner regler
    """
)
"""How pressing it should be, or what should no longer hold."""

_PLACES = _words(
    """
    billing returns orders technical sales care finance accounting buchhaltung rechnungen
    rücksendungen retouren bestellungen technik vertrieb verkauf facturation comptabilité retours
    commandes ventes facturación devoluciones pedidos ventas fatturazione resi ordini vendite
    facturatie facturen bestellingen verkoop faturação faturamento faturas encomendas vendas
    rozliczeń rozliczenia zwroty zamówienia sprzedaż fakturering returer beställningar försäljning
    """
)
"""Where it should go."""

_BESIDE = _words(
    """
    please kindly the a an as to of in into on with and or all any previous prior above earlier your
    my our now then must should can could would you for under at once asap level only system admin
    administrator assistant ai bot model software note important hi hello thanks thank that bitte
    als der die das den dem ein eine mit und oder alle allen bisherigen vorherigen vorigen obigen
    ihre deine meine sofort zu zur zum auf ki hinweis danke wichtig s'il vous plaît svp merci comme
    en de du des la le les l' à au aux dans et ou toutes tous précédentes précédents votre vos mon
    ma plus très ia s il tout suite por favor como el los las del al y o todas todos anteriores tu
    su mi con gracias nota per favore come lo gli di della alla e tutte tutti precedenti grazie
    alstublieft het een met voorgaande vorige eerdere naar aan op bedankt graag em os da do dos para
    na no obrigado obrigada proszę jako w z i lub wszystkie poprzednie dziękuję tej tego snälla
    vänligen tack som till på med och eller tidigare föregående det ett
    """
)
"""Words that change nothing of an order."""

_TOLD = _SORT | _TREAT
_ALL = _TOLD | _ABOUT | _PRESSING | _PLACES | _BESIDE

_WORD = re.compile(r"[^\W\d_]+")
_PIECE = re.compile(r"(?:[^\n.!?…。！？]|\n(?!\s*\n))+[.!?…。！？]*")  # noqa: RUF001
_LINE = re.compile(r"[^\n]+")
_FEWEST = 3


def without_orders(text: Text, labels: Collection[str]) -> Text:
    """Return what is read of a mail: all but the sentences that give orders to the software.

    `labels` are the desk's own names of queues and priorities, which orders may name, too.
    """
    own = frozenset(word for label in labels for word in _WORD.findall(label.casefold()))
    subject = "" if is_order(text.subject, own) else text.subject
    if _TOLD.isdisjoint(_WORD.findall(text.body.casefold())):
        return Text(subject, text.body)
    return Text(subject, without(text.body, list(_orders(text.body, own))))


def is_order(sentence: str, labels: frozenset[str] = frozenset()) -> bool:
    """Say whether a sentence is an order to the software, and nothing beside."""
    words = _WORD.findall(sentence.casefold())
    said = frozenset(words)
    if len(words) < _FEWEST or said.isdisjoint(_ABOUT) or not said - labels <= _ALL:
        return False
    if not said.isdisjoint(_SORT):
        return not said.isdisjoint(_PRESSING | _PLACES | labels)
    return not said.isdisjoint(_TREAT) and not said.isdisjoint(_PRESSING)


def _orders(body: str, labels: frozenset[str]) -> Iterator[Place]:
    """Yield where orders stand: a sentence, wrapped or not, or a line that has no mark."""
    for piece in _PIECE.finditer(body):
        if is_order(piece[0], labels):
            yield piece.span()
            continue
        for line in _LINE.finditer(piece[0]):
            if is_order(line[0], labels):
                yield piece.start() + line.start(), piece.start() + line.end()
