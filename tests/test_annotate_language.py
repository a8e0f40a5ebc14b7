"""The language of an article: what the text shows against what the page declares."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from octavo.annotate.language import language_of


@pytest.mark.parametrize(
    ("headline", "text", "language"),
    [
        ("Harbour of Velden floods after night of rain", "", "en"),
        ("Hafen von Velden nach Regennacht überflutet", "", "de"),
        ("El puerto de Velden se inunda tras una noche de lluvia", "", "es"),
        ("Le port de Velden inondé après une nuit de pluie", "", "fr"),
        ("大雨の夜、ヴェルデン港が浸水", "", "ja"),
        ("一夜大雨后韦尔登港被淹，数千人撤离", "", "zh"),
        ("Порт Вельдена затопило после ночного дождя", "", "ru"),
        ("밤새 내린 비로 벨덴 항구 침수", "", "ko"),
        ("غمرت المياه ميناء فيلدن بعد ليلة من الأمطار", "", "ar"),
        ("Ο ποταμός υπερχείλισε", "", "el"),
        (None, "Regnet fortsatte hele natten, og havnen måtte stenges for all trafikk til morgenen etter.", "no"),
    ],
)
def test_the_text_alone(headline: str | None, text: str, language: str) -> None:
    assert language_of(headline, text) == language


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("Velden 2030", "en-GB", "en"),  # too short to tell, and nothing speaks against it
        ("Velden 2030", "ja", None),  # not in that script
        ("市議会", "ja", "ja"),  # kanji alone may be Japanese
        ("Regnet fortsatte", "nb-NO", "no"),
        ("Vlada je donijela odluku o proračunu za iduću godinu", "sr", "sr"),  # too close to tell apart
        ("Річка вийшла з берегів, і старий квартал міста затопило вночі", "ru", "uk"),
        ("El alcalde dijo el lunes que las obras del puerto empezarán en septiembre", "en", "es"),
        ("The mayor said on Monday that work on the harbour would begin in September", "not a tag", "en"),
    ],
)
def test_text_and_declaration(text: str, declared: str, language: str | None) -> None:
    assert language_of(None, text, declared) == language


@pytest.mark.parametrize("text", ["", "12:30 — 4:1", "Velden", "港", "https://velden.example/news/today-in-the-city @velden #velden"])
def test_too_little_to_tell(text: str) -> None:
    assert language_of(None, text) is None


def test_addresses_and_handles_do_not_count() -> None:
    text = "川が氾濫した https://velden.example/a-very-long-address-with-english-words-in-it @velden_city_news"
    assert language_of(None, text) == "ja"


def test_detection_never_touches_the_network_nor_writes(tmp_path: Path) -> None:
    code = (
        "import socket\n"
        "def refuse(*a, **k): raise AssertionError('network')\n"
        "socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse\n"
        "from octavo.annotate.language import language_of\n"
        "print(language_of('The mayor said that work on the harbour would begin', ''))\n"
    )
    assert socket.socket.connect  # the name that is replaced above exists
    surroundings = os.environ | {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "FTLANG_CACHE": str(tmp_path / "cache")}
    run = subprocess.run([sys.executable, "-c", code], env=surroundings, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "en"
    assert list(tmp_path.iterdir()) == []
