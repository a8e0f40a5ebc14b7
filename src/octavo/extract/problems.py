"""Why a page gave no article, in a sentence: walls against machines, pay walls, pages that are only scripts, error pages."""

from __future__ import annotations

import re

from octavo.errors import ExtractError
from octavo.extract.blocks import pieces
from octavo.extract.page import Page

_SHORT = 600  # characters: a page with more text than this is not just a notice
_EXCERPT = 700  # characters: an article behind a pay wall that is longer than this is there as a whole

# What the page says, in the order in which it is tried: sign, what happened, what to do.
_NOTICES = (
    (
        r"just a moment|verify (?:that )?you are (?:a )?human|are you a robot|not a robot|captcha|unusual (?:traffic|activity)|access (?:to this page has been )?denied|"
        r"checking your browser|security check|attention required|request blocked|403 forbidden|javascript and cookies to continue|pardon our interruption",
        "The site asks for proof that a person is reading, and gave no article",
        "Open the address in a browser, or follow the outlet by its feed",
    ),
    (
        r"(?:page|article|story|seite|página|pagina) (?:not|no|nicht|non) (?:be )?(?:found|available|gefunden|encontrada|trovata)|page introuvable|\b404\b|no longer available|410 gone|(?:500|502|503|504) ",
        "The page says that there is nothing under this address",
        "Check the address",
    ),
    (
        r"subscribe (?:now )?to (?:continue|read|keep)|subscribers? only|for subscribers|already a subscriber|log ?in to (?:continue|read)|sign in to (?:continue|read)|"
        r"create (?:a |your )?(?:free )?account|to continue reading|remaining articles|abonnement|abonnieren|abonnez|suscr[ií]b|会員限定|有料会員|付费|유료",
        "The article stands behind a pay wall",
        "Read it at the outlet, with a subscription",
    ),
    (
        r"(?:enable|activate|turn on|requires?|needs?|without|aktivieren|activer|active) (?:your )?javascript|javascript (?:is|must be|needs to be|aktivieren|required|disabled)",
        "The page is only filled in by scripts, which are not run here",
        "Follow the outlet by its feed, or save the page from a browser",
    ),
)
_NOTICE_FORMS = tuple((re.compile(sign, re.IGNORECASE), what, todo) for sign, what, todo in _NOTICES)
_PAY_WALL = _NOTICE_FORMS[2]


def is_cut(page: Page, text: str) -> bool:
    """True when the page declares that it is not free to read and shows only the beginning of its article."""
    free = page.article.get("isAccessibleForFree")
    return len(text) < _EXCERPT and str(free).lower() in ("false", "no", "http://schema.org/false", "https://schema.org/false")


def pay_wall() -> str:
    """The sentence for a page that shows only the beginning of its article."""
    return ExtractError(_PAY_WALL[1], todo=_PAY_WALL[2]).sentence


def notice(page: Page, text: str) -> str | None:
    """The sentence for a page whose few words only say why there is no article; None when they are an article."""
    said = f"{page.title or ''} {text}"
    if len(text) < _SHORT:
        for form, what, todo in _NOTICE_FORMS[:3]:
            if form.search(said):
                return ExtractError(what, todo=todo).sentence
    return None


def reason(page: Page) -> str:
    """The sentence for a page in which no article was found at all."""
    visible = " ".join(piece.text for piece in pieces(page.tree))
    if stated := notice(page, visible):
        return stated
    hidden = " ".join(element.text_content() for element in page.tree.iter("noscript"))
    scripts = sum(len(element.text or "") + 1000 * bool(element.get("src")) for element in page.tree.iter("script"))
    if len(visible) < _SHORT and (_NOTICE_FORMS[3][0].search(f"{visible} {hidden}") or scripts > 1000):
        return ExtractError(_NOTICE_FORMS[3][1], todo=_NOTICE_FORMS[3][2]).sentence
    if not visible:
        return ExtractError("The page is empty", todo="Check the address in a browser").sentence
    return ExtractError("No article was found on the page", todo="Check in a browser that the address leads to an article").sentence
