"""A census table that is built in, for trying out and for features no register knows: the whole of Germany.

Every figure stands in the publication that its source names; none is computed here. A city puts its own statistics
office's in their place, above all for age, sex and district, which differ from town to town.
"""

from lottery.features import FeatureTable, FeatureValue

MICROCENSUS = (
    "Statistisches Bundesamt, Mikrozensus, Erstergebnisse vom 19.05.2025, Menschen in Privathaushalten, in Tausend"
)
CENSUS = "Statistische Ämter des Bundes und der Länder, Zensus 2022 (15.05.2022), Menschen ab 15 Jahren, in Prozent"

EXAMPLE = [
    FeatureTable(
        "school",
        "Schulabschluss",
        MICROCENSUS,
        True,
        [
            FeatureValue("none", "ohne Schulabschluss", 4_191),
            FeatureValue("haupt", "Hauptschule", 17_370),
            FeatureValue("pos", "Polytechnische Oberschule", 4_537),
            FeatureValue("real", "Realschule", 16_422),
            FeatureValue("fach", "Fachhochschulreife", 6_309),
            FeatureValue("abitur", "Abitur", 19_706),
        ],
    ),
    FeatureTable(
        "training",
        "Beruflicher Abschluss",
        CENSUS,
        True,
        [
            FeatureValue("none", "ohne oder noch ohne Abschluss", 27),
            FeatureValue("dual", "Lehre (duale Ausbildung)", 40),
            FeatureValue("fachschule", "Fachschule", 12),
            FeatureValue("academic", "Hochschule", 20),
        ],
    ),
    FeatureTable(
        "history",
        "Einwanderungsgeschichte",
        MICROCENSUS,
        True,
        [
            FeatureValue("none", "keine", 57_392),
            FeatureValue("one_sided", "ein Elternteil eingewandert", 4_147),
            FeatureValue("own", "selbst oder beide Eltern eingewandert", 21_230),
        ],
    ),
]
