"""Every setting of an installation, read from the environment (`OCTAVO_...`), with its default and its meaning."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from platformdirs import user_data_path
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from octavo import __version__
from octavo.errors import SettingsError


class Settings(BaseSettings):
    """Settings of one installation. Every field can be set as `OCTAVO_<NAME>`; `docs/settings.md` lists them all."""

    model_config = SettingsConfigDict(env_prefix="OCTAVO_", env_ignore_empty=True, frozen=True, extra="ignore")

    data: Path = Field(default_factory=lambda: user_data_path("octavo", appauthor=False), description="Folder for everything Octavo keeps.")
    models: Path | None = Field(None, description="Folder for the model of meaning; default: `models` in the data folder.")
    database: str | None = Field(
        None, description="SQLAlchemy address of the database; default: the SQLite file `octavo.sqlite` in the data folder."
    )
    publishers: Path | None = Field(None, description="Folder of further outlet declarations (`*.toml`), laid over the package's own.")
    host: str = Field("127.0.0.1", description="Address that the web app listens on. Without accounts only loopback is allowed.")
    port: int = Field(8710, ge=0, le=65535, description="Port that the web app listens on; 0 takes a free one.")
    contact: str = Field("", description="Address (URL or mail) named in the user agent, so that a server's owner can reach you.")
    allow: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(), description='Exact host:port pairs that may be fetched although they are private, as a JSON list: ["intranet:8080"].'
    )
    fetch_seconds: float = Field(20.0, gt=0, description="Longest time for one fetch, redirects included.")
    fetch_bytes: int = Field(20_000_000, gt=0, description="Largest body, unpacked, that is taken in.")
    fetch_parallel: int = Field(16, gt=0, description="Fetches under way at one time.")
    host_parallel: int = Field(2, gt=0, description="Fetches under way at one time to one host.")
    interval_minutes: float = Field(
        60.0,
        gt=0,
        description="Usual time between two looks at a source; those that publish much are looked at up to four times as often, "
        "those that publish little down to once a day.",
    )
    extract_workers: int = Field(2, ge=1, description="Processes that extract articles.")
    extract_seconds: float = Field(20.0, gt=0, description="Longest time for one page; then the page is given up, not the run.")
    language: str | None = Field(
        None, description="Language (`en`, `de`, ...) that headlines and briefs are in where a voice has it; default: that of most voices."
    )
    time_zone: str = Field("UTC", description="IANA time zone in which pages show times.")

    @field_validator("allow", mode="before")
    @classmethod
    def _json(cls, pairs: object) -> object:
        return (
            json.loads(pairs) if isinstance(pairs, str) else pairs
        )  # here and not in pydantic-settings, so that a slip is named as others are

    @field_validator("data", "models", "publishers")
    @classmethod
    def _home(cls, folder: Path | None) -> Path | None:
        return folder and folder.expanduser()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, OSError, ValueError) as fault:
            raise ValueError("is no IANA time zone") from fault
        return name

    @property
    def models_folder(self) -> Path:
        return self.models or self.data / "models"

    @property
    def database_address(self) -> str:
        return self.database or f"sqlite:///{self.data / 'octavo.sqlite'}"

    @property
    def user_agent(self) -> str:
        """Who we say we are: name, version and, where set, how to reach the one who runs it."""
        return f"Octavo/{__version__} (news aggregator; {self.contact or 'self-hosted'})"


def load_settings() -> Settings:
    """The settings of this installation, from the environment. Raises SettingsError that names the variable at fault."""
    try:
        return Settings()
    except ValidationError as fault:
        first = fault.errors()[0]
        name = f"OCTAVO_{'_'.join(str(part) for part in first['loc'][:1]).upper()}"
        raise SettingsError(f"{first['msg']}, got {first['input']!r}", todo="docs/settings.md says what it may be", subject=name) from None
