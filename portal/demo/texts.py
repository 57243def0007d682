"""The words of the demo city, in German as its residents write. Topics are balanced; no party, no living person."""

MANDATE = """§ 1 Aufgabe
Der Bürgerrat berät die Unternehmen, an denen die Stadt beteiligt ist. Er ist ständig eingerichtet.

§ 2 Zusammensetzung
Der Bürgerrat hat 56 Plätze. Sie werden unter allen Einwohnerinnen und Einwohnern ab 16 Jahren ausgelost. Die Quoten werden vor der Auslosung veröffentlicht.

§ 3 Wirkung
Beschlüsse des Bürgerrats sind Empfehlungen. Die Organe der Unternehmen behandeln sie in der nächsten ordentlichen Sitzung, deren Tagesordnung frühestens drei Wochen nach Zustellung schließt, spätestens nach sechs Monaten, und begründen, wenn sie nicht folgen.

§ 4 Aufwandsentschädigung
Für jeden halben Sitzungstag werden 44 Euro gezahlt. Betreuung, Dolmetschen und Fahrt werden erstattet."""

RULES = """§ 1 Beschlussfähigkeit
Der Bürgerrat ist beschlussfähig, wenn mehr als die Hälfte der Plätze anwesend ist.

§ 2 Mehrheit
Angenommen ist, was mehr Ja- als Nein-Stimmen erhält. Enthaltungen zählen nicht mit.

§ 3 Vorschläge
Wer in der Stadt wohnt, kann vorschlagen. Findet ein Vorschlag innerhalb von drei Wochen zwölf Unterstützungen, kommt er in die Beratung.

§ 4 Einladung
Zu Sitzungen wird 14 Tage vorher eingeladen, auf dem Weg, den jedes Mitglied gewählt hat.

§ 5 Amtszeit
Die Amtszeit beträgt drei Jahre. Jedes Jahr wird ein Drittel der Plätze neu ausgelost."""

# title, company, text, reasons
ADOPTED = [
    (
        "Fernwärmepreise verständlich abrechnen",
        "stadtwerke",
        "Die Stadtwerke sollen jeder Abrechnung eine Seite beilegen, die in einfachen Worten sagt, wie sich der Preis zusammensetzt.\n\nDie Preisformel soll mit einem Rechenbeispiel veröffentlicht werden, bevor sie sich ändert.",
        "Viele verstehen ihre Abrechnung nicht und können sie darum auch nicht prüfen.",
    ),
    (
        "Nachtbus bis Hohenfeld am Wochenende",
        "auental-verkehr",
        "Die Linie 8 soll freitags und samstags um 23.30 Uhr und um 1.00 Uhr bis Hohenfeld fahren.\n\nDer Betrieb soll zwölf Monate erprobt und die Zahl der Fahrgäste veröffentlicht werden.",
        "Wer abends in der Stadt arbeitet oder jemanden besucht, kommt ohne Auto nicht zurück.",
    ),
    (
        "Leerstand melden und nach drei Monaten vermieten",
        "wohnen",
        "Die Wohnungsgesellschaft soll jede Wohnung, die länger als drei Monate leer steht, mit dem Grund veröffentlichen.\n\nSie soll jährlich berichten, wie lange Wohnungen zwischen zwei Mietverhältnissen leer stehen.",
        "Wohnungen werden gesucht. Wo eine leer steht, soll man wissen, warum.",
    ),
    (
        "Dienstpläne in der Pflege vier Wochen vorher",
        "pflege",
        "Die Auenstädter Pflege soll Dienstpläne spätestens vier Wochen vor Beginn bekannt geben.\n\nAbweichungen sollen gezählt und vierteljährlich dem Bürgerrat genannt werden.",
        "Verlässliche Pläne halten Menschen im Beruf. Das merken auch die, die gepflegt werden.",
    ),
    (
        "Sperrmüll zweimal im Jahr ohne Gebühr",
        "stadtreinigung",
        "Die Stadtreinigung soll prüfen, ob jeder Haushalt zweimal im Jahr Sperrmüll ohne Gebühr abholen lassen kann.\n\nDie Kosten und die Folgen für die Abfallgebühr sollen offen gelegt werden.",
        "Wilder Müll kostet die Stadt Geld. Vielleicht ist Abholen günstiger.",
    ),
    (
        "Fahrgastzählung als offene Daten",
        "auental-verkehr",
        "Die Zahlen der automatischen Fahrgastzählung sollen je Linie, Halt und Stunde veröffentlicht werden.\n\nSie dürfen nichts über einzelne Menschen verraten.",
        "Über den Fahrplan lässt sich besser reden, wenn alle dieselben Zahlen sehen.",
    ),
]
REFUSAL = (
    "Die Gesellschafterversammlung hat den Beschluss beraten. Sie folgt ihm nicht.\n\n"
    "Eine Liste einzelner leer stehender Wohnungen würde in kleinen Häusern zeigen, wer gerade ausgezogen ist. Das ist mit "
    "dem Schutz der früheren Mieterinnen und Mieter nicht vereinbar. Im Jahresbericht werden wir die Dauer des Leerstands "
    "künftig je Stadtbezirk nennen."
)
MODIFIED = (
    "Der Aufsichtsrat stimmt einem Probebetrieb zu, zunächst mit einer Fahrt um 0.15 Uhr. Zwei Fahrten sind mit den "
    "vorhandenen Fahrerinnen und Fahrern bis zum Fahrplanwechsel nicht zu besetzen."
)
OPEN = [
    ("Trinkbrunnen an jeder Endhaltestelle", "stadtwerke", "An jeder Endhaltestelle soll ein Trinkbrunnen stehen.\n\nDie Stadtwerke sollen zwei im ersten Jahr bauen und die Kosten je Brunnen veröffentlichen.", "Im Sommer wird es in der Stadt jedes Jahr wärmer."),
    ("Mieterstrom auf den Dächern der Wohnungsgesellschaft", "wohnen", "Auf geeigneten Dächern soll Mieterstrom angeboten werden.\n\nWer nicht mitmachen will, zahlt dafür nichts.", "Dächer gibt es genug. Offen ist, wer die Kosten trägt, wenn sich weniger beteiligen als erwartet."),
    ("Haltestellen mit Ansage für Blinde", "auental-verkehr", "Neue Haltestellen sollen eine Ansage auf Knopfdruck haben.\n\nBestehende sollen in fünf Jahren nachgerüstet werden.", "Wer nicht sieht, muss sonst fragen, welcher Bus da gerade hält."),
    ("Tagespflege auch am Samstag", "pflege", "Die Tagespflege soll samstags von 8 bis 14 Uhr öffnen, wenn sich genug Menschen anmelden.", "Pflegende Angehörige brauchen auch am Wochenende einmal frei."),
    ("Biotonne im Sommer jede Woche leeren", "stadtreinigung", "Von Juni bis September soll die Biotonne jede Woche geleert werden.", "Bei Hitze riecht es nach einer Woche. Ob sich die zusätzlichen Fahrten lohnen, soll die Beratung zeigen."),
    ("Termine in Bürgerämtern ohne Nutzerkonto", "digitalwerk", "Termine sollen ohne Konto gebucht und abgesagt werden können, auch am Telefon.", "Für einen Ausweis soll man nicht erst ein Passwort brauchen."),
]  # fmt: skip
COMMENTS = [
    "Dafür. Bei uns in der Straße reden alle darüber.",
    "Was kostet das im Jahr? Ohne eine Zahl kann ich nicht zustimmen.",
    "Ich arbeite im Schichtdienst, für mich würde das viel ändern.",
    "Gut gemeint. Aber dann bitte in allen Stadtbezirken und nicht nur in Mitte.",
    "In Niederwiesau gibt es das schon. Man könnte dort fragen, wie es läuft.",
    "Ich bin dagegen. Das Geld fehlt dann bei den Schulen.",
    "Der zweite Absatz ist mir zu ungenau. Wer prüft das nach einem Jahr?",
    "Bitte auch an Menschen denken, die nicht gut lesen können.",
    "Danke, dass jemand das einmal aufschreibt.",
    "Erst ein Jahr erproben, dann entscheiden. So kann man noch zurück.",
    "Mir wäre wichtig, dass die Beschäftigten gefragt werden.",
    "Warum macht das Unternehmen das nicht schon heute?",
]
