"""Every setting of an installation, read from the environment (`OCTAVO_...`), with its default and its meaning."""

from __future__ import annotations

import json
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from octavo import __version__
from octavo.errors import SettingsError

_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  (names that are none: the server listens on all of its addresses)


class MailSecurity(StrEnum):
    """How the way to the mail server is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


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
    address: str = Field(
        "",
        description="Address under which people reach this Octavo, as `https://news.example.org`: in links of mails, as a name that it "
        "answers under, and with https for cookies that only an encrypted way carries.",
    )
    hosts: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(),
        description='Further names that it answers under once there are accounts, as a JSON list: ["nas.local", "192.168.1.7"].',
    )
    proxies: Annotated[frozenset[str], NoDecode] = Field(
        frozenset({"127.0.0.1"}),
        description='Addresses of reverse proxies whose word on a visitor\'s address counts, as a JSON list; default: ["127.0.0.1"].',
    )
    session_days: float = Field(30.0, gt=0, le=3650, description="Days without use after which a log-in ends.")
    smtp_host: str = Field("", description="Mail server that sends links to reset a password; without one the owner gives such links.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server.")
    smtp_security: MailSecurity = Field(MailSecurity.STARTTLS, description="Encryption of the way to it: `starttls`, `tls` or `none`.")
    smtp_user: str = Field("", description="User name at the mail server, where it asks for one.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password at the mail server.")
    smtp_from: str = Field("", description="Sender of mails; default: `octavo@` and the host name of OCTAVO_ADDRESS.")
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

    @field_validator("allow", "hosts", "proxies", mode="before")
    @classmethod
    def _json(cls, given: object) -> object:
        # Here and not in pydantic-settings, so that a slip is named as others are.
        return json.loads(given) if isinstance(given, str) else given

    @field_validator("address")
    @classmethod
    def _origin(cls, address: str) -> str:
        parts = urlsplit(address.rstrip("/"))  # raises ValueError
        if address and (parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.fragment):
            raise ValueError("is no address as https://news.example.org, without a path")
        return address.rstrip("/").lower()

    @field_validator("hosts")
    @classmethod
    def _small(cls, hosts: frozenset[str]) -> frozenset[str]:
        return frozenset(host.lower() for host in hosts)

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
    def names(self) -> frozenset[str]:
        """The host names that people reach this Octavo under, besides those of the machine itself."""
        own = {urlsplit(self.address).hostname or "", self.host.lower()}
        return self.hosts | (own - {"", *_EVERYWHERE})

    @property
    def is_secure(self) -> bool:
        """Whether browsers come by HTTPS."""
        return self.address.startswith("https://")

    @property
    def session(self) -> timedelta:
        """How long a log-in lasts without use."""
        return timedelta(days=self.session_days)

    @property
    def mails(self) -> bool:
        """Whether mails can be sent."""
        return bool(self.smtp_host and self.address)

    @property
    def mail_sender(self) -> str:
        """The address that mails come from."""
        return self.smtp_from or f"octavo@{urlsplit(self.address).hostname}"

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
