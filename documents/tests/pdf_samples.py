"""One invented document for each template, as full as it gets: tests typeset them, docs/documents.md points to them."""

from typing import Any

CITY = {"name": "Stadt Aachen", "colour": "#8a1538"}
COUNCIL = "Bürgerrat der Stadt Aachen"
SENDER = {
    "name": "Geschäftsstelle des Bürgerrats",
    "lines": ["Markt 1", "52062 Aachen"],
    "person": "Team Losverfahren",
    "phone": "0241 555-7600",
    "email": "buergerrat@stadt.example",
    "web": "buergerrat.stadt.example",
    "hours": "Mo–Fr 9–16 Uhr",
}
ANSWER_URL = "https://buergerrat.stadt.example/antwort?code=K7QM4TXR9WHD"

LETTER: dict[str, Any] = {
    "city": CITY,
    "date": "2026-03-12",
    "sender": SENDER,
    "endorsement": ["Persönlich"],
    "recipient": {"lines": ["Frau", "Yıldız Șerban-Đorđević", "Jülicher Straße 112", "52070 Aachen"]},
    "reference": [["Unser Zeichen", "BR 2026/3"]],
    "subject": "Sie wurden ausgelost: für den Bürgerrat Ihrer Stadt",
    "salutation": "Guten Tag, Frau Șerban-Đorđević,",
    "body": [
        "Sie wurden ausgelost. Ihr Name ist einer von 3.500, die das Los aus dem Melderegister gezogen hat. Wir laden "
        "Sie ein, Mitglied des Bürgerrats zu werden.",
        "56 Menschen aus Aachen beraten dort zwei Jahre lang, was Stadtwerke, Wohnungsgesellschaft und Verkehrsbetrieb "
        "für uns alle tun sollen. Jeder Beschluss geht an die Aufsichtsräte, und sie müssen mit Gründen antworten.",
        "Sie brauchen keine Vorkenntnisse. Sie erhalten 60 Euro je Sitzung. Kinderbetreuung, Dolmetschen und Fahrt "
        "zahlen wir.",
    ],
    "code": {
        "value": "K7QM-4TXR-9WHD",
        "url": ANSWER_URL,
        "hint": "Antworten Sie in 90 Sekunden im Internet oder mit dem Abschnitt unten.",
    },
    "closing": "Mit freundlichen Grüßen",
    "signature": {"name": "Die Oberbürgermeisterin", "role": "Stadt Aachen"},
    "authentic": "Rufen Sie die Stadt an: 0241 555-0. Oder vergleichen Sie ihn mit dem Foto unter "
    "buergerrat.stadt.example/echt. Wir fragen nie nach Geld oder Bankdaten.",
    "reply": {
        "lead": "Möchten Sie mitmachen?",
        "by": "2026-04-02",
        "code": "K7QM-4TXR-9WHD",
        "url": ANSWER_URL,
    },
}

SHORT_LETTER: dict[str, Any] = {
    "city": CITY,
    "date": "2026-05-04",
    "sender": SENDER,
    "seat": 17,
    "recipient": {"lines": ["Herr Jürgen Müller", "Pontstraße 3", "52062 Aachen"]},
    "subject": "Einladung zur 4. Sitzung am 22. Mai",
    "salutation": "Guten Tag, Herr Müller,",
    "body": [
        "der Bürgerrat trifft sich wieder: am Freitag, 22. Mai 2026, um 18 Uhr, im Haus der Stadtgesellschaft.",
        {"type": "heading", "text": "Darum geht es"},
        {
            "type": "list",
            "ordered": True,
            "items": ["Was die Stadtwerke geantwortet haben", "Tarife für Haushalte mit wenig Geld", "Verschiedenes"],
        },
        {"type": "note", "title": "Fahrdienst", "text": "Sie werden um 17:20 Uhr abgeholt. Das ist vorgemerkt."},
    ],
    "closing": "Bis dahin grüßt Sie",
    "signature": {"name": "die Geschäftsstelle des Bürgerrats"},
    "enclosures": ["Tagesordnung", "Antwort der Stadtwerke vom 28. April"],
}

REPLY_CARD: dict[str, Any] = {
    "city": CITY,
    "date": "2026-03-12",
    "sender": {"name": SENDER["name"], "lines": SENDER["lines"]},
    "title": "Möchten Sie im Bürgerrat mitmachen?",
    "reply": {
        "lead": "Bitte kreuzen Sie ein Feld an. Eine Marke ist nicht nötig.",
        "by": "2026-04-02",
        "code": "K7QM-4TXR-9WHD",
        "url": ANSWER_URL,
    },
}

VOTE: dict[str, Any] = {
    "options": [{"label": "yes", "count": 41}, {"label": "no", "count": 9}, {"label": "abstain", "count": 3}],
    "needed": 36,
    "rule": "zwei Drittel der abgegebenen Stimmen, namentlich",
    "eligible": 56,
    "present": 54,
    "recused": 1,
    "result": "adopted",
}

DECISION: dict[str, Any] = {
    "city": CITY,
    "date": "2026-06-19",
    "council": COUNCIL,
    "kind": "recommendation",
    "number": "2026/14",
    "decided_on": "2026-06-19",
    "meeting": "5. Sitzung, TOP 3",
    "reading_minutes": 4,
    "title": "Sozialtarif für Strom und Fernwärme ab Januar 2027",
    "asked": [
        "Die Stadtwerke führen zum 1. Januar 2027 einen Sozialtarif ein: 20 Prozent Nachlass auf den Grundpreis für alle "
        "Haushalte mit Aachen-Pass. Vor jeder Stromsperre steht ein Besuch der Energieberatung."
    ],
    "addressees": [
        {
            "organ": "Aufsichtsrat",
            "company": "Stadtwerke Aachen AG",
            "basis": {"kind": "comply_or_explain", "document": "Selbstverpflichtung vom 3. Dezember 2025"},
            "answer_by": "2026-09-18",
        },
        {
            "organ": "Rat der Stadt Aachen",
            "basis": {"kind": "duty_to_treat", "document": "§ 7 der Bürgerratssatzung"},
            "answer_by": "2026-08-26",
        },
    ],
    "vote": VOTE,
    "reasons_short": "Im Jahr 2025 wurde 612 Haushalten der Strom gesperrt. Der Nachlass kostet etwa 5 Cent je Haushalt "
    "und Tag, wenn alle ihn tragen.",
    "reasons": [
        {"type": "heading", "level": 3, "text": "Was wir gehört haben"},
        "Drei Sachverständige haben am 8. und 22. Mai vorgetragen: die Verbraucherzentrale, die Schuldnerberatung und "
        "die Stadtwerke selbst. Alle drei sagen, dass eine Sperre mehr kostet, als sie einbringt.",
        {
            "type": "table",
            "caption": "Stromsperren in Aachen, Angaben der Stadtwerke",
            "head": ["Jahr", "Angedroht", "Vollzogen", "Kosten je Sperre"],
            "rows": [
                ["2023", "8.112", "588", "92 €"],
                ["2024", "8.430", "601", "97 €"],
                ["2025", "8.904", "612", "101 €"],
            ],
            "align": ["left", "right", "right", "right"],
        },
        {"type": "heading", "level": 3, "text": "Was wir abgewogen haben"},
        {
            "type": "list",
            "items": [
                "Ein Nachlass auf den Verbrauch würde Verschwendung belohnen; einer auf den Grundpreis tut das nicht.",
                "Der Aachen-Pass ist bekannt und geprüft: niemand muss sein Einkommen ein zweites Mal offenlegen.",
            ],
        },
        {
            "type": "quote",
            "text": "Eine Beratung vor der Sperre ist billiger als jede Mahnung.",
            "by": "Schuldnerberatung",
        },
    ],
    "dissents": [
        {
            "by": "9 Mitglieder",
            "summary": "Die Stadt soll zahlen, nicht die anderen Kunden.",
            "text": "Der Nachlass soll aus dem Haushalt der Stadt kommen, nicht aus den Tarifen der anderen Kunden. Sonst "
            "zahlen auch jene mit, die knapp über der Grenze liegen.",
        }
    ],
    "deadlines": [
        {"date": "2026-08-26", "who": "Rat der Stadt", "what": "Behandlung im Hauptausschuss"},
        {"date": "2026-09-18", "who": "Aufsichtsrat", "what": "Antwort mit Gründen"},
        {"date": "2027-01-01", "who": "Stadtwerke", "what": "Tarif gilt"},
    ],
    "seal": {
        "label": "Testsiegel der Stadt Aachen",
        "text": "Diese Datei trägt ein elektronisches Siegel. Die Daten liegen ihr als JSON bei.",
    },
    "verify_url": "https://buergerrat.stadt.example/beschluss/2026-14",
}

MINUTES: dict[str, Any] = {
    "city": CITY,
    "date": "2026-07-03",
    "council": COUNCIL,
    "title": "5. Sitzung des Bürgerrats",
    "number": "5/2026",
    "held_on": "2026-06-19",
    "time": "18:00 bis 20:40 Uhr",
    "place": "Haus der Stadtgesellschaft, Saal 2, und per Video",
    "chair": "Platz 9",
    "recorder": "Geschäftsstelle",
    "approved_on": "2026-07-03",
    "attendance": {
        "present": [f"Platz {number}" for number in range(1, 55)],
        "excused": ["Platz 55"],
        "absent": ["Platz 56"],
        "vacant": ["Platz 57"],
        "times": [{"seat": "Platz 1", "times": "17:58–20:40"}, {"seat": "Platz 9", "times": "17:58–20:40"}],
        "guests": ["Stadtwerke Aachen AG, Vorstand", "Verbraucherzentrale"],
        "quorum": "54 von 56 Stimmen vertreten, nötig sind 29. Der Rat ist beschlussfähig.",
    },
    "items": [
        {
            "number": "1",
            "title": "Was wir uns vorgenommen hatten",
            "body": ["Die Geschäftsstelle berichtet über die vier Aufgaben aus der 4. Sitzung. Alle sind erledigt."],
            "tasks": [{"who": "Geschäftsstelle", "what": "Protokoll ins Netz stellen", "by": "2026-06-26"}],
        },
        {"number": "2", "title": "Vertrag mit dem Netzbetreiber", "closed": True},
        {
            "number": "3",
            "title": "Sozialtarif für Strom und Fernwärme",
            "recused": ["Platz 31 (arbeitet bei den Stadtwerken)"],
            "body": ["Nach dem Bericht der Arbeitsgruppe sprechen sechs Mitglieder dafür und drei dagegen."],
            "motions": [
                {
                    "by": "Platz 22",
                    "text": "Der Nachlass soll aus dem Haushalt der Stadt kommen.",
                    "vote": {
                        "options": [
                            {"label": "yes", "count": 12},
                            {"label": "no", "count": 38},
                            {"label": "abstain", "count": 3},
                        ],
                        "result": "rejected",
                    },
                }
            ],
            "resolutions": [
                {
                    "number": "2026/14",
                    "text": "Die Stadtwerke führen zum 1. Januar 2027 einen Sozialtarif ein.",
                    "vote": VOTE,
                }
            ],
        },
    ],
    "sections": [
        {
            "heading": "Verlauf der Sitzung",
            "body": [
                {
                    "type": "table",
                    "head": ["Uhrzeit", "Was geschah"],
                    "rows": [["18:00", "Die Sitzung wird eröffnet."], ["20:40", "Die Sitzung wird geschlossen."]],
                    "widths": [1, 6],
                }
            ],
        }
    ],
    "remarks": "Die Sitzung war öffentlich; 14 Gäste hörten zu.",
    "signatures": ["Leitung", "Protokoll"],
}

STATUTE: dict[str, Any] = {
    "city": CITY,
    "date": "2026-02-01",
    "council": COUNCIL,
    "title": "Geschäftsordnung des Bürgerrats",
    "version": "2",
    "in_force": "2026-02-01",
    "adopted": {"by": "den Bürgerrat", "date": "2026-01-23", "document": "Niederschrift 1/2026, TOP 4"},
    "lead": "Diese Ordnung gilt im Rahmen der Bürgerratssatzung der Stadt Aachen.",
    "sections": [
        {
            "part": "Erster Teil: Mitglieder",
            "number": "1",
            "title": "Plätze",
            "paragraphs": [
                "Der Rat hat 56 Plätze. Sie werden durch Los besetzt.",
                "Wer ausscheidet, übergibt den Platz an das nächste Ersatzmitglied.",
            ],
        },
        {
            "number": "2",
            "title": "Befangenheit",
            "changed": True,
            "paragraphs": [
                {
                    "text": "Ein Mitglied stimmt nicht mit, wenn der Beschluss",
                    "items": ["ihm selbst,", "seinen Angehörigen oder", "seinem Arbeitgeber einen Vorteil bringt."],
                },
                "Über Zweifel entscheidet der Rat ohne das Mitglied.",
            ],
        },
        {
            "part": "Zweiter Teil: Sitzungen",
            "number": "3",
            "title": "Einladung",
            "paragraphs": [
                "Die Einladung geht spätestens 14 Tage vor der Sitzung ab, auf Papier an alle, die es wünschen."
            ],
        },
        *(
            {"number": str(number), "title": title, "paragraphs": ["Das Nähere steht in der Anlage."]}
            for number, title in enumerate(
                ["Tagesordnung", "Rederecht", "Anhörungen", "Abstimmungen", "Minderheitenvoten", "Niederschrift"],
                start=4,
            )
        ),
    ],
}

PAGE: dict[str, Any] = {
    "city": CITY,
    "date": "2026-06-01",
    "council": COUNCIL,
    "kicker": "Meinungsbild im Rat",
    "title": "Welche Themen sollen zuerst kommen?",
    "lead": "Die Anwohnenden haben fünf Themen vorgeschlagen. Der Rat schafft bis zum Herbst zwei davon.",
    "sections": [
        {
            "heading": "Die Themen",
            "body": [
                {
                    "type": "choices",
                    "question": "Welche zwei Themen sind Ihnen am wichtigsten?",
                    "pick": 2,
                    "options": ["Sozialtarif für Strom", "Nachtbusse bis 2 Uhr", "Barrierefreie Haltestellen"],
                },
                {"type": "lines", "label": "Was sollen wir dazu wissen?", "count": 2},
            ],
        },
        {"heading": "So geht es weiter", "body": ["Wir zählen am 12. Juni aus, öffentlich, um 17 Uhr im Foyer."]},
    ],
    "qr": {"url": "https://buergerrat.stadt.example/themen", "hint": "Dort sehen Sie auch, was andere schreiben."},
    "reply": {
        "lead": "Ich möchte dazu etwas sagen.",
        "options": ["Ja, in der Sitzung", "Rufen Sie mich an"],
        "by": "2026-06-10",
    },
}

SAMPLES: list[tuple[str, dict[str, Any]]] = [
    ("letter", LETTER),
    ("letter", SHORT_LETTER),
    ("reply_card", REPLY_CARD),
    ("decision", DECISION),
    ("minutes", MINUTES),
    ("statute", STATUTE),
    ("page", PAGE),
]
"""Each template once, the letter with and without its strip to answer."""
