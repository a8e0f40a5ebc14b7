"""Markup planted wherever text comes in from outside, and every page then driven in Chromium: nothing runs, nothing is fetched, no tag of it arrives."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser
from starlette.testclient import TestClient

from newsroom import serving
from octavo.desk import Desk
from octavo.model import Article, Block, BlockKind, Capture, Deed, Enclosure, Extraction, Image, Note, NoteKind, Reader, Repair, Role
from octavo.opml import read_opml
from octavo.own_editions import Edition
from octavo.rules import Deed as RuleDeed
from octavo.rules import Rule
from octavo.settings import Settings
from octavo.store import Followed, Instance, MarkKind, Scope, Standing
from octavo.web import create_app
from octavo.web.reading import cookie_name
from people import account, log_in

pytestmark = pytest.mark.browser

NOW = datetime.now(UTC)
EVIL = "https://evil.example"
PLANTED = (
    f'"><script data-evil>fetch("{EVIL}/s");window.hit=1</script>',
    f"'><img data-evil src={EVIL}/i.png onerror=window.hit=1>",
    f'</title><svg data-evil onload=window.hit=1><image href="{EVIL}/v.png"></svg>',
    f'<style data-evil>@import "{EVIL}/c.css"</style><link data-evil rel=stylesheet href="{EVIL}/l.css">',
    f'<iframe data-evil src="{EVIL}/f"></iframe><base data-evil href="{EVIL}/">',
    f"{{{{7*7}}}}<a data-evil href=javascript:window.hit=1>javascript</a><meta data-evil http-equiv=refresh content='0;url={EVIL}/r'>",
)
ONE = PLANTED[0] + PLANTED[1]


def escaped(text: str) -> str:
    return html.escape(text, quote=True)


def feed() -> bytes:
    """A feed whose every field holds markup, once as text and once as what its HTML says."""
    items = "".join(
        f"""<item>
  <title>{escaped(planted)} harbour {number}</title>
  <link>https://gull.example/{number}?a={escaped(ONE)}</link>
  <guid>{number}{escaped(ONE)}</guid>
  <pubDate>{NOW:%a, %d %b %Y %H:%M:%S} GMT</pubDate>
  <author>{escaped(planted)}</author>
  <dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">{escaped(planted)} Brandt</dc:creator>
  <category>{escaped(planted)}</category>
  <source url="https://tern.example/{escaped(ONE)}">{escaped(planted)}</source>
  <enclosure url="javascript:window.hit=1" type="{escaped(ONE)}" length="9"/>
  <media:content xmlns:media="http://search.yahoo.com/mrss/" url="{EVIL}/pic{number}.png" medium="image">
    <media:description>{escaped(planted)}</media:description><media:credit>{escaped(planted)}</media:credit></media:content>
  <description>{escaped(f"<p>The harbour of Halm {planted} reopened on Monday, said Ida Brandt, the mayor of Halm.</p>" * 4)}</description>
  <content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/"><![CDATA[<p>“At last {planted} we open,” said Ida Brandt, the mayor.</p>
  <p>Reuters reported that 12 boats {planted} went out on 4 May.</p><p>{escaped(planted)}</p>]]></content:encoded>
</item>"""
        for number, planted in enumerate(PLANTED)
    )
    channel = f"<title>{escaped(ONE)}</title><link>https://gull.example/</link><description>{escaped(ONE)}</description>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{channel}{items}</channel></rss>'.encode()


@dataclass(frozen=True)
class Scene:
    desk: Desk
    site: str
    owner: Reader
    paths: list[str]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("hostile")
    with Desk.open(Settings(data=folder, models=models_folder)) as desk:
        owner = account(desk, "Ada <b data-evil>", Role.OWNER)
        planted(desk, owner)
        with serving(create_app(desk)) as site:
            yield Scene(desk, site, owner, pages(desk))


def articles() -> Iterator[Article]:
    """Articles whose every field holds markup."""
    for number, planted in enumerate(PLANTED):
        text = f"The harbour of Halm reopened on Monday {planted}, said Ida Brandt, the mayor.\n\n“At last {planted},” said {planted}."
        end = text.index("\n\n")
        yield Article(
            id=f"{number:016x}",
            headline=f"{planted} ferry {number}",
            text=text,
            url=f"https://gull.example/raw/{number}?{planted}",
            blocks=(Block(BlockKind.PARAGRAPH, 0, end), Block(BlockKind.QUOTE, end + 2, len(text))),
            published=f"{NOW:%Y-%m-%dT%H:%M}Z",
            modified=planted,
            authors=(planted, "Jonas Wick"),
            publisher=planted[:200],
            aggregator=planted[:200],
            agency=planted[:200],
            language="en",
            section=planted,
            image=Image(f"{EVIL}/p.png", planted, planted),
            cut=True,
            keywords=(planted, "ferry"),
            dateline=planted,
            notes=(Note(NoteKind.CORRECTION, planted), Note(NoteKind.CORRECTION, text[:20], (0, 20))),
            enclosures=(Enclosure("javascript:window.hit=1", planted, 9), Enclosure(f"{EVIL}/a.mp3", planted, None)),
        )


def planted(desk: Desk, owner: Reader) -> None:
    """Put markup into everything that comes from outside or from a person."""
    store, mine = desk.store, owner.id
    subscriptions = (
        f'<opml version="2.0"><body><outline text="{escaped(ONE)}"><outline text="{escaped(ONE)}" title="{escaped(ONE)}" type="rss"'
        f' xmlUrl="https://gull.example/feed" htmlUrl="https://gull.example/"/></outline></body></opml>'
    )
    for one in read_opml(subscriptions.encode()).sources:
        store.add_source(one.kind, one.address, NOW, title=one.title, folders=one.folders, home=one.home)
    source = store.sources()[0]
    headers = {"etag": ONE, "link": f"<{EVIL}>; rel=hub"}
    desk.take_in([Capture("c" * 64, source.address, feed(), NOW, "application/rss+xml", "utf-8", headers, source=source.id)])
    desk.extract(NOW)
    desk.take_in([Capture("d" * 64, "https://gull.example/raw", b"raw", NOW, "text/html", "utf-8", {})])
    store.add_extraction(Extraction("d" * 64, tuple(articles())), NOW)  # as if extraction had let everything through
    desk.run(NOW)
    stories = store.stories(store.newest_stories(50, None))
    story, article = stories[0], stories[0].articles[0]
    store.set_instance(Instance(name=ONE, public_reading=True, comments=True, support_text=ONE, support_url=EVIL))
    store.open_comments(story.id, opened=True)
    first = store.add_comment(
        story.id, mine, None, "".join(PLANTED) + f"\n\n[x](javascript:window.hit=1) ![x]({EVIL}/m.png) <{EVIL}/a>", Standing.SHOWN, NOW
    )
    store.add_comment(story.id, mine, first, ONE, Standing.WAITING, NOW)
    store.retitle(Repair(Deed.RENAME, stories[-1].id, mine, NOW, after=ONE))
    for entity, id in ((Followed.VOICE, ONE), (Followed.SEARCH, ONE), (Followed.STORY, story.id), (Followed.PLACE, ONE)):
        store.follow(mine, entity, id, NOW)
    store.keep_rule(mine, Rule(0, RuleDeed.HIGHLIGHT, "harbour", word=ONE), NOW)
    store.keep_edition(mine, Edition("0123456789ab", name=ONE, outlets={ONE: 2.0}), NOW)
    store.add_app_password(mine, b"p" * 32, ONE, Scope.READ, NOW)
    store.mark(mine, "article", article, MarkKind.SAVED, NOW)


def pages(desk: Desk) -> list[str]:
    """Every page that shows something of it."""
    store = desk.store
    stories = store.stories(store.newest_stories(50, None))
    ids = [id for story in stories for id in story.articles]
    outlets = {head.publisher for head in store.heads(ids).values() if head.publisher}
    return [
        *(
            "/",
            "/latest",
            "/saved",
            "/history",
            "/following",
            "/rules",
            "/editions",
            "/editions/0123456789ab",
            "/settings",
            "/account",
            "/readers",
        ),
        *(
            "/instance",
            "/repairs",
            "/comments/queue",
            "/sources",
            f"/sources/{store.sources()[0].id}",
            "/voices",
            "/voices/Ida%20Brandt",
            "/outlets",
        ),
        *("/topics", "/threads", "/keys", "/offline", "/rules?what=%3Cimg%20data-evil%20src%3Dx%3E&word=%22%3E%3Cb%20data-evil%3E"),
        *(f"/search?q={word}" for word in ("harbour", "%22%3E%3Cimg%20data-evil%20src%3Dx%20onerror%3Dwindow.hit%3D1%3E")),
        *(f"/share?url={EVIL}/%22%3E%3Cscript%20data-evil%3E", "/nowhere/%3Cscript%20data-evil%3E"),
        *(f"/stories/{story.id}{what}" for story in stories for what in ("", "/comments", "/repair")),
        *(f"/articles/{id}" for id in ids),
        *(f"/outlets/{quote(name, safe='')}" for name in outlets),
    ]


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_nothing_that_was_planted_comes_to_life(browser: Browser, scene: Scene, who: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, service_workers="block", locale="en-GB")
    if who == "owner":
        client = TestClient(create_app(scene.desk), base_url=scene.site)
        log_in(client, scene.owner)
        token = client.cookies.get(cookie_name(scene.desk.settings), domain="127.0.0.1")
        context.add_cookies([{"name": cookie_name(scene.desk.settings), "value": str(token), "url": scene.site}])
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("request", lambda asked: None if asked.url.startswith(scene.site + "/") else complaints.append(f"asked for {asked.url}"))
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" and "status of" not in said.text else None)
    opened.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
    seen = 0
    for path in scene.paths:
        answer = opened.goto(scene.site + path)
        assert answer is not None
        assert answer.status < 500, path
        seen += answer.status == 200
        alive = opened.evaluate(
            "[window.hit, document.querySelectorAll('[data-evil]').length, document.querySelectorAll('a[href^=javascript\\\\:i]').length]"
        )
        hosts = opened.evaluate(
            "[...document.querySelectorAll('script[src],img,link,iframe,source,video,audio')].map(e => e.src || e.href)"
        )
        assert alive[0] is None, path
        assert alive[1] == 0, path
        assert alive[2] <= (1 if path.startswith("/share") else 0), path  # the bookmark of ours
        assert [host for host in hosts if host and not host.startswith((scene.site, "data:"))] == [], path
    context.close()
    assert complaints == []
    assert seen > (36 if who == "owner" else 8)


def test_what_was_planted_is_there_as_text(scene: Scene) -> None:
    """Else the test above would see nothing because nothing came in."""
    store = scene.desk.store
    ids = [id for story in store.stories(store.newest_stories(50, None)) for id in story.articles]
    texts = [article.text for article in store.articles(ids).values()]
    assert len(texts) == 2 * len(PLANTED)
    assert any("<script data-evil>" in text for text in texts)
    assert any("<" in name for head in store.heads(ids).values() for name in head.authors)
    assert "<" in (store.sources()[0].title or "")
