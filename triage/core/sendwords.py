"""The words by which an answer says that something is attached, and what nobody filled in.

In English, German, French, Spanish, Italian, Dutch, Portuguese and Polish, matched against one
case-folded sentence. What a requester attached, or is asked to attach, is not ours to enclose:
those words are taken out first.
"""

from __future__ import annotations

import re
from typing import Final

THEIRS: Final = re.compile(
    r"\b(?:you(?:'ve| have)? (?:kindly |already )?(?:attach|enclos)\w+"
    r"|your (?:attachment|enclosure)s?"
    r"|(?:please|kindly|can you|could you|would you|to) (?:please )?(?:attach|enclose)\b"
    r"|(?:no|without|any|an|not|isn't|wasn't|aren't) (?:attach|enclos)\w+"
    r"|(?:is|are|it's|was|were|be) attached (?:with|by|at|on|using|to)(?! this\b)"
    r"|ihre?[mnrs]? (?:anhang|anhänge|anlagen?)|sie\b[^.]{0,60}\b(?:angehängt|beigefügt|beigelegt)"
    r"|(?:kein|keine|keinen|ohne) (?:anhang|anhänge|anlagen?)|an der wand\b[^.]{0,30}\bangehängt"
    r"|votre pièce jointe|vos pièces jointes|vous (?:avez|aviez) joint|(?:sans|aucune) pièce jointe"
    r"|joint(?:e|es|s)? à (?:votre|vos|ton|tes)|(?:veuillez|merci de|pourriez-vous) joindre"
    r"|(?:su|sus|tu|tus) (?:archivos? )?adjuntos?|(?:usted |que )?(?:adjuntó|adjuntaste)"
    r"|(?:ha|has) adjuntado|(?:sin|ningún) (?:archivo )?adjunto"
    r"|(?:suo|suoi|tuo|tuoi) allegat[oi]|(?:ha|hai|avete) allegato|(?:senza|nessun) allegato"
    r"|(?:uw|je|jullie) bijlagen?|(?:u|je) (?:heeft|hebt|had)\b[^.]{0,40}\bbijgevoegd"
    r"|(?:zonder|geen) bijlagen?|(?:seus?|teus?) anexos?|(?:você|o senhor|a senhora) anexou"
    r"|(?:sem|nenhum) anexo|(?:pana|pani|twój|twoim|państwa) załącznik\w*"
    r"|(?:bez|brak) załącznik\w*|(?:pan|pani) (?:załączył|załączyła|dołączył|dołączyła))\b"
)
"""The requester attached it, or is asked to; or it is said that there is nothing."""

ENCLOSES: Final = re.compile(
    r"\b(?:(?:i|we)(?:'ve| have|'m| am|'re| are)? (?:also |now |just )?"
    r"(?:attach|attached|attaching|enclose|enclosed|enclosing)"
    r"|(?:please )?(?:find|see) (?:\w+ ){0,3}(?:attached|enclosed|attachments?)"
    r"|(?:is|are|it's|they're) (?:also )?(?:attached|enclosed)"
    r"|(?:in|see|open) the attach(?:ment|ed)\w*"
    r"|attached (?:is|are|to this|you|please|as|here|herewith|below|the|a|our)"
    r"|enclosed (?:is|are|you|please|the|a|our)|(?:as|an) (?:\w+ )?attachment"
    r"|(?:im|als|in den|siehe) anh[aä]ng\w*|anbei|beigef[üu]gt\w*|beigelegt\w*|angeh[äa]ngt\w*"
    r"|(?:ich (?:füge|lege)|(?:füge|lege) ich|wir (?:fügen|legen)|(?:fügen|legen) wir)"
    r"\b[^.]{0,80}\bbei"
    r"|(?:ich hänge|hänge ich|wir hängen|hängen wir)\b[^.]{0,80}\ban"
    r"|(?:in|als|siehe) (?:der )?anlage"
    r"|ci-joint\w*|en (?:pièces? jointes?|annexe)|(?:je|nous) (?:vous )?(?:joins|joignons)"
    r"|(?:trouverez|trouver)\b[^.]{0,40}\bjoint\w*|(?:la|les|cette) pièces? jointes?"
    r"|adjunt(?:o|a|os|as|amos)|(?:he|hemos|le|les|te) adjuntad?\w*|en (?:el )?(?:archivo )?anexo"
    r"|in allegato|allego|alleghiamo|(?:ho|abbiamo) allegato|(?:l'|gli )allegat[oi]"
    r"|allegat[oaie] (?:trov|alla|a quest|il|la|i|le)\w*"
    r"|bijgevoegd\w*|bijgaand\w*|(?:in|als|zie) (?:de )?bijlagen?"
    r"|(?:ik voeg|voeg ik|(?:wij|we) voegen|voegen (?:wij|we))\b[^.]{0,60}\bbij"
    r"|(?:em|no|segue\w*(?: em)?) anexos?|anexei|anexamos|anexo (?:o|a|os|as|segue)"
    r"|(?:está|estão|vai|vão) (?:em )?anex\w+"
    r"|w załącz\w+|(?:załączam|załączamy|dołączam|dołączamy)|(?:załączon|dołączon)\w+"
    r"|(?:przesyłam|przesyłamy)\b[^.]{0,40}\bzałącz\w+)\b"
)
"""Something of ours is said to come with the mail."""

PLACEHOLDER: Final = re.compile(
    r"\{\{.{0,80}?\}\}|\{%.{0,80}?%\}|\{[a-z][a-z_ ]{1,40}\}"
    r"|\[[A-ZÀ-ÖØ-ÞĄĆĘŁŃŚŹŻ][A-ZÀ-ÖØ-ÞĄĆĘŁŃŚŹŻ _./-]{1,40}\]"
    r"|<[A-ZÀ-ÖØ-ÞĄĆĘŁŃŚŹŻ][A-ZÀ-ÖØ-ÞĄĆĘŁŃŚŹŻ _-]{1,40}>|\bXX{2,}\b",
    re.DOTALL,
)
"""What stands in a text for something that nobody has put there: `{{ name }}`, `[NAME]`."""
