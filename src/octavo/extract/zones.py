"""The names of time zones that mail, whose dates feeds and many pages took over, does not know."""

from __future__ import annotations

import re

# In hours before UTC's; names that mean two zones as the press means them.
_ZONES = {
    "CET": "+0100", "MET": "+0100", "MEZ": "+0100", "CEST": "+0200", "MEST": "+0200", "MESZ": "+0200", "WET": "+0000", "WEST": "+0100",
    "EET": "+0200", "EEST": "+0300", "MSK": "+0300", "BST": "+0100", "SAST": "+0200", "EAT": "+0300", "IST": "+0530", "PKT": "+0500",
    "WIB": "+0700", "ICT": "+0700", "HKT": "+0800", "SGT": "+0800", "PHT": "+0800", "AWST": "+0800", "JST": "+0900", "KST": "+0900",
    "AEST": "+1000", "AEDT": "+1100", "NZST": "+1200", "NZDT": "+1300", "BRT": "-0300", "ART": "-0300", "CLT": "-0400",
}  # fmt: skip
_NAMED = re.compile(r"(?<=\d)\s+([A-Z]{3,4})\s*$")


def numbered(text: str) -> str:
    """A date with the name of its zone, at its end, written in hours: "... 09:30 CEST" as "... 09:30 +0200"."""
    return _NAMED.sub(lambda match: f" {_ZONES.get(match[1], match[1])}", text)
