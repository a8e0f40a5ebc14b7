"""Addresses without what was put into them to follow readers. What names the page stays exactly as it stands."""

from __future__ import annotations

import re
from urllib.parse import unquote

# Parameters that tell a site where a reader came from, and nothing about which page is meant. Beginnings of families first, whole names
# after them. Short or common words ("ref", "source", "id", "s") are left out: on some sites they name the page.
_FAMILIES = (
    *("utm_", "mtm_", "pk_", "piwik_", "matomo_", "hsa_", "_hs", "mc_", "oly_", "vero_", "itm_", "at_", "xtor", "wt_", "wt.", "_openstat"),
    *("fb_action", "fb_source", "fb_ref", "fb_comment", "__twitter", "__cft__", "__tn__", "guce_", "sc_cid", "cm_mmc", "ns_", "ga_", "_ga"),
)
_NAMES = frozenset(
    {
        *("fbclid", "gclid", "dclid", "gbraid", "wbraid", "gclsrc", "msclkid", "yclid", "ysclid", "twclid", "ttclid", "igshid", "igsh"),
        *("li_fat_id", "rb_clickid", "s_cid", "s_kwcid", "ef_id", "epik", "irclickid", "mkt_tok", "wickedid", "zanpid", "srsltid", "gs_l"),
        *("_branch_match_id", "_kx", "_ke", "__s", "__hstc", "__hssc", "__hsfp", "hsctatracking", "vgo_ee", "trk_contact", "trk_msg"),
        *("cmpid", "icid", "ncid", "smid", "smtyp", "ocid", "spm", "scm", "soc_src", "soc_trk", "tblci", "obclickid", "dicbo"),
        *("wtrid", "wt_zmc", "guccounter", "ftcamp", "fsrc", "sh_kit", "xing_share", "sharetype", "share_source"),
    }
)
_PIECE = re.compile(r"[^&;=]*")


def without_trackers(address: str) -> str:
    """An address without its trackers, in the query and in a fragment that is written like one; all else stays character by character."""
    rest, hash_mark, fragment = address.partition("#")
    page, _, query = rest.partition("?")
    kept = _untracked(query)
    if "=" in fragment:
        fragment = _untracked(fragment)
    return page + (f"?{kept}" if kept else "") + (hash_mark + fragment if fragment else "")


def _untracked(query: str) -> str:
    return "&".join(piece for piece in query.split("&") if piece and not _tracks(piece))


def _tracks(piece: str) -> bool:
    match = _PIECE.match(piece)
    name = unquote(match[0] if match else "").lower()
    return name in _NAMES or name.startswith(_FAMILIES)
