"""Long mails that are about nothing pressing, of 400 words, and dangers that people end one with.

Each danger is said as in passing, in the last line.
"""

from __future__ import annotations

ENGLISH = """\
Hello there,

I have been meaning to write since the beginning of spring, when we moved into the new flat by the
canal. It took us three weekends to carry everything up, because the lift was being painted, and
my brother-in-law, who is a removal man by trade, said he had never seen so many books in one
household. We laughed about it afterwards. The first thing that we bought from you was the long
oak shelf in the hall, and I must say it has held up very well. The cat sleeps on the lowest board
and looks down her nose at everybody who comes in.

Then in May we ordered the round table. There was some back and forth about the day, as I work
shifts and my wife teaches, but the young man on the telephone was patience itself, and in the end
it came on the very Friday that suited us. We have had eight people round it since. My mother, who
does not praise easily, asked me twice where it was from. I wrote the name of your shop down for
her on the back of an envelope, which she has of course lost.

What I wanted to ask is something quite small. In the catalogue there is a set of four cushions in
a colour that you call moss. On the website the same set is called fern, and on the screen it looks
a good deal bluer. My wife says that it depends on the lamp. I say that a cushion ought to have one
name. We have a bet on it now, for a dinner at the Italian place on the corner, so please don't
feel hurried, but do tell us whether moss and fern are one and the same colour, and whether there
is a shop within reach of Leeds where we could hold one against the curtain.

While I am at it: our neighbours, the Hendersons, are thinking of a wardrobe for the guest room. I
told them to look at the one with the sliding doors, since the room is narrow and a door that opens
would hit the bed. They would like to know how deep it is without the handles, and I promised to
ask. He is a careful man who measures everything three times, she would have bought it long ago.

The garden is doing nicely, thank you, apart from the slugs. We have put in beans and sweet peas,
and my daughter has her own corner with radishes that she pulls up every morning to see how they
are getting on. Summer at last. I hope that you have as fine a view from your office as we have
from the kitchen, and that somebody there is fond of dinners and of bets.
"""

GERMAN = """\
Guten Tag,

schon lange wollte ich Ihnen einmal schreiben, aber Sie wissen ja, wie das ist: erst der Umzug, dann
die Schwiegereltern, und auf einmal ist es Herbst. Wir wohnen jetzt im dritten Stock eines alten
Hauses am Stadtrand, mit Blick auf einen Kirschbaum, um den sich zwei Familien seit Jahren streiten.
Das lange Regal im Flur ist von Ihnen. Es hat den Umzug gut überstanden, nur ein Brett haben wir
verkehrt herum eingesetzt, und nun sieht man auf der Unterseite den Aufkleber. Mein Mann sagt, das
merkt niemand. Ich merke es jeden Morgen.

Im Mai haben wir dann den runden Tisch bestellt. Die Lieferung war pünktlich, die beiden Herren
haben sogar die Schuhe ausgezogen, was meine Mutter sehr beeindruckt hat, sie erzählt es seitdem
jedem. Am Tisch haben wir inzwischen zwei Geburtstage und eine Verlobung gefeiert. Eine Nachbarin
wollte wissen, ob es ihn auch oval gibt, und ich habe versprochen, bei Gelegenheit nachzufragen.
Sie hat es nicht eilig, ihr jetziger Tisch ist noch gut, er gefällt ihr nur nicht mehr.

Nun zu meiner eigentlichen Frage, sie ist wirklich eine Kleinigkeit. Im Katalog gibt es vier Kissen
in einer Farbe, die Sie Moos nennen. Auf der Internetseite heißen dieselben Kissen Farn und sehen
eher bläulich aus. Mein Mann meint, das liegt am Bildschirm, ich meine, ein Kissen sollte einen
Namen haben und nicht zwei. Wir haben um ein Abendessen gewettet. Könnten Sie uns sagen, ob Moos und
Farn dieselbe Farbe ist und ob man die Kissen irgendwo in der Nähe von Kassel ansehen kann? Am
liebsten würden wir eines gegen den Vorhang halten, der ist nämlich auch grün, aber ein anderes
Grün, wie sich bei Tageslicht herausgestellt hat.

Außerdem sucht unser Sohn für sein Zimmer in der Wohngemeinschaft einen Schreibtisch, nicht zu tief,
weil die Tür sonst nicht mehr ganz aufgeht. Er hat drei Monate lang auf dem Fußboden gelernt und
behauptet, das sei gut für den Rücken. Ich glaube, es war gut für den Geldbeutel. Wenn Sie da etwas
haben, das man auch einmal wieder auseinandernehmen kann, wäre das schön, denn er zieht sicher noch
öfter um, so wie ich ihn kenne.

Der Garten macht Freude, auch wenn die Schnecken in diesem Jahr schneller waren als wir. Wir haben
Bohnen und Kürbisse, und die Kleine hat ein eigenes Beet mit Radieschen, die sie jeden Morgen
herauszieht, um nachzusehen, wie weit sie sind. Ich hoffe, Sie haben auch einen schönen Sommer
gehabt und sitzen nicht den ganzen Tag vor solchen Briefen wie diesem hier. Es eilt wirklich nicht,
antworten Sie, wann immer Sie Zeit haben.
"""

FRENCH = """\
Bonjour,

cela fait des mois que je voulais vous écrire, mais vous savez ce que c'est : d'abord le
déménagement, puis les beaux-parents, et tout à coup c'est l'automne. Nous habitons maintenant au
troisième étage d'une vieille maison, avec vue sur un cerisier que deux familles se disputent depuis
des années. La grande étagère de l'entrée vient de chez vous. Elle a bien supporté le voyage, nous
avons seulement posé une planche à l'envers, et l'on voit maintenant l'étiquette par-dessous. Mon
mari dit que personne ne le remarque. Moi, je le remarque tous les matins.

En mai, nous avons commandé la table ronde. La livraison était à l'heure, et les deux messieurs ont
même retiré leurs chaussures, ce qui a beaucoup impressionné ma mère : elle le raconte depuis à tout
le monde. Autour de cette table, nous avons déjà fêté deux anniversaires et des fiançailles. Une
voisine voulait savoir si elle existe aussi en ovale, et j'ai promis de poser la question à
l'occasion. Elle n'est pas pressée, sa table actuelle est encore bonne, elle ne lui plaît plus.

J'en viens à ma vraie question, qui est toute petite. Dans le catalogue, il y a quatre coussins de
la couleur que vous appelez mousse. Sur le site, les mêmes coussins s'appellent fougère et sont
plutôt bleutés. Mon mari pense que c'est l'écran, je pense qu'un coussin devrait avoir un seul nom.
Nous avons parié un dîner. Pourriez-vous nous dire si mousse et fougère sont une seule et même
couleur, et si l'on peut voir ces coussins près de Nantes ? Nous aimerions bien en tenir un
contre le rideau, qui est vert aussi, mais d'un autre vert, comme nous l'avons vu à la
lumière du jour.

Par ailleurs, notre fils cherche un bureau pour sa chambre en colocation, pas trop profond, sinon la
porte ne s'ouvre plus tout à fait. Il a travaillé trois mois par terre et prétend que c'est bon pour
le dos. Je crois surtout que c'était bon pour le portefeuille. Si vous avez quelque chose qui se
démonte facilement, ce serait parfait, car il va sûrement déménager encore plusieurs fois, tel que
je le connais.

Le jardin nous donne de la joie, même si les limaces ont été plus rapides que nous cette année. Nous
avons des haricots et des courges, et la petite a son propre carré de radis, qu'elle arrache chaque
matin pour voir où ils en sont. J'espère que vous avez passé un bel été, vous aussi, et que vous ne
restez pas toute la journée devant des lettres comme celle-ci. Rien ne presse, répondez quand vous
aurez le temps.
"""

RAMBLES = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH}

DANGERS = {
    "en": (
        "Oh, and the lamp by the cot gave my son an electric shock yesterday when he touched it.",
        "One more thing, the glass shelf burst last night and cut my daughter's hand quite badly.",
        "By the way, the heater smells of burning and its plug has gone black.",
    ),
    "de": (
        "Ach ja, die Lampe am Kinderbett hat meinem Sohn gestern einen Stromschlag versetzt.",
        "Übrigens ist der Schrank gestern umgekippt und hätte beinahe unsere Tochter erschlagen.",
        "Nebenbei: Der Heizlüfter riecht verbrannt und der Stecker ist schon ganz schwarz.",
    ),
    "fr": (
        "Au fait, hier la lampe a donné une décharge électrique à mon fils quand il l'a touchée.",
        "Ah oui, l'étagère en verre a éclaté cette nuit et ma fille s'est coupé la main.",
    ),
}
