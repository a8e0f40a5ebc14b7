"""The pictures of the press, drawn here: a landscape in colours worked out from a name, with the motif of the event on it."""

from __future__ import annotations

import struct
import zlib
from hashlib import blake2b

# SVG fragments on a canvas of 640 by 360, drawn in currentColor.
MOTIFS = {
    "ballot": '<path d="M240 190h160v110H240zM262 190l18-70h80l18 70zM285 205h70v8h-70z"/>',
    "bank": '<path d="M220 170l100-60 100 60zM240 180h24v90h-24zm68 0h24v90h-24zm68 0h24v90h-24zM220 278h200v18H220z"/>',
    "boat": '<path d="M180 230q140 90 280 0q-40 70-140 70t-140-70zM310 120l10 0 60 100h-70z"/>',
    "court": '<path d="M314 120h12v170h-12zM220 150h200v10H220zM200 220l40-64 40 64q-40 30-80 0zm160 0l40-64 40 64q-40 30-80 0zM270 290h100v12H270z"/>',
    "fire": '<path d="M320 100q70 70 50 130q30-20 26-50q50 80-10 130H254q-60-60 10-120q0 40 26 46q-30-70 30-136z"/>',
    "flood": '<path d="M250 190l70-50 70 50v60H250zM160 250q40-24 80 0t80 0 80 0 80 0v20q-40 24-80 0t-80 0-80 0-80 0z"/>',
    "factory": '<path d="M210 290V190l60 40v-40l60 40v-40l60 40V130h30v160z"/>',
    "harvest": '<path d="M314 130h12v170h-12zM320 150q60-50 90 0q-50 50-90 0zm0 60q-60-50-90 0q50 50 90 0zm0 40q60-50 90 0q-50 50-90 0z"/>',
    "mine": '<path d="M270 300V140h100v160h-14V160h-72v140zM312 160h16v90h-16zM296 250h48v40h-48zM250 120l70-40 70 40z"/>',
    "parliament": '<path d="M200 290h240v16H200zM216 200h208v80H216zM320 100q70 20 80 90H240q10-70 80-90zM316 70h8v34h-8z"/>',
    "ship": '<path d="M190 240h260l-40 60H230zM250 190h140v44H250zM290 140h30v46h-30z"/>',
    "stadium": '<path d="M170 200q150-80 300 0v70q-150-80-300 0zM320 250m-26 26a26 26 0 1 0 52 0a26 26 0 1 0-52 0z"/>',
    "weather": '<path d="M240 230a50 50 0 0 1 20-96a70 70 0 0 1 130 10a46 46 0 0 1 10 86zM260 250l-14 40h10l14-40zm50 0l-14 40h10l14-40zm50 0l-14 40h10l14-40z"/>',
}


def svg(name: str, motif: str) -> bytes:
    """A picture for the article of that name, as SVG of 640 by 360."""
    sky, far, near = (_css(_colour(name, part)) for part in range(3))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" width="640" height="360">'
        f'<rect width="640" height="360" fill="{sky}"/>'
        f'<path d="M0 240L120 150 230 220 360 120 500 230 640 160V360H0z" fill="{far}"/>'
        f'<path d="M0 310Q160 250 320 300T640 280V360H0z" fill="{near}"/>'
        f'<g color="#fffdf5" fill="currentColor" fill-rule="evenodd" opacity=".9">{MOTIFS[motif]}</g></svg>'
    ).encode()


def icon(letter: str, colour: str) -> bytes:
    """A site's icon: its first letter on its colour, as SVG."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="6" fill="{colour}"/>'
        f'<text x="16" y="23" font-family="serif" font-size="20" text-anchor="middle" fill="#fff">{letter}</text></svg>'
    ).encode()


def png(name: str, width: int = 480, height: int = 270) -> bytes:
    """A plain landscape for the article of that name: sky, hills and water, as PNG."""
    sky, hill, water = (bytes(_colour(name, part)) for part in range(3))
    rows = []
    for y in range(height):
        edge = max(0, width // 2 - max(0, y - height // 3) * 3)  # where the hill begins, from either side
        row = sky * edge + hill * (width - 2 * edge) + sky * edge if y < height * 2 // 3 else water * width
        rows.append(b"\0" + row)
    header = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data) for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _colour(name: str, part: int) -> tuple[int, int, int]:
    """A colour for the sky (0), the far (1) or the near (2) ground: darker with each, the same for the same name."""
    digest = blake2b(f"{name} {part}".encode(), digest_size=3).digest()
    base = (150, 100, 50)[part]
    return (base + digest[0] % 60, base + digest[1] % 60, base + digest[2] % 60)


def _css(colour: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
