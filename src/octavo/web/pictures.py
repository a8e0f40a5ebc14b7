"""The pictures of a story's page, with their words in the reader's language: who repeats whom, and who covers it when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from markupsafe import Markup

from octavo.compose import Coverage, EdgeKind, Facet, Node, PictureLabels, PictureWords, Provenance, bars_svg, over_time_svg, provenance_svg
from octavo.web import texts


@dataclass(frozen=True, slots=True)
class Setting:
    """In which language and time zone a page is set."""

    words: NullTranslations
    language: str
    zone: ZoneInfo


def voice_name(node: Node, setting: Setting) -> str:
    """A voice as a person reads it, also where it has no name."""
    if node.owner.name:
        return node.owner.name
    return setting.words.gettext("outlet unknown") if node.articles or node.carried else setting.words.gettext("unnamed sources")


def edge_kinds(setting: Setting) -> dict[EdgeKind, str]:
    """What the lines between voices mean."""
    _ = setting.words.gettext
    return {
        EdgeKind.COPY: _("carries the text of"),
        EdgeKind.CREDIT: _("has it from"),
        EdgeKind.TOLD: _("repeats what was told to"),
        EdgeKind.LINK: _("links to"),
    }


def group_name(facet: Facet, key: str | None, setting: Setting) -> str:
    """A country, language, kind or owner of outlets as a person reads it."""
    _ = setting.words.gettext
    if key is None:
        return _("not known")
    kinds = {
        "agency": _("agencies"),
        "newspaper": _("newspapers"),
        "broadcaster": _("broadcasters"),
        "magazine": _("magazines"),
        "online": _("online only"),
        "aggregator": _("aggregators"),
        "government": _("governments"),
        "unknown": _("not known"),
    }
    names = {Facet.COUNTRY: texts.country_name(key, setting.language), Facet.LANGUAGE: texts.language_name(key, setting.language)}
    return kinds[key] if facet is Facet.KIND else names.get(facet, key)


def period(begins: datetime, length: timedelta, setting: Setting) -> str:
    """The short name of a period of a coverage."""
    hours = length < timedelta(days=1)
    return texts.written(begins, setting.language, "MMMd", clock=hours)


def provenance(shown: Provenance, setting: Setting) -> Markup:
    """Who repeats whom, as an SVG element."""
    _ = setting.words.gettext

    def when(node: Node) -> str:
        printed = texts.printed(node.published.at, setting.language, setting.zone) if node.published and node.published.at else None
        text = printed.striptags() if printed else _("date unknown") if node.published else ""
        return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}" if text else ""  # the picture runs from left to right

    labels = PictureLabels(
        title=_("Who repeats whom"),
        description=_(
            "Each line is a voice, in order of its first report; arrows lead to those whom it repeats. The list below says the same."
        ),
        kinds=edge_kinds(setting),
        name=lambda node: voice_name(node, setting),
        when=when,
        more=lambda number: setting.words.ngettext("and %(num)s more", "and %(num)s more", number) % {"num": number},
        voice=_("reports in its own words"),
        repeater=_("carries what others wrote"),
        credited=_("is only named as a source"),
    )
    return Markup(provenance_svg(shown, labels))  # noqa: S704  # escapes all that it is given


def over_time(coverage: Coverage, facet: Facet, setting: Setting) -> Markup:
    """Articles over time by country, language, kind or owner, as an SVG element; empty where no article has a date."""
    _ = setting.words.gettext
    return Markup(over_time_svg(coverage, facet, _words(_("Articles over time"), coverage, facet, setting)))  # noqa: S704  # as above


def bars(coverage: Coverage, facet: Facet, setting: Setting) -> Markup:
    """How many articles each country, language, kind or owner has, as an SVG element; empty for no articles."""
    _ = setting.words.gettext
    return Markup(bars_svg(coverage, facet, _words(_("Articles by outlet"), coverage, facet, setting)))  # noqa: S704  # as above


def _words(title: str, coverage: Coverage, facet: Facet, setting: Setting) -> PictureWords:
    _ = setting.words.gettext
    return PictureWords(
        title=title,
        description=_("The table below holds the same numbers."),
        unknown=_("not known"),
        others=_("all others"),
        own=_("texts of their own"),
        copies=_("texts that another carries too"),
        key=lambda key: group_name(facet, key, setting),
        period=lambda begins: period(begins, coverage.length, setting),
        direction=texts.direction(setting.language),
    )
