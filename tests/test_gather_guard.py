"""The private-address guard: by address form, by name, by redirect, by rebinding and by reuse of connections."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from octavo.errors import FetchError, InputError, OctavoError, RefusedError, SettingsError
from octavo.gather.fetch import Fetcher
from octavo.gather.guard import allowed_pairs, checked, is_public, pair
from octavo.settings import Settings
from test_gather_fetch import fetcher_for, redirect, serving


class Names(AbstractResolver):
    """A name service in the hands of whoever owns the names."""

    def __init__(self, answers: dict[str, list[str]]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        self.asked.append(host)
        if host not in self.answers:
            raise OSError(None, "no such name")
        kind = {True: socket.AF_INET6, False: socket.AF_INET}
        return [ResolveResult(hostname=host, host=a, port=port, family=kind[":" in a], proto=0, flags=0) for a in self.answers[host]]

    async def close(self) -> None: ...


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.9.9.9",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",  # IPv4-compatible
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",  # NAT64 of a network's own
        "2002:7f00:1::1",
        "2002:c0a8:101::",
        "2001:0:5ef5:79fb:0:0:f5ff:fffe",  # Teredo
        "2001:0:808:808::",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
        "100::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "8.8.8.8", "192.0.1.1", "223.255.255.254", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2606:4700::1111"],
)
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(ip_address(address))


def test_the_allow_list_holds_pairs_of_host_and_port() -> None:
    assert allowed_pairs(["Courier.localhost:8765", "127.0.0.1:80", "[::1]:8080", "bücher.example:80"]) == {
        "courier.localhost:8765",
        "127.0.0.1:80",
        "[::1]:8080",
        "xn--bcher-kva.example:80",
    }
    for entry in ("intranet", "http://intranet:80", "intranet:80/", "", "a:b", "user@host:80", "host:99999", "10.0.0.0/8:80"):
        with pytest.raises(SettingsError):
            allowed_pairs([entry])


def test_a_pair_is_host_and_port_of_the_address_as_written() -> None:
    assert pair(checked("http://Courier.LOCALHOST:8765/x#y")) == "courier.localhost:8765"
    assert pair(checked("https://outlet.example/")) == "outlet.example:443"
    assert pair(checked("http://[::1]/")) == "[::1]:80"


@pytest.mark.parametrize("address", ["ftp://outlet.example/", "file:///etc/passwd", "//outlet.example/", "javascript:alert(1)", "outlet"])
def test_only_http_is_fetched(address: str) -> None:
    with pytest.raises(RefusedError, match="http"):
        checked(address)


@pytest.mark.parametrize("address", ["http://me:secret@outlet.example/", "http://me@outlet.example/", "http://:secret@outlet.example/"])
def test_addresses_with_credentials_are_refused_without_repeating_them(address: str) -> None:
    with pytest.raises(RefusedError) as caught:
        checked(address)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("address", ["http://", "http:///a", "http://a b\\c/", "http://outlet.example:0/", "http://xn--/", "http://-]9[@/"])
def test_what_is_no_address_is_an_input_error(address: str) -> None:
    with pytest.raises(InputError):
        checked(address)


async def test_private_hosts_are_refused_however_they_are_written() -> None:
    async with serving({"/": b"<p>secret</p>"}) as site:
        port = site.port
        names = Names({"inner.example": ["127.0.0.1"], "both.example": ["::1", "127.0.0.1"], "mapped.example": ["::ffff:127.0.0.1"]})
        async with Fetcher(
            Settings(allow=frozenset({f"other.localhost:{port}", f"127.0.0.1:{port + 1}"}), fetch_seconds=5), names
        ) as fetcher:
            for host in (
                "127.0.0.1",
                "127.0.0.2",
                "0.0.0.0",
                "[::1]",
                "[::ffff:127.0.0.1]",
                "[64:ff9b::7f00:1]",
                "localhost",
                "courier.localhost",
                "Other.localhost.",
                "inner.example",
                "both.example",
                "mapped.example",
                "127.0.0.1.",
            ):
                with pytest.raises((RefusedError, FetchError)) as caught:
                    await fetcher.get(f"http://{host}:{port}/")
                assert isinstance(caught.value, RefusedError) or "valid name" in caught.value.what or "not known" in caught.value.what
            for number in ("2130706433", "127.1", "0x7f000001", "0177.0.0.1"):
                with pytest.raises(OctavoError):
                    await fetcher.get(f"http://{number}:{port}/")
            with pytest.raises(RefusedError) as caught:
                await fetcher.get(f"http://courier.localhost:{port}/")
            assert "private" in caught.value.what
            assert "OCTAVO_ALLOW" in caught.value.todo
        assert site.asked == []
    assert "localhost" not in " ".join(names.asked), "these names are never asked of the name service"


async def test_an_allowed_pair_is_reached_under_its_own_name_only() -> None:
    async with serving({"/": b"<p>news</p>"}) as site:
        allow = frozenset({f"courier.localhost:{site.port}"})
        async with Fetcher(Settings(allow=allow, fetch_seconds=5)) as fetcher:
            assert (await fetcher.get(f"http://courier.localhost:{site.port}/")).body == b"<p>news</p>"
            assert site.asked[0].host == f"courier.localhost:{site.port}"
            # A connection to the very same server lies in the pool now, and must not serve any other name of it.
            for host in ("gazette.localhost", "localhost", "127.0.0.1", "courier.localhost."):
                with pytest.raises(RefusedError):
                    await fetcher.get(f"http://{host}:{site.port}/")
    assert len(site.asked) == 1


async def test_a_redirect_does_not_inherit_the_permission() -> None:
    async with serving({"/": b"<p>inner</p>"}) as inner, serving({}) as site:
        site.pages = {
            "/inner": redirect(inner.url("/")),
            "/metadata": redirect("http://169.254.169.254/latest/"),
            "/port": redirect(f"//127.0.0.1:{inner.port}/"),
            "/name": redirect(f"http://gazette.localhost:{site.port}/"),
            "/six": redirect(f"http://[::ffff:127.0.0.1]:{inner.port}/", 308),
            "/same": redirect("/page", 301),
            "/page": lambda request: redirect("/done")(request),
            "/done": b"<p>done</p>",
        }
        async with fetcher_for(site) as fetcher:
            assert (await fetcher.get(site.url("/same"))).body == b"<p>done</p>"
            for path in ("/inner", "/metadata", "/port", "/name", "/six"):
                with pytest.raises(RefusedError, match="private") as caught:
                    await fetcher.get(site.url(path))
                assert caught.value.subject == site.url(path)
            assert inner.asked == []
        async with fetcher_for(site, inner) as fetcher:
            assert (await fetcher.get(site.url("/inner"))).body == b"<p>inner</p>", "between two allowed pairs it may be followed"


async def test_a_stranger_may_not_send_us_to_an_allowed_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("octavo.gather.guard.is_public", lambda address: str(address) == "127.0.0.1")  # the stranger's "public" address
    async with (
        serving({"/": b"<p>inner</p>"}) as inner,
        serving({"/": redirect(inner.url("/")), "/page": b"<p>public</p>"}) as stranger,
        fetcher_for(inner) as fetcher,
    ):
        assert (await fetcher.get(inner.url("/"))).body == b"<p>inner</p>"
        assert (await fetcher.get(stranger.url("/page"))).body == b"<p>public</p>"
        with pytest.raises(RefusedError, match="redirects into"):
            await fetcher.get(stranger.url("/"))
        assert len(inner.asked) == 1


async def test_a_name_that_changes_its_answer_gains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("octavo.gather.guard.is_public", lambda address: str(address) == "127.0.0.2")  # "public", nobody listens there
    async with serving({"/": b"<p>secret</p>"}) as site:
        names = Names({"turncoat.example": ["127.0.0.2"], "mixed.example": ["127.0.0.2", "127.0.0.1", "::1"]})
        async with Fetcher(Settings(fetch_seconds=5), names) as fetcher:
            with pytest.raises(FetchError):
                await fetcher.get(f"http://turncoat.example:{site.port}/")
            names.answers["turncoat.example"] = ["127.0.0.1"]
            with pytest.raises(OctavoError):
                await fetcher.get(f"http://mixed.example:{site.port}/")
        async with Fetcher(Settings(fetch_seconds=5), names) as fetcher:
            with pytest.raises(RefusedError):
                await fetcher.get(f"http://turncoat.example:{site.port}/")
        assert site.asked == []


async def test_an_unknown_name_is_no_refusal() -> None:
    async with Fetcher(Settings(fetch_seconds=5), Names({})) as fetcher:
        with pytest.raises(FetchError, match="not known"):
            await fetcher.get("http://nowhere.example/")


async def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving({"/": b"<p>direct</p>"}) as site, serving({}) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url(""))
        async with fetcher_for(site) as fetcher:
            assert (await fetcher.get(site.url("/"))).body == b"<p>direct</p>"
        assert proxy.asked == []
