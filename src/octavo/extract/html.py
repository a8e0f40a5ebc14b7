"""HTML pages → articles: the door of this room for pages."""

from __future__ import annotations

from octavo.extract import jsonld, listing, page_facts, problems
from octavo.extract.address import clean, is_web, site
from octavo.extract.assemble import assembled
from octavo.extract.blocks import Piece, composed, length
from octavo.extract.body import about, body_of, part_pieces
from octavo.extract.dates import printed_date, relative_date
from octavo.extract.dating import dates, possible
from octavo.extract.found import Found
from octavo.extract.found import found as read
from octavo.extract.headline import headline as headline_of
from octavo.extract.language import declared, language
from octavo.extract.near import near_headline
from octavo.extract.outlet import names_of, outlet_of, outlets, printed_source
from octavo.extract.page import Page, parsed
from octavo.extract.page_features import Matrix, features
from octavo.extract.page_kind import WORDLESS, article_kind, completed, kind_without_text
from octavo.extract.page_lines import Lines, lines_of_tree
from octavo.extract.people import agency_of, authors, bylines, institutions, people
from octavo.extract.picture import lead_picture
from octavo.extract.plain import fold, lines, plain
from octavo.extract.prepare import without_comments
from octavo.extract.several import Part, taken_apart
from octavo.extract.tidy import without_teasers
from octavo.model import Article, Capture, Extraction, Obstacle, PageKind, Signal
from octavo.moments import precision

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_REST = 0.25  # of the text beside it: less is what is left when the main text was taken away
_SECTION = 60  # characters that a section's name may have


def read_page(capture: Capture) -> Extraction:
    """The articles of an HTML capture, the main one first; of a list page its links; else the problem."""
    page = parsed(capture)
    if page is None:
        return Extraction(capture.id, problem=problems.EMPTY.sentence, kind=PageKind.STUB)
    feeds = _feeds(page)
    address = canonical(page)
    publisher, aggregator = outlets(page, address.value if address else page.address)
    names = names_of(page, publisher.value if publisher else None)
    headline = headline_of(page, names)
    spot = headline.element if headline else None
    own = headline.read.value if headline else None
    leads = listing.leads(page)
    others = _prepared(page, own)
    stated, described = _told(page)
    body = body_of(page.tree, own, stated, described, names)
    found = body.pieces
    if others:
        found, others = _settled(found, others, own)
    links = listing.article_links(page, leads) if _are_looked_at(page, leads, found) else {}
    if not others and listing.is_listing(page, links, found, own if spot is not None else None):
        return Extraction(capture.id, title=page.title, feeds=feeds, links=tuple(links), kind=PageKind.LIST)
    found = without_teasers(found, (*links.values(), own or ""))
    kind = article_kind(page, body, found, own, spot)
    found = completed(page, kind, found, own, spot)
    text = composed(found)[0]
    why = problems.notice(page, text)
    if why or not (text or others):
        why = why or WORDLESS.get(kind) or problems.reason(page)
        kind = kind_without_text(page, why, kind)
        return Extraction(capture.id, title=page.title, feeds=feeds, problem=why.sentence, obstacle=why.obstacle, kind=kind)

    tongue = language(text, declared(page))
    tag = tongue.value if tongue else None
    if publisher is None:
        publisher = printed_source(spot, page.captured_at, tag)
    near = near_headline(body.page, own, body.text)
    signed = list(bylines(page, near))
    houses = institutions(page)
    agency = agency_of([*houses, *(raw for byline in signed for raw in byline.raw)], text)
    cut = problems.is_cut(page, text)
    articles = []
    if text:
        published, modified = dates(page, tag, near)
        section = _section(page)
        articles.append(
            assembled(
                capture,
                0,
                found,
                Signal("page", 0.5 if cut else 0.9),
                headline=headline.read if headline else None,
                url=address,
                published=published,
                modified=modified,
                authors=authors(signed, names, houses),
                publisher=publisher,
                aggregator=aggregator,
                agency=agency if agency and (publisher is None or agency.value != publisher.value) else None,
                language=tongue,
                section=section,
                image=lead_picture(page, spot),
                cut=cut,
                keywords=page_facts.keywords_of(page, section.value if section else None),
                free=page_facts.free_to_read(page),
                notes=(*page_facts.corrections(page), *page_facts.notes_beside(body.page, body.text)),
                live=kind is PageKind.LIVE,
            )
        )
    articles += [_beside(part, page, capture, publisher, at, tag) for at, part in enumerate(others, len(articles))]
    kind = PageKind.ARTICLES if len(articles) > 1 else kind
    return Extraction(capture.id, tuple(articles), page.title, feeds, obstacle=Obstacle.PAY_WALL if cut else None, kind=kind)


def _are_looked_at(page: Page, leads: list[listing.Lead], found: list[Piece]) -> bool:
    """Whether it matters where the links lead, which takes long to see: the page may be a list, or its text holds the text of one."""
    if listing.may_be_listing(page):
        return True
    lines = {fold(line) for piece in found for line in piece.text.split("\n")}
    return any(fold(lead.text) in lines for lead in leads)


def read_lines(capture: Capture) -> tuple[Lines, Matrix] | None:
    """The lines of a page, as its article is looked for among them, with their features: what the weights are learned from."""
    page = parsed(capture)
    if page is None:
        return None
    address = canonical(page)
    publisher, _ = outlets(page, address.value if address else page.address)
    headline = headline_of(page, names_of(page, publisher.value if publisher else None))
    own = headline.read.value if headline else None
    _prepared(page, own)
    found = lines_of_tree(page.tree)
    return found, features(found, own, *_told(page))


def _prepared(page: Page, headline: str | None) -> list[Part]:
    """The articles beside the main one, taken out of the page's tree; comments are taken out too."""
    without_comments(page.tree)
    return [] if _is_live(page) else taken_apart(page.tree, headline, page.captured_at, declared(page))


def _told(page: Page) -> tuple[str | None, str | None]:
    """The article's text as the page's JSON-LD gives it, and what its head says that it is about."""
    return lines(page.article.get("articleBody")), next(iter(page.values("og:description", "description", "twitter:description")), None)


def _settled(body: list[Piece], others: list[Part], headline: str | None) -> tuple[list[Piece], list[Part]]:
    """The main text and the articles beside it: now and then what looked like one of these is the main text, under a subheading."""
    main = max(others, key=lambda part: len(part.element.text_content()))
    inside = part_pieces(main)
    if length(body) < _REST * length(inside) and (not body or about(inside, headline or "") > about(body, headline or "")):
        return inside, [part for part in others if part is not main]
    return body, others


def canonical(page: Page) -> Found[str] | None:
    """The page's lasting address, cleaned. What the page claims counts only on its own site; else it is where it was found.

    A saved page has no site, so its own claim is all there is.
    """
    home = site(page.address)
    options = (
        (page.link("canonical"), "canonical", 0.95),
        (next(iter(page.values("og:url")), None), "meta", 0.9),
        (jsonld.text_of(page.article.get("url")), "json-ld", 0.85),
        (jsonld.address_of(page.article.get("mainEntityOfPage")), "json-ld", 0.85),
        (page.address, "address", 0.7),
    )
    for option, signal, confidence in options:
        claimed = page.absolute(option)
        if claimed and is_web(claimed) and (home is None or site(claimed) == home) and not _is_front(claimed, page.address):
            return read(clean(claimed), signal, confidence)
    return None


def _is_front(claimed: str, address: str) -> bool:
    """True for a claim that names the site's front page on a page that is not it: a common fault of templates."""
    return clean(claimed).rstrip("/").count("/") == 2 and not (is_web(address) and clean(address).rstrip("/").count("/") == 2)


def _feeds(page: Page) -> tuple[str, ...]:
    addresses = (
        page.absolute(link.get("href"))
        for link in page.tree.iter("link")
        if "alternate" in (link.get("rel") or "").lower().split() and (link.get("type") or "").lower().split(";")[0].strip() in _FEED_TYPES
    )
    return tuple(dict.fromkeys(address for address in addresses if address))


def _is_live(page: Page) -> bool:
    return any("LiveBlogPosting" in jsonld.types_of(node) for node in page.nodes)


def _section(page: Page) -> Found[str] | None:
    options = (
        (jsonld.text_of(page.article.get("articleSection")), "json-ld", 0.9),
        *(
            (value, "meta", 0.85)
            for value in page.values(
                "article:section", "og:article:section", "parsely-section", "sailthru.section", "section", "dc.subject.section"
            )
        ),
    )
    for value, signal, confidence in options:
        name = plain(value)
        if name and len(name) <= _SECTION and not name.startswith("http"):
            return read(name, signal, confidence)
    return None


def _beside(part: Part, page: Page, capture: Capture, publisher: Found[str] | None, ordinal: int, tag: str | None) -> Article:
    """An article that stands on the page beside the main one."""
    body = part_pieces(part)
    address = page.absolute(part.address)
    own = site(page.address) is None or site(address) == site(page.address)
    outlet = outlet_of(f"https://{part.host}/") if part.host else publisher
    hosted = outlet is not None and publisher is not None and outlet.value != publisher.value
    text = composed(body)[0]
    tongue, signing = language(text, tag), agency_of(part.lines, text)
    names = people([line for line in part.lines if line.lower().startswith("by ")], (outlet.value if outlet else None,))
    return assembled(
        capture,
        ordinal,
        body,
        Signal("page", 0.8),
        headline=read(part.headline, "text", 0.85),
        url=read(clean(address), "text", 0.7) if address and own else None,
        published=_printed(part, page, tongue.value if tongue else tag),
        authors=read(names, "text", 0.7) if names else None,
        publisher=outlet,
        aggregator=publisher if hosted else None,
        agency=signing if signing and (outlet is None or signing.value != outlet.value) else None,
        language=tongue,
    )


def _printed(part: Part, page: Page, tag: str | None) -> Found[str] | None:
    for line in part.lines:
        if (printed := printed_date(line, tag)) and possible(printed[0], page.captured_at, page.dated):
            return read(printed[0], "text", 0.75, precision(printed[0]))
        if page.dated and (relative := relative_date(line, page.captured_at, tag)):
            return read(relative[0], "relative", 0.6, relative[1], estimated=True)
    return None
