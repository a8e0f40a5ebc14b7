"""News sitemaps: each entry that names its headline is an article whose text stands at its address; other entries are links."""

from __future__ import annotations

from lxml import etree

from octavo.extract.address import clean, host, is_web
from octavo.extract.identity import article_id
from octavo.extract.plain import plain
from octavo.model import Article, Capture, Extraction, Signal, instant, precision
from octavo.publishers import known

NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
MOST = 1000  # entries of a news sitemap, by its own standard


def read_sitemap(capture: Capture) -> Extraction:
    """The entries of a sitemap in its order: articles with `cut` set, and addresses without a headline as `links`."""
    root = _parsed(capture.body)
    if root is None:
        return Extraction(capture.id, problem="The sitemap is not well-formed XML. Tell the outlet. (The fault lies with the outlet.)")
    articles: list[Article] = []
    links: list[str] = []
    for entry in root.iterchildren("{*}url"):
        address = (entry.findtext("{*}loc") or "").strip()
        if not is_web(address) or len(articles) + len(links) == MOST:
            continue
        headline = plain(entry.findtext(f"{NEWS}news/{NEWS}title"))
        if headline:
            articles.append(_article(entry, clean(address), headline, capture, len(articles)))
        else:
            links.append(clean(address))
    return Extraction(capture.id, tuple(articles), links=tuple(links))


def _article(entry: etree._Element, address: str, headline: str, capture: Capture, ordinal: int) -> Article:
    news = entry.find(f"{NEWS}news")
    assert news is not None
    outlet = known().of_host(host(address))
    name = outlet.name if outlet else plain(news.findtext(f"{NEWS}publication/{NEWS}name"))
    language = (news.findtext(f"{NEWS}publication/{NEWS}language") or "").strip().lower().partition("-")[0]
    published = (news.findtext(f"{NEWS}publication_date") or "").strip()
    moment = instant(published)
    good = bool(moment and not (capture.dated and moment > capture.captured_at))
    signals = {"headline": Signal("sitemap", 0.8)}
    if good:
        signals["published"] = Signal("sitemap", 0.8, precision(published))
    return Article(
        id=article_id(address, None, headline, None, capture.id, ordinal),
        headline=headline,
        text="",
        url=address,
        published=published if good else None,
        publisher=name,
        language=language or None,
        cut=True,
        signals=signals,
    )


def _parsed(body: bytes) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        root: etree._Element | None = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return None
    return root
