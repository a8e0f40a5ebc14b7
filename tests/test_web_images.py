"""Pictures through the instance: only what an article carries, made small and bare, kept as long as there is room, refused for a day."""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Iterator
from glob import glob
from io import BytesIO
from pathlib import Path
from time import time

import pytest
from PIL import Image
from starlette.testclient import TestClient

from octavo.demo import Press
from octavo.desk import Desk
from octavo.errors import ExtractError, OctavoError
from octavo.model import Article, Extraction
from octavo.model import Image as Picture
from octavo.settings import Settings
from octavo.web import create_app, picture_files
from octavo.web.images import picture
from octavo.web.picture_files import SECONDS_REFUSED, WIDTHS, Shelf, digest_of, shrunk
from store_samples import NOW, article, capture

ADDRESS = "https://outlet.example/pictures/harbour.jpg"


def drawn(width: int = 900, height: int = 600, form: str = "JPEG", mode: str = "RGB", **more: object) -> bytes:
    made = BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert(mode).save(made, form, **more)
    return made.getvalue()


def opened(body: bytes) -> Image.Image:
    return Image.open(BytesIO(body))


def bomb(width: int, height: int) -> bytes:
    """The head of a PNG of that many pixels and next to nothing behind it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 5000)) + chunk(b"IEND", b"")


# ---- made small ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "mode"), [("JPEG", "RGB"), ("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "P"), ("PNG", "I;16"), ("GIF", "P"), ("WEBP", "RGB")]
)
def test_every_usual_form_becomes_webp_of_the_width(form: str, mode: str) -> None:
    made = opened(shrunk(drawn(form=form, mode=mode), 320))
    assert (made.format, made.size) == ("WEBP", (320, 213))


def test_a_smaller_picture_stays_as_small_as_it_is() -> None:
    assert opened(shrunk(drawn(200, 100), 320)).size == (200, 100)


def test_what_lets_the_ground_shine_through_still_does() -> None:
    made = BytesIO()
    Image.new("RGBA", (64, 64), (255, 0, 0, 0)).save(made, "PNG")
    assert opened(shrunk(made.getvalue(), 320)).convert("RGBA").getpixel((30, 30))[3] == 0


def test_metadata_is_gone_and_its_turn_is_taken() -> None:
    tags = Image.Exif()
    tags[0x0112] = 6  # to be turned by a quarter
    tags[0x010E] = "taken at the secretary's house"
    body = drawn(400, 200, exif=tags, comment=b"seen by a camera")
    made = shrunk(body, 320)
    assert opened(made).size == (200, 400)
    assert not opened(made).getexif()
    assert b"secretary" in body
    assert b"secretary" not in made
    assert b"camera" not in made


def test_a_picture_that_is_all_height_loses_its_foot() -> None:
    assert opened(shrunk(drawn(100, 2000), 320)).size == (100, 200)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>no</html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        drawn()[:200],
        bomb(8000, 8000),
        bomb(60000, 60000),
        bomb(64, 64),
    ],
    ids=["nothing", "page", "svg", "broken off", "bomb", "great bomb", "short"],
)
def test_what_is_no_picture_is_refused(body: bytes) -> None:
    with pytest.raises(ExtractError):
        shrunk(body, 320)


def test_a_dot_that_counts_readers_is_no_picture() -> None:
    with pytest.raises(ExtractError, match="dot"):
        shrunk(drawn(1, 1, "GIF", "P"), 320)


# ---- kept ----------------------------------------------------------------------------------------------------------


class Server:
    """Stands for the network: what it answers, and how often it was asked."""

    def __init__(self, answer: bytes | OctavoError) -> None:
        self.answer = answer
        self.asked = 0

    async def __call__(self, address: str, settings: Settings) -> bytes:
        self.asked += 1
        if isinstance(self.answer, OctavoError):
            raise self.answer
        return self.answer


def served(monkeypatch: pytest.MonkeyPatch, answer: bytes | OctavoError) -> Server:
    server = Server(answer)
    monkeypatch.setattr(picture_files, "fetch_picture", server)
    return server


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(Settings(data=tmp_path))


async def test_a_picture_is_fetched_once_for_all_its_widths(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    server = served(monkeypatch, drawn(3000, 2000))
    for width in (*WIDTHS, *WIDTHS):
        found = await shelf.picture(ADDRESS, width)
        assert found
        assert opened(found).width == width
    assert server.asked == 1


async def test_a_failure_is_remembered_for_a_day(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    server = served(monkeypatch, b"no picture at all")
    assert await shelf.picture(ADDRESS, 320) is None
    assert shelf.refused(ADDRESS)
    assert await shelf.picture(ADDRESS, 640) is None
    assert server.asked == 1
    (note,) = glob(f"{tmp_path}/**/*.none", recursive=True)
    os.utime(note, (0, time() - SECONDS_REFUSED - 1))
    server.answer = drawn()
    assert not shelf.refused(ADDRESS)
    assert await shelf.picture(ADDRESS, 320)


async def test_what_was_not_looked_at_for_longest_goes_first(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    served(monkeypatch, drawn())
    addresses = [f"https://outlet.example/{n}.jpg" for n in range(6)]
    for age, address in enumerate(addresses):
        await shelf.picture(address, WIDTHS[-1])
        (file,) = glob(f"{tmp_path}/**/{digest_of(address)}*", recursive=True)
        os.utime(file, (0, time() - 1000 + age))
    size = os.stat(file).st_size
    monkeypatch.setattr(picture_files, "KEPT_BYTES", 4 * size)
    await shelf.picture("https://outlet.example/more.jpg", WIDTHS[-1])
    left = {os.path.basename(file).split("-")[0] for file in glob(f"{tmp_path}/**/*.webp", recursive=True)}
    assert left == {digest_of(address) for address in (*addresses[-2:], "https://outlet.example/more.jpg")}


# ---- in pages ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with Press() as serving:
        yield serving


@pytest.fixture
def client(press: Press, tmp_path: Path) -> Iterator[TestClient]:
    """The app over two articles, one with a photograph and one with a drawing."""
    with Desk.open(Settings(data=tmp_path, allow=press.allow)) as desk:
        taken = capture()
        desk.store.add_captures([taken])
        desk.store.add_extraction(Extraction(taken.id, (pictured(press), drawing(press))), NOW)
        with TestClient(create_app(desk), base_url="http://127.0.0.1:8710") as asked:
            yield asked


def pictured(press: Press) -> Article:
    return article(image=Picture(f"{press.sites['gazette']}pictures/warehouse-fire-east-dock.png"))


def drawing(press: Press) -> Article:
    return article("court", image=Picture(f"{press.sites['radio']}pictures/corvane-job-cuts.svg"))


def path_of(article: Article, width: int = 320) -> str:
    assert article.image
    assert article.image.url
    return f"/images/{article.id}/{digest_of(article.image.url)}?w={width}"


def test_an_articles_picture_comes_from_here(client: TestClient, press: Press) -> None:
    answer = client.get(path_of(pictured(press)))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    assert "immutable" in answer.headers["cache-control"]
    assert opened(answer.content).width == 320


def test_no_other_address_can_be_had_through_it(client: TestClient, press: Press) -> None:
    asked = press.requests.copy()
    good, other = path_of(pictured(press)), path_of(drawing(press))
    for path in (
        good.replace(good.split("/")[2], other.split("/")[2]),
        good.replace(good.split("/")[2], "0" * 16),
        f"/images/{pictured(press).id}/{digest_of('http://127.0.0.1:1/')}?w=320",
        re.sub(r"w=\d+", "w=321", good),
        re.sub(r"w=\d+", "w=99999999999", good),
        good.partition("?")[0],
    ):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.content == b""
    assert press.requests == asked


def test_a_private_address_is_not_fetched(client: TestClient, press: Press) -> None:
    desk: Desk = client.app.state.desk  # type: ignore[attr-defined]  # an app is behind it
    taken, inside = capture("inside"), article("inside", image=Picture("http://127.0.0.1:9/camera.jpg"))
    desk.store.add_captures([taken])
    desk.store.add_extraction(Extraction(taken.id, (inside,)), NOW)
    assert client.get(path_of(inside)).status_code == 404
    (note,) = desk.settings.data.rglob("*.none")
    assert "private" in note.read_text()


def test_a_drawing_that_could_hold_scripts_is_not_given_out(client: TestClient, press: Press) -> None:
    assert client.get(path_of(drawing(press))).status_code == 404
    asked = press.requests.copy()
    assert client.get(path_of(drawing(press), 640)).status_code == 404
    assert press.requests == asked


def test_a_page_asks_for_the_widths_that_fit(shelf: Shelf) -> None:
    shown = article(image=Picture(ADDRESS))
    tag = str(picture(shown, 320, shelf=shelf))
    assert 'width="320" height="213"' in tag
    assert 'loading="lazy"' in tag
    assert [int(width) for width in re.findall(r"(\d+)w", tag)] == [160, 320, 640]
    assert re.findall(r'src="([^"]+)"', tag)[0] == path_of(shown)
    assert "outlet.example" not in tag


async def test_a_page_leaves_out_what_could_not_be_had(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    served(monkeypatch, b"")
    await shelf.picture(ADDRESS, 320)
    assert picture(article(image=Picture(ADDRESS)), 320, shelf=shelf) == ""
    assert picture(article(image=None), 320, shelf=shelf) == ""
    assert picture(article(image=Picture("https://outlet.example/map.SVG?v=2")), 320, shelf=shelf) == ""
