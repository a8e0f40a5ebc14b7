"""What stands in a form that a page sends, bounded in number and length, and where it leads."""

from __future__ import annotations

import re

from fastapi import Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

LONGEST = 300
LARGEST_FIELD = 65_536  # bytes
_PATH = re.compile(r"/(?![/\\])[^\s\\]{0,2000}")  # on this instance


async def form_of(request: Request, fields: int = 8) -> FormData:
    """The fields of a form, at most so many and no files. Raises HTTPException (400) where there are more or larger ones."""
    return await request.form(max_files=0, max_fields=fields, max_part_size=LARGEST_FIELD)


def text_of(form: FormData, name: str, longest: int = LONGEST) -> str:
    """The text of a field; "" where there is none."""
    return str(form.get(name, ""))[:longest]


def hex_of(form: FormData, name: str) -> bytes:
    """The bytes that a field gives as hexadecimal digits. Raises HTTPException (400) where it does not."""
    try:
        return bytes.fromhex(text_of(form, name, 4096))
    except ValueError:
        raise HTTPException(400, "There is no such choice.") from None


def own_path(said: str) -> str:
    """Where to go next, as a form or link says it: a path on this instance, the front page for anything else."""
    return said if _PATH.fullmatch(said) else "/"
