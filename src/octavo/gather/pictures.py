"""The picture of an article, fetched as everything else is: guarded, limited, with a sentence for every way to fail."""

from __future__ import annotations

import aiohttp

from octavo.gather.fetch import Fetched, Fetcher, Hop
from octavo.settings import Settings

LARGEST = 12_000_000  # bytes of a picture's file that are taken in


class PictureFetcher(Fetcher):
    """A fetcher that takes pictures, which every other one refuses. Whether the bytes are a picture is for the caller to see."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.model_copy(update={"fetch_bytes": min(LARGEST, settings.fetch_bytes)}))

    async def _answer(self, hop: Hop, response: aiohttp.ClientResponse) -> Fetched | tuple[int, str]:
        if response.status == 200 and response.content_type.startswith("image/"):
            return Fetched(str(hop.url), str(hop.url), response.status, {}, await self._body(hop, response), response.content_type)
        return await super()._answer(hop, response)


async def fetch_picture(address: str, settings: Settings) -> bytes:
    """The file of a picture, unread. A person is waiting for it, so robots.txt is not asked. Raises OctavoError."""
    async with PictureFetcher(settings) as fetcher:
        return (await fetcher.get(address)).body
