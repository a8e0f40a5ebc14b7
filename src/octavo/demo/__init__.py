"""The demonstration press: nine invented outlets of Lorvia, an invented country, served over loopback.

It is what a new user sees first and what end-to-end tests gather from with the real code: an agency and those who print its copy, in
English and German, a Spanish and a Japanese paper, an aggregator, and the faults of the real press (a malformed feed, cut texts, wrong
dates, corrections, a page that is gone). Texts are data (`texts.py`), an outlet's habits a row of a
table (`outlets.py`); `views.py` dates them, `site.py` renders them, `server.py` serves them. `gold.py` says what belongs together.
"""

from octavo.demo.gold import gold, gold_copies, gold_threads
from octavo.demo.outlets import PORT, publishers_folder
from octavo.demo.server import Press

__all__ = ["PORT", "Press", "gold", "gold_copies", "gold_threads", "publishers_folder"]
