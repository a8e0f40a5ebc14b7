"""What a person reads: brief, timeline, headline, voices, credits and the order of the front page.

Pure: stories, articles and annotations in, frozen records out. Nothing in here words a sentence; everything shown is cut out of an
article and carries the place where it stands.
"""

from octavo.compose.brief import brief
from octavo.compose.front_page import front_page
from octavo.compose.headline import headline
from octavo.compose.timeline import timeline
from octavo.compose.view import StoryView, story_view
from octavo.compose.voices import Acknowledgement, Statement, Voice, by_time, credited, independent, moment, newest, quoted

__all__ = [
    "Acknowledgement",
    "Statement",
    "StoryView",
    "Voice",
    "brief",
    "by_time",
    "credited",
    "front_page",
    "headline",
    "independent",
    "moment",
    "newest",
    "quoted",
    "story_view",
    "timeline",
]
