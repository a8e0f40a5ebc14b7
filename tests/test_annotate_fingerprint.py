"""Fingerprints: the same everywhere, near for copies, far for others."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np

from octavo.annotate.fingerprint import fingerprint

TEXT = (
    "the river rose above the old quay on sunday night and the council of velden ordered the people of the harbour quarter to leave their "
    "homes before midnight because the dam above the town could no longer hold the water said a speaker of the fire service who had come "
    "from oster with forty helpers and nine boats to bring the last of them to the school on the hill where beds and soup were ready"
)
WORDS = TEXT.split()
JAPANESE = "大雨の影響でアルマル川が増水し、ヴェルデン市は港地区の住民に避難を呼びかけた。消防によると、これまでにけが人の情報はない。"


def similarity(one: bytes, other: bytes) -> float:
    """The share of equal slots: it estimates the share of common shingles."""
    return float(np.mean(np.frombuffer(one, "<u8") == np.frombuffer(other, "<u8")))


def changed(every: int) -> str:
    return " ".join("other" if i % every == every - 1 else word for i, word in enumerate(WORDS))


def test_the_format_is_what_the_model_says() -> None:
    assert len(fingerprint(TEXT)) == 128 * 8


def test_it_is_pinned_so_that_a_new_library_cannot_change_it_unseen() -> None:
    digest = hashlib.sha256(fingerprint(TEXT)).hexdigest()[:16]
    assert digest == "7ca7b8e34d54ac4f", "fingerprints changed: raise VERSION in annotation.py, so that stored ones are renewed"
    code = f"import hashlib; from octavo.annotate.fingerprint import fingerprint as f; print(hashlib.sha256(f({TEXT!r})).hexdigest()[:16])"
    for seed in ("1", "2"):
        run = subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True)
        assert run.stdout.strip() == digest


def test_case_punctuation_and_width_do_not_count() -> None:
    assert fingerprint(TEXT) == fingerprint(TEXT.upper().replace(" ", ", "))
    assert fingerprint(JAPANESE) == fingerprint(JAPANESE.replace("。", " ").replace("、", ""))


def test_a_copy_is_nearer_the_fewer_words_were_changed() -> None:
    whole = fingerprint(TEXT)
    light, heavy = similarity(whole, fingerprint(changed(30))), similarity(whole, fingerprint(changed(8)))
    assert 1 > light > 0.6 > heavy > 0
    assert similarity(whole, whole) == 1
    assert similarity(whole, fingerprint(" ".join(reversed(WORDS)))) < 0.1


def test_a_japanese_copy_is_found_too() -> None:
    copy = JAPANESE.replace("これまでに", "現在")
    assert similarity(fingerprint(JAPANESE), fingerprint(copy)) > 0.5


def test_too_short_a_text_has_none() -> None:
    assert fingerprint("") == fingerprint("Sign up for our newsletter today") == fingerprint("記者会見で述べた") == b""
