"""Pages saved as plain text: clean articles with headline, outlet, date, writers and picture, in several layouts and languages.

Outlets, people and events are invented.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from octavo.extract.capture_text import read_text
from octavo.model import Article, BlockKind, Capture, Extraction

TAKEN = datetime(2025, 8, 5, 12, tzinfo=UTC)  # a Tuesday

BRIDGE = [
    "The old iron bridge over the Marne canal in Port Velo will close for eleven months from Monday so that its rusted hangers can be replaced, the city council decided after a long debate.",
    "Engineers who examined the bridge in spring found that four of its thirty-two hangers had lost a third of their strength. They advised the council to bar lorries at once and all other traffic before winter.",
    '"We would have liked to give people more notice," said the councillor for public works, Irma Dessau. "But nobody wanted to answer for another season of frost."',
    "About nine thousand people cross the bridge every day, most of them on their way to the shipyards on the southern bank. A free ferry will carry pedestrians and bicycles until the work is done.",
    "Shopkeepers near the northern ramp fear for their trade. Their association has asked the city to waive rents for stalls in the market hall while the street stays empty.",
    "The repair costs 14 million crowns, of which the province pays half. The contract went to a firm from Lower Halden that rebuilt two similar bridges in the past decade.",
]
FERRY = [
    "The free ferry that replaces the iron bridge of Port Velo made its first crossing on time and almost empty, because few people had heard that it runs from six in the morning.",
    "Captain Oskar Lindqvist counted eleven passengers and three bicycles. He expects several hundred a day once the schools open again and the shipyards end their summer break.",
    "The ferry leaves every twelve minutes. It was brought from the lakes, where it had carried tourists for thirty years, and got a second ramp in the yard of the harbour company.",
]
HARVEST = [
    "Farmers in the Halden valley bring in the smallest plum harvest for two decades after frost in April killed most of the blossom, the growers' union reported in its summer survey.",
    "Only one orchard in five expects a normal yield. Distillers have begun to buy fruit from abroad, and the price of a crate at the market in Tresk doubled within three weeks.",
    "The union asks the ministry to open the fund for natural damage, which was last used after the floods. The ministry said that it would wait for the figures of the insurers.",
]
MENU = [
    "Skip to content",
    "Port Velo Courier",
    "Menu",
    "Home",
    "World",
    "Local",
    "Business",
    "Sport",
    "Culture",
    "Weather",
    "Search",
    "Log in",
    "Subscribe",
]
FOOT = [
    "Share this article", "Facebook", "WhatsApp", "Email", "Most read", "Harbour festival draws record crowd", "Ten walks for a rainy weekend",
    "Sign up for our newsletter and get the news of the day in your inbox every morning.", "About us", "Contact", "Terms of use", "Privacy policy",
    "© 2025 Port Velo Courier. All rights reserved.",
]  # fmt: skip


def capture(lines: list[str], gap: str = "\n", dated: bool = True, taken: datetime = TAKEN) -> Capture:
    return Capture("c" * 64, "/pages/page.txt", gap.join(lines).encode(), taken, "text/plain", dated=dated)


def only(extraction: Extraction) -> Article:
    assert extraction.problem is None
    assert len(extraction.articles) == 1
    return extraction.articles[0]


def bridge_page(*head: str) -> list[str]:
    return [*MENU, "Local", "Iron bridge closes for eleven months", *head, *BRIDGE, *FOOT]


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\r\n"])
def test_a_page_gives_its_article_and_nothing_else(gap: str) -> None:
    article = only(read_text(capture(bridge_page("By Jonas Arkwright", "4 August 2025"), gap)))
    assert article.headline == "Iron bridge closes for eleven months"
    assert article.text == "\n\n".join(BRIDGE)
    assert article.authors == ("Jonas Arkwright",)
    assert article.published == "2025-08-04"
    assert article.signals["published"].signal == "text"
    assert article.signals["published"].precision == "day"
    assert article.language == "en"
    assert article.publisher == "Port Velo Courier"
    assert article.aggregator is None
    assert article.url is None


def test_blocks_are_the_paragraphs_of_the_text() -> None:
    article = only(read_text(capture(bridge_page("4 August 2025"))))
    assert [article.text[block.start : block.end] for block in article.blocks] == BRIDGE
    assert {block.kind for block in article.blocks} == {BlockKind.PARAGRAPH}


def test_offsets_count_code_points() -> None:
    text = [
        *BRIDGE[:2],
        "“It groans at night 𝕏 and nobody sleeps,” wrote a neighbour of the bridge in a post about the closed road and its ferry.",
        *BRIDGE[2:],
    ]
    article = only(read_text(capture([*MENU, "Iron bridge closes for eleven months", *text, *FOOT])))
    assert [article.text[block.start : block.end] for block in article.blocks] == text


def test_a_caption_and_its_credit_are_kept_apart_from_the_text() -> None:
    caption = "The iron bridge of Port Velo, seen from the ferry landing on Feb. 7, 2024."
    article = only(read_text(capture(bridge_page(f"{caption} (Photo: Ludo Marsh)"))))
    assert article.image is not None
    assert (article.image.url, article.image.caption, article.image.credit) == (None, caption, "Ludo Marsh")
    assert "ferry landing" not in article.text
    assert article.published != "2024-02-07", "a picture's date is not the article's"


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        ("A worker looks at a rusted hanger.Credit...Mira Holt/The Lantern", "Mira Holt/The Lantern"),
        ("Ein Arbeiter prüft einen rostigen Hänger. Foto: Karl Möbius", "Karl Möbius"),
        ("Un ouvrier examine une suspente. © Agence Rivage", "Agence Rivage"),
        ("A worker looks at a rusted hanger. Photo by Mira Holt", "Mira Holt"),
    ],
)
def test_credits_are_found_as_they_are_printed(line: str, credit: str) -> None:
    article = only(read_text(capture(bridge_page(line))))
    assert article.image is not None
    assert article.image.credit == credit
    assert article.text == "\n\n".join(BRIDGE)


def listed(headline: str, source: str, age: str, text: list[str]) -> list[str]:
    return [headline, headline, "", source, "", age, "", f"  • {source}", "", headline, "", " ".join(text), ""]


GATHERED = [
    "logo", "Iron bridge closes for eleven months", "", "Iron bridge closes for eleven months", "", "Velo Courier18-07-2025", *BRIDGE, "Coloured shape",
    "News by voice", "Let Newsnook read the day aloud:", "Comments", "Be the first to comment", "Related articles", "",
    *listed("Empty ferry replaces the iron bridge", "Harbour Gazette", "timea day ago", FERRY),
    *listed("Frost leaves Halden with few plums this summer", "Valley Farmer", "time7 days ago", HARVEST),
    "GET THE APP", "", "Take Newsnook with you", "", "All papers of the coast on one telephone: install the Newsnook app, it is free.", "app-store",
]  # fmt: skip


def test_a_page_with_several_whole_articles_gives_each() -> None:
    extraction = read_text(capture(GATHERED))
    assert [a.headline for a in extraction.articles] == [
        "Iron bridge closes for eleven months",
        "Empty ferry replaces the iron bridge",
        "Frost leaves Halden with few plums this summer",
    ]
    assert [a.text for a in extraction.articles] == ["\n\n".join(BRIDGE), " ".join(FERRY), " ".join(HARVEST)]
    assert [a.publisher for a in extraction.articles] == ["Velo Courier", "Harbour Gazette", "Valley Farmer"]
    assert [a.published for a in extraction.articles] == ["2025-07-18", "2025-08-04", "2025-07-29"]
    assert [a.signals["published"].signal for a in extraction.articles] == ["text", "relative", "relative"]
    assert len({a.id for a in extraction.articles}) == 3
    assert {a.authors for a in extraction.articles} == {()}


def test_a_name_beside_the_date_is_the_writer() -> None:
    assert only(read_text(capture(bridge_page("Jonas Arkwright", "4 August 2025 • 3:54pm")))).authors == ("Jonas Arkwright",)
    assert only(read_text(capture(bridge_page("Jonas Arkwright - 4 August 2025")))).authors == ("Jonas Arkwright",)


def test_related_teasers_are_no_articles_of_their_own() -> None:
    teasers = [
        "Related", "Empty ferry replaces the iron bridge", "Empty ferry replaces the iron bridge", "2 days ago",
        "The free ferry that replaces the iron bridge made its first crossing almost empty.", "Frost leaves Halden with few plums this summer",
        "Frost leaves Halden with few plums this summer", "3 days ago", "Farmers in the Halden valley bring in the smallest plum harvest for two decades.",
    ]  # fmt: skip
    article = only(read_text(capture([*bridge_page("4 August 2025")[: -len(FOOT)], *teasers, *FOOT])))
    assert article.text == "\n\n".join(BRIDGE)


def test_relative_dates_mean_nothing_in_an_undated_capture() -> None:
    extraction = read_text(capture(GATHERED, dated=False))
    assert [a.published for a in extraction.articles] == ["2025-07-18", None, None]


def test_a_date_after_the_capture_is_refused() -> None:
    assert only(read_text(capture(bridge_page("4 August 2027")))).published is None


def test_a_weekday_in_the_first_sentence_is_an_estimate() -> None:
    text = [
        "The council of Port Velo voted on Wednesday to close the old iron bridge over the canal, which carries nine thousand people a day.",
        *BRIDGE[1:],
    ]
    page = [*MENU, "Iron bridge closes for eleven months", *text, *FOOT]
    article = only(read_text(capture(page)))
    assert article.published == "2025-07-30"
    assert article.signals["published"].estimated
    assert article.signals["published"].confidence < 0.5
    assert only(read_text(capture(page, dated=False))).published is None


def test_nothing_is_guessed_as_today() -> None:
    page = [*MENU, "Iron bridge closes for eleven months", *BRIDGE[1:], *FOOT]
    assert only(read_text(capture(page))).published is None


def test_a_change_is_not_the_first_printing() -> None:
    article = only(read_text(capture(bridge_page("Published 1 August 2025", "Updated 4 August 2025"))))
    assert (article.published, article.modified) == ("2025-08-01", "2025-08-04")


def test_the_line_about_the_writers_is_not_the_article() -> None:
    page = bridge_page("4 August 2025")[: -len(FOOT)]
    article = only(
        read_text(capture([*page, "The Port Velo Courier Staff is a team that writes about the harbour and its people.", *FOOT]))
    )
    assert article.text == "\n\n".join(BRIDGE)


def test_the_outlet_is_known_by_the_names_that_the_page_gives_itself() -> None:
    foot = [
        "Popular",
        "Dear readers of Harbour Herald",
        "HARBOUR HERALD lives on what its readers give: support us with a coffee a month.",
        "Support Harbour Herald",
        "Newest",
    ]
    article = only(read_text(capture(["Harbour Herald", "Iron bridge closes for eleven months", "4 August 2025", *BRIDGE, *foot])))
    assert article.publisher == "Harbour Herald"


def test_an_agency_in_the_dateline_is_named_as_agency() -> None:
    text = ["PORT VELO (Reuters) - " + BRIDGE[0], *BRIDGE[1:]]
    article = only(read_text(capture([*MENU, "Iron bridge closes for eleven months", *text, *FOOT])))
    assert article.agency == "Reuters"
    assert article.publisher == "Port Velo Courier"


GERMAN = (
    "Eiserne Brücke bleibt elf Monate gesperrt",
    "4. August 2025, 9:30 Uhr",
    [
        "Die alte Eisenbrücke über den Kanal von Port Velo wird von Montag an für elf Monate gesperrt. Das hat der Stadtrat nach langer Debatte beschlossen, weil mehrere Hänger verrostet sind.",
        "Gutachter hatten im Frühjahr festgestellt, dass vier der zweiunddreißig Hänger ein Drittel ihrer Tragkraft verloren haben. Sie rieten dazu, Lastwagen sofort von der Brücke zu nehmen.",
        "„Wir hätten den Menschen gern mehr Zeit gegeben“, sagte die Stadträtin für Bauwesen. Aber niemand habe für einen weiteren Winter mit Frost geradestehen wollen.",
        "Täglich überqueren rund neuntausend Menschen die Brücke. Eine kostenlose Fähre soll Fußgänger und Fahrräder ans andere Ufer bringen, bis die Arbeiten beendet sind.",
    ],
    ["Startseite", "Politik", "Wirtschaft", "Sport", "Kultur", "Anmelden", "Abonnieren"],
    ["Teilen", "Kommentare", "Lesen Sie auch", "Fähre fährt fast leer", "Impressum", "Datenschutz", "Newsletter abonnieren"],
    "2025-08-04T09:30",
    "de",
)
SPANISH = (
    "El puente de hierro cierra once meses",
    "4 de agosto de 2025",
    [
        "El viejo puente de hierro sobre el canal de Port Velo cerrará durante once meses a partir del lunes para cambiar sus tirantes oxidados, según decidió el pleno del ayuntamiento.",
        "Los ingenieros que revisaron la estructura en primavera hallaron que cuatro de los treinta y dos tirantes habían perdido un tercio de su resistencia y aconsejaron retirar los camiones.",
        "«Nos habría gustado avisar con más tiempo», dijo la concejala de Obras. «Pero nadie quería responder por otra temporada de heladas».",
        "Unas nueve mil personas cruzan el puente cada día. Un transbordador gratuito llevará a peatones y bicicletas hasta que terminen los trabajos.",
    ],
    ["Portada", "Internacional", "Economía", "Deportes", "Cultura", "Iniciar sesión", "Suscríbete"],
    ["Compartir", "Comentarios", "Noticias relacionadas", "El transbordador viaja casi vacío", "Aviso legal", "Política de privacidad"],
    "2025-08-04",
    "es",
)
JAPANESE = (
    "古い鉄橋、11カ月の通行止めへ",
    "2025年8月4日 9時30分",
    [
        "ポートベロの運河にかかる古い鉄橋が、月曜日から11カ月間、通行止めになることが決まった。さびた吊り材を取り換えるためで、市議会が長い議論の末に決定した。",
        "春に橋を調べた技術者によると、32本の吊り材のうち4本で強度が3分の1失われていた。技術者は市に対し、トラックの通行をすぐに止めるよう求めていた。",
        "「もっと早く知らせたかった」と公共事業担当の議員は話した。しかし、もう一度冬の寒さを越す責任を負える人は誰もいなかったという。",
        "橋は毎日およそ9000人が渡り、その多くは南岸の造船所に通う人たちだ。工事が終わるまで、歩行者と自転車は無料の渡し船を使うことになる。",
    ],
    ["ホーム", "政治", "経済", "スポーツ", "文化", "ログイン", "会員登録"],
    ["シェアする", "関連記事", "渡し船、初日はがらがら", "利用規約", "プライバシーポリシー"],
    "2025-08-04T09:30",
    "ja",
)
KOREAN = (
    "낡은 철교 11개월 동안 통행 금지",
    "입력 2025.08.04 09:30",
    [
        "포트벨로 운하를 가로지르는 낡은 철교가 월요일부터 11개월 동안 통제된다. 녹슨 행어를 교체하기 위한 것으로, 시의회가 오랜 논의 끝에 결정했다고 밝혔다.",
        "봄에 다리를 점검한 기술자들은 행어 서른두 개 가운데 네 개의 강도가 3분의 1가량 줄었다고 보고했다. 이들은 화물차 통행을 즉시 막아야 한다고 조언했다.",
        "시의원은 시민들에게 더 일찍 알리고 싶었다고 말했다. 그러나 또 한 번의 겨울을 책임질 수 있는 사람은 아무도 없었다고 덧붙였다.",
        "하루 약 9천 명이 이 다리를 건넌다. 공사가 끝날 때까지 보행자와 자전거는 무료 나룻배를 이용하게 된다.",
    ],
    ["홈", "정치", "경제", "스포츠", "문화", "로그인", "구독"],
    ["공유하기", "댓글", "관련기사", "나룻배 첫날 한산", "이용약관", "개인정보처리방침"],
    "2025-08-04T09:30",
    "ko",
)


@pytest.mark.parametrize("page", [GERMAN, SPANISH, JAPANESE, KOREAN], ids=["de", "es", "ja", "ko"])
def test_pages_of_other_languages(page: tuple[str, str, list[str], list[str], list[str], str, str]) -> None:
    headline, day, text, menu, foot, iso, language = page
    article = only(read_text(capture([*menu, headline, day, *text, *foot])))
    assert article.headline == headline
    assert article.text == "\n\n".join(text)
    assert article.published == iso
    assert article.language == language


def test_lines_of_a_fixed_width_become_paragraphs() -> None:
    import textwrap

    wrapped = "\n\n".join(textwrap.fill(p, 72) for p in BRIDGE)
    head, foot = "\n\n".join(["Home", "Iron bridge closes for eleven months", "4 August 2025"]), "\n\n".join(FOOT[:6])
    article = only(read_text(capture([head, wrapped, foot], "\n\n")))
    assert article.text == "\n\n".join(BRIDGE)
    assert article.headline == "Iron bridge closes for eleven months"


@pytest.mark.parametrize("lines", [MENU, [""], ["Home", "404", "Page not found"], ["1 " * 5000], ["Same line again."] * 500])
def test_a_page_without_an_article_says_so(lines: list[str]) -> None:
    extraction = read_text(capture(lines))
    assert extraction.articles == ()
    assert extraction.problem is not None


def test_old_encodings_are_read() -> None:
    headline, day, text, menu, foot, _, _ = JAPANESE
    body = "\n".join([*menu, headline, day, *text, *foot]).encode("cp932")
    article = only(read_text(Capture("d" * 64, "/pages/page.txt", body, TAKEN, "text/plain", charset="shift_jis")))
    assert article.text == "\n\n".join(text)


def test_the_same_page_gives_the_same_articles() -> None:
    assert read_text(capture(GATHERED)) == read_text(capture(GATHERED))
