"""What belongs together in the demonstration press, by URL path (paths are unique over all its outlets). Never served."""

from __future__ import annotations

from octavo.demo.outlets import OUTLETS
from octavo.demo.texts import pieces
from octavo.demo.views import article_path


def gold() -> dict[str, str]:
    """The story of every article: URL path → label."""
    return {path: pieces()[key].story for key, path in _paths().items()}


def gold_copies() -> dict[str, str]:
    """The articles that carry another one's text: URL path → URL path of the text's origin."""
    paths = _paths()
    return {path: paths[origin] for key, path in paths.items() if (origin := pieces()[key].copy_of)}


def gold_threads() -> dict[str, str]:
    """The stories that belong to a thread: story label → thread label."""
    return {piece.story: piece.thread for piece in pieces().values() if piece.thread}


def _paths() -> dict[str, str]:
    outlets = {outlet.id: outlet for outlet in OUTLETS}
    return {key: article_path(piece, outlets[piece.outlet]) for key, piece in pieces().items()}
