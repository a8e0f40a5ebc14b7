"""What a person reads of a story: brief, timeline, voices, who repeats whom, who covers it, what is new; and the order of the front page.

Pure: stories, articles and annotations in, frozen records out. Nothing in here words a sentence; everything shown is cut out of an
article and carries the place where it stands.
"""

from octavo.compose.across import Across, across
from octavo.compose.brief import brief
from octavo.compose.coverage import Coverage, Facet, Silence, coverage, silent
from octavo.compose.coverage_picture import Words as PictureWords
from octavo.compose.coverage_picture import bars_svg, over_time_svg
from octavo.compose.differences import Differences, Line, changed, differences, withdrawn
from octavo.compose.first_reports import first_reports
from octavo.compose.front_page import Reach, Standing, count_reach, front_page, placed, standing, weight
from octavo.compose.headline import headline
from octavo.compose.news import News, news
from octavo.compose.numbers import Disagreement, disagreements
from octavo.compose.provenance import EdgeKind, Node, Provenance, provenance
from octavo.compose.provenance_picture import PictureLabels, provenance_svg
from octavo.compose.related import Card, Crowd, Related, related, story_card
from octavo.compose.speakers import Sighting
from octavo.compose.statements import Statement, Wording, statements
from octavo.compose.thread_picture import ThreadWords, thread_svg
from octavo.compose.timeline import spread, timeline
from octavo.compose.topics import topic_of, topics
from octavo.compose.view import Findings, StoryView, as_read, findings, story_view
from octavo.compose.voices import (
    Choices,
    Voice,
    choices,
    credited,
    filtered,
    independent,
    moment,
    newest,
    quoted,
)

__all__ = [
    "Across",
    "Card",
    "Choices",
    "Coverage",
    "Crowd",
    "Differences",
    "Disagreement",
    "EdgeKind",
    "Facet",
    "Findings",
    "Line",
    "News",
    "Node",
    "PictureLabels",
    "PictureWords",
    "Provenance",
    "Reach",
    "Related",
    "Sighting",
    "Silence",
    "Standing",
    "Statement",
    "StoryView",
    "ThreadWords",
    "Voice",
    "Wording",
    "across",
    "as_read",
    "bars_svg",
    "brief",
    "changed",
    "choices",
    "count_reach",
    "coverage",
    "credited",
    "differences",
    "disagreements",
    "filtered",
    "findings",
    "first_reports",
    "front_page",
    "headline",
    "independent",
    "moment",
    "newest",
    "news",
    "over_time_svg",
    "placed",
    "provenance",
    "provenance_svg",
    "quoted",
    "related",
    "silent",
    "spread",
    "standing",
    "statements",
    "story_card",
    "story_view",
    "thread_svg",
    "timeline",
    "topic_of",
    "topics",
    "weight",
    "withdrawn",
]
