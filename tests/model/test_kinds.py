"""Whose words a mail is in: the shipped kinds on mail that nobody taught, and how they are taught.

The mails stand here alone, in other words than `prompts/kinds/`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model.conftest import silent
from tests.model.lessons import SMALL
from triage.config.prompts import load_teaching
from triage.core.message import Verdict
from triage.core.prediction import Prediction
from triage.core.ruled import by_wording
from triage.core.teaching import Teaching
from triage.core.ticket import Kind
from triage.model.cache import cache_folder
from triage.model.encoder import OnnxEncoder
from triage.model.floats import unit
from triage.model.kept import load_heads, save_heads
from triage.model.kinds import HUMAN
from triage.model.predict import Model
from triage.model.reading import Text, parts, unquoted
from triage.training import open_model, trained

pytestmark = [pytest.mark.model, pytest.mark.timeout(300)]

PROMPTS = Path(__file__).parents[2] / "prompts"
AWAY = {
    "en": "Currently on paternity leave, back in October.",
    "fr": "Je suis actuellement en vacances et serai de retour le lundi 2 septembre. Merci de "
    "contacter le secrétariat pendant mon absence.",
    "es": "Gracias por tu correo. Esta semana no estoy en la oficina; el lunes me pongo al día con "
    "todo. Si no puede esperar, llama a Paco.",
    "pl": "W dniach 1-14 sierpnia jestem na urlopie. Odpiszę po powrocie. W razie potrzeby proszę "
    "kontaktować się z Anną Lis.",
    "sv": "Jag är på mässa hela veckan och svarar först på måndag. Tack för ditt mejl!",
    "da": "Jeg er på kursus resten af ugen og læser mail igen mandag. Tak for din henvendelse.",
    "no": "Takk for meldingen. Jeg er på kurs ut uken og leser e-post igjen mandag.",
    "fi": "Kiitos viestistäsi. Olen messuilla koko viikon ja vastaan ensi maanantaina.",
    "cs": "Od 1. do 12. srpna čerpám dovolenou. Na Váš e-mail odpovím po návratu. V nutných "
    "případech kontaktujte pana Nováka.",
    "ja": "7月20日から7月27日まで休暇をいただいております。お急ぎの方は田中までご連絡ください。",
    "lv": "No 5. līdz 19. augustam esmu atvaļinājumā un e-pastus nelasu. Ja jautājums ir "
    "steidzams, lūdzu sazinieties ar Jāni Ozolu.",
}
RECEIVED = {
    "en": "Just letting you know that your email landed safely. We read everything and usually "
    "answer within a day.",
    "de": "Ihr Anliegen liegt uns nun vor. Derzeit erreichen uns viele Zuschriften, daher dauert "
    "die Antwort etwas länger. Ihr Serviceteam",
    "fr": "Votre message nous est bien parvenu. Nos équipes le traitent dans les meilleurs délais.",
    "es": "Hemos abierto el ticket 8812 con su solicitud. Recibirá noticias nuestras.",
    "it": "Abbiamo aperto il ticket 8812 per la Sua segnalazione. La aggiorneremo.",
    "nl": "U krijgt binnen vijf werkdagen antwoord op uw e-mail, die wij hebben ontvangen.",
    "pt": "O seu pedido foi registado com o n.º 8812. Entraremos em contacto.",
    "pl": "Państwa zgłoszenie otrzymało numer 8812 i trafiło do konsultanta.",
    "sv": "Vi har skapat ärende 8812 utifrån ditt mejl och hör av oss.",
    "da": "Der er oprettet en sag med nummer 8812 ud fra din mail.",
    "no": "Vi har opprettet sak 8812 på e-posten din og tar kontakt.",
    "fi": "Viestistäsi on avattu tukipyyntö 8812. Otamme yhteyttä.",
    "cs": "Na základě Vašeho e-mailu byl založen požadavek 8812. Ozveme se Vám.",
    "ja": "下記の番号で受け付けました。受付番号:77812。担当者より順次ご連絡いたします。",
    "lv": "Esam saņēmuši Jūsu e-pastu. Atbilde tiks sniegta likumā noteiktajā termiņā.",
}
SWINDLES = (
    "I am in a conference and can't talk. I need some gift cards for a prospect, get them in the "
    "next half hour and mail me pictures of the codes. George, CEO",
    "Sehr geehrter Kunde, wir haben ungewöhnliche Aktivitäten festgestellt. Um eine Sperrung zu "
    "vermeiden, bestätigen Sie jetzt Ihre Identität über den Link.",
    "Estimados señores: nuestra cuenta bancaria ha cambiado. Rogamos que abonen la factura "
    "pendiente en el nuevo IBAN indicado en el adjunto.",
)
CHALLENGES = (
    "I don't accept mail from strangers straight away. Please click on this link so I know you "
    "aren't a spammer. You have to do it just this once.",
    "Damit Ihre E-Mail mich erreicht, bestätigen Sie bitte über folgenden Link, dass Sie ein "
    "Mensch sind. Das ist nur einmal nötig.",
)
PEOPLE = (
    "We will be in Asia all of October. Can the sofa wait in your warehouse until November?",
    "Sorry, I was at a trade fair all week and only saw this now. The blue one, please.",
    "I have a case number, 00127781, but nobody called. When will somebody look at the tap?",
    "Hi Sue, I sent the transfer of 382 this morning. Could you ship the chairs today? Mark",
    "Nächste Woche bin ich auf Fortbildung, meine Frau nimmt die Küche entgegen.",
    "Ich habe eine Mahnung über 389 € bekommen, obwohl ich schon bezahlt habe.",
    "Bonjour, je suis en formation toute la semaine, pouvez-vous livrer lundi prochain ? Sophie",
    "Sigo esperando respuesta al ticket 8812. La lámpara no enciende.",
    "Da lunedì sono in congedo e sempre a casa, quindi va bene qualsiasi giorno. Luca",
    "Deze week ben ik op een beurs in Milaan. Kunt u de kast volgende week brengen? Joost",
    "Estou em formação até sexta. Podem entregar no sábado? Obrigada, Teresa",
    "W tym tygodniu jestem na targach, proszę zadzwonić do żony w sprawie dostawy.",
    "Jag är på mässa hela veckan, kan ni leverera på måndag? Lisa",
    "Jeg er på kursus resten af ugen. Kan sofaen komme mandag? Jens",
    "Jeg er på kurs ut uken. Kan dere levere på mandag? Nina",
    "Olen messuilla koko viikon. Voitteko toimittaa maanantaina? Sari",
    "Celý týden jsem na veletrhu, můžete přijet v pondělí? Petr",
    "今週は研修で家におりません。月曜日に配達していただけますか。",
    "Šonedēļ esmu kursos. Vai varat piegādāt pirmdien?",
)


@pytest.fixture(scope="module")
def model() -> Model:
    return open_model(load_teaching(PROMPTS), "default", cache_folder(), 0.95, silent)


def fired(prediction: Prediction) -> set[Kind]:
    return {kind for kind, score in prediction.kinds.items() if score.fired}


def likeliest(prediction: Prediction) -> Kind:
    return max(prediction.kinds, key=lambda kind: prediction.kinds[kind].score)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        *((Kind.OUT_OF_OFFICE, text) for text in AWAY.values()),
        *((Kind.AUTO_REPLY, text) for text in RECEIVED.values()),
        *((Kind.PHISHING, text) for text in SWINDLES),
        *((Kind.CHALLENGE, text) for text in CHALLENGES),
    ],
)
def test_p3_what_no_person_wrote_is_known_by_its_words_in_any_language(
    model: Model, expected: Kind, text: str
) -> None:
    (found,) = model.predict([Text("Re: cushions", text)])
    assert expected in fired(found)
    assert likeliest(found) is expected
    assert found.kinds[expected].sentence in text


@pytest.mark.parametrize("text", PEOPLE)
def test_p4_people_who_write_of_the_same_things_are_people(model: Model, text: str) -> None:
    (found,) = model.predict([Text("Delivery", text)])
    assert not fired(found)


def test_p4_of_mail_that_no_training_saw_none_is_taken_for_a_machines(model: Model) -> None:
    rows = [
        json.loads(line)
        for line in (Path(__file__).parent / "held_out.jsonl").read_text().splitlines()
    ]
    found = model.predict([Text(row["subject"], row["body"]) for row in rows])
    wrong = [row["subject"] for row, one in zip(rows, found, strict=True) if fired(one)]
    assert not wrong


def test_p4_no_text_of_people_that_was_held_out_is_beyond_doubt(model: Model) -> None:
    head = model.heads.kinds
    assert head is not None
    people = head.whose == HUMAN
    assert people.sum() > 2_000
    assert not (head.held_out[people] > head.sure).any()
    assert (head.held_out[people] > head.doubtful).any(axis=1).mean() < 0.01
    for number, name in enumerate(head.names):
        own = head.held_out[head.whose == number + 1, number]
        assert (own > head.doubtful[number]).mean() > 0.5, name


@pytest.mark.parametrize("text", ["Thanks!", "ok", "Away.", "はい", ""])
def test_p4_a_few_words_are_never_a_machines(model: Model, text: str) -> None:
    (found,) = model.predict([Text("Re: Automatic reply: I am out of the office", text)])
    assert not fired(found)


@pytest.mark.parametrize("mark", ["Re: ", "Fwd: ", "AW: ", "WG: "])
def test_p4_the_subject_of_the_mail_that_is_answered_or_passed_on_is_not_ones_own(
    model: Model, mark: str
) -> None:
    text = "This is all I ever get from your Leeds store. Who deals with my broken shelf?"
    subject = f"{mark}Automatic reply: I am out of the office, we have received your request"
    (found,) = model.predict([Text(subject, text)])
    assert not fired(found)


@pytest.mark.parametrize(
    "text",
    [
        'All I ever get is this: "I am out of the office until 14 August with limited access to '
        'email." Who can tell me where my bed is?',
        "Ich bekomme nur: „Vielen Dank für Ihre Anfrage. Wir melden uns in Kürze.“ Das geht seit "
        "drei Wochen so. Wann kommt mein Tisch?",
        "Votre réponse dit « Je suis absent du bureau jusqu'au 18 août ». Nous sommes le 25. Qui "
        "s'occupe de ma commande ?",
    ],
)
def test_p4_what_people_quote_are_not_their_own_words(model: Model, text: str) -> None:
    (found,) = model.predict([Text("No answer", text)])
    assert not fired(found)
    assert parts(Text("No answer", text)).own is not None


@given(st.text(alphabet='ab "“”„«»「」…\n', max_size=400))
def test_a_text_without_its_quotations_is_no_longer_than_it_was(text: str) -> None:
    assert len(unquoted(text)) <= len(text)
    assert len(unquoted(unquoted(text))) <= len(unquoted(text))


PECULIAR = (
    "Vault 9 hums: parcel logged under the violet seal, nothing further is wanted from the bearer."
)


def test_an_example_that_an_admin_adds_changes_the_verdict(
    encoder: OnnxEncoder, tmp_path: Path
) -> None:
    (tmp_path / "ours" / "kinds").mkdir(parents=True)
    shipped = replace(SMALL, kinds=load_teaching(PROMPTS).kinds)
    before = judged(shipped, encoder, tmp_path)
    assert (before.kind, before.doubtful) == (Kind.HUMAN, False)
    (tmp_path / "ours" / "kinds" / "auto_reply.md").write_text(
        f"---\nname: auto_reply\nextend: true\n---\n## Examples\n- {PECULIAR}\n"
        "- Vault 3 hums: letter logged under the amber seal, nothing further is wanted.\n"
        "- Vault 5 hums: crate logged under the green seal, the bearer may go.\n"
    )
    after = judged(load_teaching(tmp_path / "ours", shipped), encoder, tmp_path)
    assert after.kind is Kind.AUTO_REPLY or after.doubtful
    assert PECULIAR in after.why


def judged(teaching: Teaching, encoder: OnnxEncoder, cache: Path) -> Verdict:
    """Judge one mail in words that nobody else uses, as a teaching has it."""
    model = Model(encoder, trained(teaching, encoder, cache, silent), 0.9)
    (found,) = model.predict([Text("Vault 9", PECULIAR)])
    return by_wording(Verdict(Kind.HUMAN, "nothing in the headers"), found.kinds)


def test_without_kinds_a_model_says_nothing_of_them(small_model: Model) -> None:
    (found,) = small_model.predict([Text("", AWAY["en"])])
    assert found.kinds == {}
    assert small_model.heads.kinds is None


def test_too_few_examples_teach_no_kind(encoder: OnnxEncoder, tmp_path: Path) -> None:
    (away,) = (label for label in load_teaching(PROMPTS).kinds if label.name == "out_of_office")
    few = replace(SMALL, kinds=(replace(away, examples=away.examples[:4]),))
    assert trained(few, encoder, tmp_path, silent).kinds is None


def test_what_kinds_are_taught_changes_no_other_head(
    encoder: OnnxEncoder, small_model: Model, tmp_path: Path
) -> None:
    taught = trained(replace(SMALL, kinds=load_teaching(PROMPTS).kinds), encoder, tmp_path, silent)
    assert taught.kinds is not None
    assert (taught.queue.weights == small_model.heads.queue.weights).all()
    assert (taught.center == small_model.heads.center).all()
    assert [one.threshold for one in taught.signals] == [
        one.threshold for one in small_model.heads.signals
    ]


def test_kinds_come_back_as_they_were_kept(model: Model, tmp_path: Path) -> None:
    save_heads(model.heads, tmp_path)
    back, head = load_heads(tmp_path).kinds, model.heads.kinds
    assert back is not None
    assert head is not None
    assert back.names == head.names
    vectors = unit(model.encoder.encode(list(AWAY.values())) - head.center)
    assert abs(back.logits(vectors) - head.logits(vectors)).max() < 0.05
