"""The words by which people ask, promise to write again, and say nothing of the matter itself.

In English, German, French, Spanish, Italian, Dutch, Portuguese and Polish, matched against one
case-folded sentence. What is not sure is left out: an answer that is taken for a promise is worse
than a promise that is taken for an answer.
"""

from __future__ import annotations

import re
from typing import Final

_WILL: Final = r"(?:'ll| will| shall|(?:'m|'re| am| are) going to)"

PROMISES: Final = re.compile(
    r"\b(?:i|we|and)" + _WILL + r" (?:(?:definitely|certainly|of course|also|then|personally) )?"
    r"(?:get back to|come back to|be back (?:to|with|in touch)|be in touch|let you know"
    r"|update you|keep you (?:posted|updated|informed)|write (?:to you|again|back)|reply to you"
    r"|have (?:an answer|news|an update) for you|report back|follow up with you"
    r"|send you (?:an update|an answer|news)|(?:call|phone|ring|e-?mail) you)\b"
    r"|\byou"
    + _WILL
    + r" (?:hear|have (?:news|an answer|an update|a reply)) (?:back )?from (?:me|us)"
    r"|\byou can expect (?:to hear from|an answer|a reply|an update|news)"
    r"|\b(?:ich|wir) (?:melden? (?:mich|uns)|(?:gebe|geben|sage|sagen) (?:ihnen|dir|euch)\b.{0,60}"
    r"\bbescheid|(?:halte|halten) (?:sie|dich|euch)\b.{0,40}\bauf dem laufenden"
    r"|(?:komme|kommen)\b.{0,60}\bauf (?:sie|dich|euch)\b.{0,20}\bzu(?:rück)?"
    r"|(?:schreibe|schreiben|antworte|antworten|informiere|informieren) (?:ihnen|dir|euch|sie|dich)"
    r"|(?:rufe|rufen) (?:sie|dich|euch)\b.{0,40}\ban"
    r"|werden?\b.{0,80}\b(?:melden|anrufen|bescheid geben|informieren|auf dem laufenden halten"
    r"|antworten|zurückmelden|zurückkommen|schreiben))\b"
    r"|\b(?:melde mich|melden uns)\b|\bsie (?:hören|bekommen)\b.{0,60}\bvon (?:mir|uns)\b"
    r"|\b(?:je|nous|et) (?:revien(?:s|drai)|revenons|reviendrons) vers (?:vous|toi)"
    r"|\b(?:je|nous) (?:vous|te) (?:recontacte\w*|tien\w+ (?:au courant|informée?s?)"
    r"|(?:informe|répond|donne|écri|rappelle|ferai|ferons)\w* (?:.{0,30}\b)?(?:bientôt|rapidement"
    r"|savoir|nouvelles|une réponse|d'ici|avant|demain|lundi|mardi|mercredi|jeudi|vendredi|dès))"
    r"|\bvous aurez (?:une réponse|de (?:mes|nos) nouvelles)"
    r"|\b(?:le|les|te|os) (?:escribi?r(?:é|emos)|escrib(?:o|imos)|responder(?:é|emos)"
    r"|respond(?:o|emos)|contestar(?:é|emos)|informar(?:é|emos)|avisar(?:é|emos)|aviso"
    r"|mantendr(?:é|emos) informad"
    r"|contactar(?:é|emos)|llamar(?:é|emos))"
    r"|\b(?:me pondré|nos pondremos) (?:de nuevo )?en contacto|\bvolver(?:é|emos) a (?:escribir"
    r"|contactar|ponernos en contacto)|\btendrá (?:noticias|una respuesta)"
    r"|\b(?:le|ti|vi|gliel[oa]) (?:faccio|farò|faremo|facciamo) sapere"
    r"|\b(?:la|ti|vi) (?:ricontatt(?:o|erò|eremo|iamo)|aggiorn(?:o|erò|eremo|iamo)|terr(?:ò|emo)"
    r" (?:aggiornat|informat|al corrente))|\b(?:mi farò|ci faremo) (?:viv|sentire)"
    r"|\b(?:la|ti|vi) (?:richiam(?:o|erò|eremo)|chiam(?:erò|eremo))"
    r"|\b(?:le|ti|vi) (?:risponder(?:ò|emo)|scriver(?:ò|emo))|\bavrà (?:mie|nostre) notizie"
    r"|\b(?:ik|we|wij) (?:kom|komen)\b.{0,60}\bterug\b|\bkom(?:en)? (?:ik|we|wij)\b.{0,60}\bterug\b"
    r"|\b(?:ik|we|wij) (?:laat|laten)\b.{0,60}\bweten\b|\blaat ik\b.{0,60}\bweten\b"
    r"|\b(?:ik|we|wij) (?:houd?|houden) (?:u|je|jullie) op de hoogte"
    r"|\b(?:ik|we|wij) (?:bel|bellen) (?:u|je|jullie)\b"
    r"|\b(?:u|je) hoort\b.{0,60}\bvan (?:mij|me|ons)\b"
    r"|\b(?:entrarei|entraremos) (?:novamente )?em conta(?:c)?to|\b(?:volto|voltamos|voltarei"
    r"|voltaremos|retornarei|retornaremos) (?:a (?:conta(?:c)?t[aá]|escrever|dar)|com|o contato"
    r"|ao contacto)"
    r"|\b(?:darei|daremos|dou|damos)(?:-lhe)? (?:notícias|uma resposta|retorno)"
    r"|\b(?:informarei|informaremos|avisarei|avisaremos|responderei|responderemos)\b"
    r"|\bmantê-l[oa] informad|\bterá (?:notícias|uma resposta)"
    r"|\b(?:odezwę|odezwiemy) się|\b(?:wrócę|wrócimy) (?:do (?:pan|pań|ciebie)|z (?:odpowiedzią"
    r"|informacj))|\b(?:skontaktuję|skontaktujemy) się|\b(?:dam|damy)\b.{0,30}\bznać\b"
    r"|\b(?:zadzwonię|zadzwonimy) do\b"
    r"|\b(?:poinformuję|poinformujemy|odpiszę|odpiszemy|napiszę|napiszemy do)\b"
)
"""Somebody of ours will write again."""

_WANTED: Final = r"(?:photos?|pictures?|copy|number|details|address|receipt|invoice|confirmation)"

ASKS: Final = re.compile(
    r"\b(?:please|kindly) (?:also )?(?:(?:send|give|forward) (?:me|us)\b|let (?:me|us)"
    r" (?:know|have)|tell|confirm|provide|share|reply with|attach|(?:send|give)\b.{0,30}\b"
    + _WANTED
    + ")"
    r"|\b(?:could|can|would|will) you (?:please |kindly |perhaps |also )?(?:send|let|tell|confirm"
    r"|provide|give|share|reply|attach|describe|say)\b"
    r"|\b(?:i|we) (?:just |only |still )?(?:need|require|would need|'d need) (?:your|the|a few|some"
    r"|a)\b.{0,30}\b" + _WANTED + r"|\bbitte (?:teilen|nennen|bestätigen|geben) sie\b"
    r"|\bbitte\b.{0,20}\b(?:senden|schicken)\b.{0,40}"
    r"\b(?:mir|uns|fotos?|bild|bilder|\w*nummer|adresse|kopie)\b"
    r"|\b(?:könn(?:t)?en sie|könntest du|kannst du|würden sie)\b.{0,40}\b(?:mir|uns|senden"
    r"|schicken|mitteilen|nennen|bestätigen)\b"
    r"|\b(?:ich|wir) (?:brauchen?|benötigen?) (?:noch |dafür |dazu |nur )*(?:ihre|deine|die|ein)"
    r"|\b(?:merci de|veuillez) (?:bien vouloir )?(?:nous|me|m')|\bpourr(?:iez-vous|ais-tu)\b"
    r"|\bp(?:ouvez-vous|eux-tu)\b"
    r"|\b(?:podría|podrías|puede|puedes) (?:usted )?(?:enviar|indicar|decir|confirmar|facilitar"
    r"|mandar|compartir)(?:me|nos)\b|\bpor favor,? (?:env[ií]e|ind[ií]que|confirme|diga|mande"
    r"|facilite)(?:me|nos)\b"
    r"|\b(?:potrebbe|può|potresti|puoi) (?:inviar|indicar|dir|conferm|mandar|fornir)(?:mi|ci)\b"
    r"|\b(?:kunt u|kun je|zou u|wilt u) (?:mij|me|ons)\b|\bgraag ontvang(?:en)? (?:ik|we|wij)\b"
    r"|\b(?:poderia|pode|podia) (?:por favor )?(?:enviar|indicar|dizer|confirmar|informar"
    r"|fornecer)(?:-me|-nos)\b|\bpor favor,? (?:envie|indique|confirme|informe)(?:-me|-nos)\b"
    r"|\b(?:proszę|prosimy) o (?:podanie|przesłanie|informację|potwierdzenie)\b"
)
"""Something is asked of the requester; an instruction (`please send it back`) is an answer."""

OFFERS: Final = re.compile(
    r"\b(?:would you (?:like|prefer|rather)|do you (?:want|prefer)|shall (?:i|we)|should (?:i|we)"
    r"|möchten sie|sollen wir|soll ich|wäre (?:ihnen|das)|souhaitez-vous|préférez-vous|voulez-vous"
    r"|prefiere|quiere|le gustaría|preferisce|desidera|vuole|wilt u liever|zou u liever|prefere"
    r"|gostaria|woli pan|życzy)\b"
)
"""A choice is offered: that is an answer."""

CLOSING: Final = re.compile(
    r"\b(?:let (?:me|us) know if|(?:any|further|other|more) questions?|anything else"
    r"|bei (?:weiteren )?(?:rück)?fragen|weitere fragen|n'hésitez pas|no dude en|non esit"
    r"|aarzel niet|nog vragen"
    r"|não hesite|w razie pytań|reach out|feel free)\b"
)
"""The offer to be there for more: it asks nothing."""

COURTESY: Final = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|day|afternoon|evening)|hallo|guten (?:tag|morgen"
    r"|abend)|liebe[rs]?|sehr geehrte\w*|bonjour|bonsoir|madame|monsieur|hola|buen[oa]s|estimad\w+"
    r"|ciao|buongiorno|buonasera|gentile|beste|geachte|goede\w+|olá|bo[ma] (?:dia|tarde|noite)"
    r"|prezad\w+|dzień dobry|szanown\w+)\b.{0,60}$"
    r"|\b(?:thank you|thanks|many thanks|danke|dank|merci|gracias|grazie|bedankt|dankjewel"
    r"|obrigad[oa]|dziękuj\w+)\b(?!.{0,80}\b(?:refund|replac|ship|sent|credited))"
    r"|\b(?:sorry|apolog\w+|entschuldig\w+|verzeihung|tut mir leid|tut uns leid|désolée?s?|excus\w+"
    r"|disculp\w+|lo siento|lamento|sentimos|scus\w+|dispiace|excuses|spijt|desculp\w+"
    r"|przeprasza\w+|przykro)\b(?!.{0,80}\b(?:refund|replac|ship|sent|credited))"
    r"|\b(?:have a (?:nice|good|great|lovely)|hope (?:you|this finds)|schönen|schönes|bonne journée"
    r"|buen día|buona giornata|fijne dag|bom dia|miłego)\b"
)
"""A greeting, thanks, an apology or a good wish: nothing of the matter."""

_MAIL: Final = r"(?:message|e-?mail|request|enquiry|inquiry|question|complaint|nachricht|anfrage)"

WORKING: Final = re.compile(
    r"\b(?:i|we)(?: am|'m| are|'re) (?:now |already |just |currently |still )?"
    r"(?:on it|looking into|checking|investigating|finding out)\b"
    r"|\b(?:i|we)" + _WILL + r" (?:now )?(?:look into|check|investigate|find out)\b"
    r"|\b(?:i|we)(?: have|'ve)? (?:received|got) your " + _MAIL + r"\b"
    r"|\b(?:ich|wir) (?:prüfen?|klären?|kläre|kümmern? (?:mich|uns)|fragen? nach)\b"
    r"|\b(?:ich|wir) haben? (?:ihre|deine) " + _MAIL + r"\b"
    r"|\b(?:je|nous) (?:vérifi(?:e|ons)|me renseigne|nous renseignons|examin(?:e|ons))\b"
    r"|\b(?:estamos|estoy) (?:revisando|comprobando|investigando|consultando)\b"
    r"|\b(?:stiamo|sto) (?:verificando|controllando|indagando)\b"
    r"|\b(?:ik|we|wij) (?:zoek|zoeken|vraag|vragen) (?:het|dit) (?:uit|na)\b"
    r"|\b(?:estamos|estou) (?:a verificar|verificando|a analisar|analisando)\b"
    r"|\b(?:sprawdzam|sprawdzamy|wyjaśniamy)\b"
)
"""Somebody is at work on it: which is no answer, and comes to a promise."""
