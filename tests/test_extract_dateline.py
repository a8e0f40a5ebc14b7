"""Where a text was written, by how it begins."""

from __future__ import annotations

import pytest

from octavo.extract.dateline import dateline_of

PLACES = {
    "TOKYO (AP) — The herring are back.": ("TOKYO", "Associated Press"),
    "KYIV, Ukraine (AP) — The herring are back.": ("KYIV, Ukraine", "Associated Press"),
    "ST. HALM, Mich. — The herring are back.": ("ST. HALM, Mich.", None),
    "WASHINGTON, May 3 (Reuters) - The herring are back.": ("WASHINGTON", "Reuters"),
    "(Reuters) - The herring are back.": (None, "Reuters"),
    "BEIJING — The herring are back.": ("BEIJING", None),
    "NEW HALM, May 3 - The herring are back.": ("NEW HALM", None),
    "Berlin (dpa) - Die Heringe sind wieder da.": ("Berlin", "Deutsche Presse-Agentur"),
    "PARIS (AFP) - Les harengs sont de retour.": ("PARIS", "Agence France-Presse"),
    "Madrid, 3 may (EFE).- Los arenques han vuelto.": ("Madrid", "EFE"),
    "Roma, 3 mag. (ANSA) - Le aringhe sono tornate.": ("Roma", "ANSA"),
    "(ANSA) - ROMA, 03 MAG - Le aringhe sono tornate.": ("ROMA", "ANSA"),
    "SÃO HALM, SP (FOLHAHALM) - Os arenques voltaram.": ("SÃO HALM, SP", None),
    "МОСКВА, 3 мая. /ТАСС/. Сельдь вернулась.": ("МОСКВА", "TASS"),
    "МОСКВА, 3 мая — РИА Новости. Сельдь вернулась.": ("МОСКВА", "RIA Novosti"),
    "لندن (رويترز) - عادت الأسماك": ("لندن", "Reuters"),
    "【東京】にしんが戻った。": ("東京", None),
    "【東京共同】にしんが戻った。": ("東京", "Kyodo News"),
    "【ワシントン＝春田明】にしんが戻った。": ("ワシントン", None),
    "[東京 3日 ロイター] - にしんが戻った。": ("東京", "Reuters"),
    "新华社北京5月3日电 鲱鱼回来了。": ("北京", "Xinhua"),
    "(서울=연합뉴스) 청어가 돌아왔다.": ("서울", "Yonhap News Agency"),
}


@pytest.mark.parametrize("text", PLACES)
def test_places_and_agencies_in_the_forms_of_the_press(text: str) -> None:
    assert tuple(dateline_of(text)) == PLACES[text]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "EXCLUSIVE — The herring are back.",
        "【速報】にしんが戻った。",
        "【必見】にしんが戻った。",
        "Yes — the herring are back.",
        "Monday - a day of rest - was quiet.",
        "CROSSWORD - Herring and other fish.",
        "RISC-V boards are back.",
        "CNN — The herring are back.",
        "The bay (pictured) - is deep.",
        "WASHINGTON (State) – is far.",
        "HERRING RETURN AGAIN - Fishermen were glad.",
        "HERRING — RETURN TO THE BAY AFTER ELEVEN YEARS",
        "In 2024 - the year of the storm - nobody came.",
        "March 3, 2031 — The herring are back.",
        "Mr Brandt, 42 - a fisherman - was glad.",
        "Herring are back, she said.\n\nTOKYO (AP) — The bay is full.",
    ],
)
def test_what_is_no_dateline(text: str) -> None:
    assert tuple(dateline_of(text)) == (None, None)
