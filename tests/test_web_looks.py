"""Whether a person sees an answer, by what the browser says of the request."""

from __future__ import annotations

import pytest
from fastapi import Request

from octavo.web.pages import is_look


@pytest.mark.parametrize(
    ("headers", "look"),
    [
        ({}, True),
        ({"sec-fetch-dest": "document", "sec-fetch-mode": "navigate"}, True),
        ({"sec-fetch-dest": "empty", "sec-fetch-mode": "navigate"}, True),  # a service worker in a person's place
        ({"sec-fetch-dest": "empty", "sec-fetch-mode": "cors"}, False),
        ({"sec-fetch-dest": "empty"}, False),
        ({"sec-fetch-dest": "iframe", "sec-fetch-mode": "navigate"}, False),
        ({"sec-fetch-dest": "document", "sec-fetch-mode": "navigate", "sec-purpose": "prefetch"}, False),
    ],
)
def test_what_a_person_sees_is_a_look(headers: dict[str, str], look: bool) -> None:
    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    assert is_look(Request({"type": "http", "method": "GET", "headers": sent})) is look
