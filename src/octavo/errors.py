"""Every error that Octavo raises on purpose: whose fault it is, what happened, what to do.

OctavoError
├── InputError      the caller gave something that cannot be used (CLI exit code 2, HTTP 4xx)
├── SettingsError   a setting or the machine is not as it must be
├── FetchError      another server, or the way to it
├── RefusedError    we may not fetch that: private address, robots.txt, a limit of ours
├── ExtractError    a capture that holds nothing readable
├── ModelError      the model of meaning cannot be built or read
└── StoreError      the database
"""

from __future__ import annotations


class OctavoError(Exception):
    """An error with a sentence for people. `fault` says whose it is; subclasses set it."""

    fault = "Octavo"

    def __init__(self, what: str, *, todo: str = "", subject: str = "", fault: str | None = None) -> None:
        self.what = what.rstrip(".")
        self.todo = todo.rstrip(".")
        self.subject = subject
        if fault:
            self.fault = fault
        super().__init__(what)

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross process borders (the extraction pool), and keyword arguments would be lost by the default.
        return (_rebuild, (type(self), self.what, self.todo, self.subject, self.fault))

    def __str__(self) -> str:
        sentence = f"{self.what}."
        if self.todo:
            sentence += f" {self.todo}."
        return f"{self.subject}: {sentence}" if self.subject else sentence

    @property
    def sentence(self) -> str:
        """What is kept and shown beside the thing that failed: fault, event, remedy."""
        return f"{self.what}. " + (f"{self.todo}. " if self.todo else "") + f"(The fault lies with {self.fault}.)"


def _rebuild(kind: type[OctavoError], what: str, todo: str, subject: str, fault: str) -> OctavoError:
    return kind(what, todo=todo, subject=subject, fault=fault)


class InputError(OctavoError):
    """The caller gave something that cannot be used."""

    fault = "what was given"


class SettingsError(OctavoError):
    """A setting or the machine is not as it must be."""

    fault = "this installation"


class FetchError(OctavoError):
    """Another server answered badly or not at all. `retry_after` is in seconds where the server named it."""

    fault = "the other server"

    def __init__(
        self,
        what: str,
        *,
        todo: str = "",
        subject: str = "",
        fault: str | None = None,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(what, todo=todo, subject=subject, fault=fault)
        self.status = status
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_fetch, (self.what, self.todo, self.subject, self.fault, self.status, self.retry_after))


def _rebuild_fetch(what: str, todo: str, subject: str, fault: str, status: int | None, retry_after: float | None) -> FetchError:
    return FetchError(what, todo=todo, subject=subject, fault=fault, status=status, retry_after=retry_after)


class RefusedError(OctavoError):
    """We may not or will not fetch that."""

    fault = "Octavo's own rules"


class ExtractError(OctavoError):
    """A capture holds nothing that can be read as an article."""

    fault = "the page"


class ModelError(OctavoError):
    """The model of meaning cannot be built or read."""

    fault = "this installation"


class StoreError(OctavoError):
    """The database cannot do what was asked."""

    fault = "the database"
