"""Pages for people: server-rendered, without need of JavaScript.

`app` has the routes, `pages` the handlers, `contexts` what lists show, `story_page` and `article_page` what those pages show,
`composed` stories kept in memory, `footnotes` what a page cites, `pictures` the SVGs with their words, `sources` both for the pages
about sources, `render` and `texts` how a page is set in the reader's language.

`guard` stands between a browser and all of it, `reading` tells who asks, `access` who may use which route, `public` what strangers see;
`entering` opens and ends sessions, and the `accounts` modules are the pages for that.
"""

from octavo.web.app import create_app
from octavo.web.guard import LOOPBACK

__all__ = ["LOOPBACK", "create_app"]
