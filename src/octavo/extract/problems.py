"""Why a page gave no article, in a sentence: walls against machines, pay walls, pages that are only scripts, error pages."""

from __future__ import annotations

import re
from typing import NamedTuple

from octavo.errors import ExtractError
from octavo.extract.blocks import pieces
from octavo.extract.page import Page
from octavo.extract.page_facts import free_to_read
from octavo.model import Obstacle

_SHORT = 300  # characters: a page with more text than this is not just a notice
_EXCERPT = 700  # characters: an article behind a pay wall that is longer than this is there as a whole


class Why(NamedTuple):
    """Why there is no article."""

    what: str
    todo: str
    obstacle: Obstacle | None = None  # what stands before it, where that is known

    @property
    def sentence(self) -> str:
        return ExtractError(self.what, todo=self.todo).sentence


class _Notice(NamedTuple):
    """By which words a page says why it holds no article, and what that means."""

    sign: re.Pattern[str]
    why: Why


_MACHINES = _Notice(
    re.compile(
        r"just a moment|verify (?:that )?you are (?:a )?human|are you a robot|not a robot|captcha|unusual (?:traffic|activity)|"
        r"access (?:to this page has been )?denied|checking your browser|security check|attention required|request blocked|403 forbidden|"
        r"javascript and cookies to continue|pardon our interruption",
        re.IGNORECASE,
    ),
    Why(
        "The site asks for proof that a person is reading, and gave no article",
        "Open the address in a browser, or follow the outlet by its feed",
        Obstacle.BOT_WALL,
    ),
)
_MISSING = _Notice(
    re.compile(
        r"(?:page|article|story|seite|página|pagina) (?:not|no|nicht|non) (?:be )?(?:found|available|gefunden|encontrada|trovata)|page introuvable|"
        r"\b404\b|no longer available|410 gone|(?:500|502|503|504) ",
        re.IGNORECASE,
    ),
    Why(
        "The page says that there is nothing under this address",
        "Check the address",
        Obstacle.MISSING,
    ),
)
_PAY_WALL = _Notice(
    re.compile(
        r"subscribe (?:now )?to (?:continue|read|keep)|subscribers? only|for subscribers|already a subscriber|log ?in to (?:continue|read)|"
        r"sign in to (?:continue|read)|create (?:a |your )?(?:free )?account|to continue reading|remaining articles|abonnement|abonnieren|"
        r"abonnez|suscr[ií]b|会員限定|有料会員|付费|유료",
        re.IGNORECASE,
    ),
    Why(
        "The article stands behind a pay wall",
        "Read it at the outlet, with a subscription",
        Obstacle.PAY_WALL,
    ),
)
_SCRIPTS = _Notice(
    re.compile(
        r"(?:enable|activate|turn on|requires?|needs?|without|aktivieren|activer|active) (?:your )?javascript|"
        r"javascript (?:is|must be|needs to be|aktivieren|required|disabled)",
        re.IGNORECASE,
    ),
    Why(
        "The page is only filled in by scripts, which are not run here",
        "Follow the outlet by its feed, or save the page from a browser",
        Obstacle.SCRIPTS,
    ),
)
_COOKIES = _Notice(
    re.compile(
        r"(?:accept|allow|agree to|consent to|reject|refuse|manage) (?:all |the use of |our )?cookies|cookie (?:consent|wall)|"
        r"cookies (?:akzeptieren|zulassen|zustimmen)|accepter (?:les |tous les )?cookies|aceptar (?:las |todas las )?cookies|"
        r"accettare? (?:i |tutti i )?cookie|aceitar (?:os |todos os )?cookies|cookies accepteren",
        re.IGNORECASE,
    ),
    Why(
        "The site shows its article only to those who answer its question about cookies",
        "Open the address in a browser, or follow the outlet by its feed",
        Obstacle.COOKIE_WALL,
    ),
)
_NOTICES = (_MACHINES, _MISSING, _PAY_WALL, _COOKIES, _SCRIPTS)  # the plainest signs first
_MUCH_SCRIPT = 1000  # characters; a script of its own address counts as that many


def is_cut(page: Page, text: str) -> bool:
    """True when the page declares that it is not free to read and shows only the beginning of its article."""
    if len(text) >= _EXCERPT:
        return False
    free = free_to_read(page)
    return free is not None and not free.value


def notice(page: Page, text: str) -> Why | None:
    """Why a page whose few words only say so holds no article; None when they are an article."""
    said = f"{page.title or ''} {text}"
    if len(text) >= _SHORT:
        return None
    return next((one.why for one in _NOTICES if one.sign.search(said)), None)


def reason(page: Page) -> Why:
    """Why no article at all was found in a page."""
    visible = " ".join(piece.text for piece in pieces(page.tree))
    if stated := notice(page, visible):
        return stated
    hidden = " ".join(element.text_content() for element in page.tree.iter("noscript"))
    scripts = sum(len(element.text or "") + _MUCH_SCRIPT * bool(element.get("src")) for element in page.tree.iter("script"))
    if len(visible) < _SHORT and (_SCRIPTS.sign.search(hidden) or scripts > _MUCH_SCRIPT):
        return _SCRIPTS.why
    if not visible:
        return EMPTY
    return Why("No article was found on the page", "Check in a browser that the address leads to an article")


EMPTY = Why("The page is empty", "Check the address in a browser")
