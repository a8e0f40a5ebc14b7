"""Pictures on disk: made small and bare of everything but their colours, kept as long as there is room, failures remembered for a day."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import time
from weakref import WeakValueDictionary

from PIL import Image, ImageOps

from octavo.errors import ExtractError, OctavoError
from octavo.gather.pictures import fetch_picture
from octavo.settings import Settings

WIDTHS = (160, 320, 640, 960, 1280)  # pixels, in which pictures are given out
LARGEST = WIDTHS[-1]  # kept of every picture, the others are made from it
TALLEST = 2  # times as high as wide; what is longer loses its foot
MOST_PIXELS = 40_000_000  # of a picture as it comes in
SMALLEST = 8  # pixels; what is smaller is there to count readers
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
QUALITY = 78
MEDIA_TYPE = "image/webp"

KEPT_BYTES = 500_000_000
KEPT_AFTER = 0.9  # of it, when what was not looked at for longest has been thrown out
SECONDS_REFUSED = 24 * 3600.0  # after a failure
SECONDS_UNTOUCHED = 3600.0  # between two notes that a file was used
FETCHED_AT_A_TIME, SHRUNK_AT_A_TIME = 6, 2


def digest_of(address: str) -> str:
    """What stands for a picture's address in ours: 32 hex digits."""
    return blake2b(address.encode(errors="replace"), digest_size=16).hexdigest()


def shrunk(body: bytes, width: int) -> bytes:
    """A picture as WebP, at most `width` pixels wide, without metadata: a moving one stands still.

    Raises ExtractError for what is no picture, one of a form not taken, or one that would unpack to too much.
    """
    try:
        with Image.open(BytesIO(body), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ExtractError(f"The picture has {picture.width} by {picture.height} pixels", todo="Look at it at the outlet")
            if min(picture.size) < SMALLEST:
                raise ExtractError("The picture is a dot", todo="Nothing: it shows nothing")
            picture.draft("RGB", (width, width // 2))  # a large JPEG is unpacked at half its size or less
            upright = ImageOps.exif_transpose(picture)
            plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except ExtractError:
        raise
    except Exception as fault:  # decoders say in all kinds of ways that foreign bytes are not what they should be
        raise ExtractError("The answer is no picture that can be shown", todo="Look at it at the outlet") from fault
    if plain.width > width:
        plain = plain.resize((width, max(1, round(plain.height * width / plain.width))), Image.Resampling.LANCZOS)
    if plain.height > plain.width * TALLEST:
        plain = plain.crop((0, 0, plain.width, plain.width * TALLEST))
    made = BytesIO()
    plain.save(made, "WEBP", quality=QUALITY)
    return made.getvalue()


class Shelf:
    """The pictures of one installation, in a folder of its data. Used from one event loop; its files are safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.data / "pictures"
        self._bytes: int | None = None  # that all files have; None: not counted yet
        self._tidying = threading.Lock()
        self._fetching = asyncio.Semaphore(FETCHED_AT_A_TIME)
        self._shrinking = asyncio.Semaphore(SHRUNK_AT_A_TIME)  # a large one takes some hundred megabytes while it is unpacked
        self._in_hand: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def picture(self, address: str, width: int) -> bytes | None:
        """The picture at an address in one of `WIDTHS`; None when it could not be had within the last day, or cannot now."""
        name = digest_of(address)
        async with self._in_hand.setdefault(name, asyncio.Lock()):
            if found := await asyncio.to_thread(self._read, name, width):
                return found
            if self.refused(address):
                return None
            try:
                if not (large := await asyncio.to_thread(self._read, name, LARGEST)):
                    async with self._fetching:
                        body = await fetch_picture(address, self._settings)
                    large = await self._shrunk(body, LARGEST)
                    await asyncio.to_thread(self._write, _file(name, LARGEST), large)
                made = large if width == LARGEST else await self._shrunk(large, width)
            except OctavoError as fault:
                await asyncio.to_thread(self._write, _failure(name), fault.sentence.encode())
                return None
            await asyncio.to_thread(self._write, _file(name, width), made)
            return made

    def refused(self, address: str) -> bool:
        """Whether the picture at an address was asked for within the last day and could not be had."""
        try:
            return time() - (self._folder / _failure(digest_of(address))).stat().st_mtime < SECONDS_REFUSED
        except FileNotFoundError:
            return False

    async def _shrunk(self, body: bytes, width: int) -> bytes:
        async with self._shrinking:
            return await asyncio.to_thread(shrunk, body, width)

    def _read(self, name: str, width: int) -> bytes | None:
        file = self._folder / _file(name, width)
        try:
            found = file.read_bytes()
            if time() - file.stat().st_mtime > SECONDS_UNTOUCHED:
                os.utime(file)
        except FileNotFoundError:
            return None
        return found

    def _write(self, name: str, body: bytes) -> None:
        file = self._folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, delete=False) as part:
            part.write(body)
        os.replace(part.name, file)
        self._tidy(len(body))

    def _tidy(self, more: int) -> None:
        """Throw out what was not used for longest, once there is more than is kept."""
        with self._tidying:
            if self._bytes is None or self._bytes + more > KEPT_BYTES:
                every = sorted(self._files())
                self._bytes, more = sum(size for _, size, _ in every), 0
                if self._bytes > KEPT_BYTES:
                    for _, size, file in every:
                        if self._bytes <= KEPT_AFTER * KEPT_BYTES:
                            break
                        file.unlink(missing_ok=True)
                        self._bytes -= size
            self._bytes += more

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """When each file was last used, its size, and itself."""
        for file in self._folder.glob("*/*"):
            try:
                about = file.stat()
            except FileNotFoundError:  # another process tidies too
                continue
            yield about.st_mtime, about.st_size, file


def _file(name: str, width: int) -> str:
    return f"{name[:2]}/{name}-{width}.webp"


def _failure(name: str) -> str:
    return f"{name[:2]}/{name}.none"
