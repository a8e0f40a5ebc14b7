"""`octavo readers`: who has an account, from the machine itself; also the owner's way back in when the password is forgotten."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from octavo.accounts import checked_mail, checked_name, checked_password, login_of, password_digest
from octavo.cli.lines import answer, plain
from octavo.errors import InputError
from octavo.model import Role
from octavo.settings import load_settings
from octavo.store import Account, NewAccount, Store


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines instead, one a reader.")
@click.pass_context
def readers(context: click.Context, as_json: bool) -> None:
    """List who has an account; add readers, set passwords, give links to reset them."""
    if context.invoked_subcommand:
        return
    with _store() as store:
        for one in store.accounts():
            if as_json:
                answer(_row(one))
                continue
            last = f"last here {one.used_at:%Y-%m-%d %H:%M} UTC" if one.used_at else "not here lately"
            click.echo(plain(f"{one.reader.name}  {one.reader.role}  {one.mail or '-'}  [{'closed' if one.closed_at else last}]"))


@readers.command()
@click.argument("name", required=False)
def password(name: str | None) -> None:
    """Set the password of a reader; all of his or her browsers are logged out.

    The first time this makes the owner's account, under NAME, and from then on everybody logs in. Later NAME may be left out for the
    owner. The password is asked for, or read from standard input.
    """
    with _store() as store:
        now = datetime.now(UTC)
        if not store.has_accounts():
            named = checked_name(name or "")
            store.open_accounts(NewAccount(named, login_of(named), _digest(), role=Role.OWNER), now)
            click.echo(plain(f"{named} owns this Octavo; from now on everybody logs in"))
            return
        found = _named(store, store.owner().name if name is None else name)
        store.set_password(found.reader.id, _digest(), now)
        click.echo(plain(f"{found.reader.name} has a new password"))


@readers.command()
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.READER.value, show_default=True, help="What they may do."
)
@click.option("--mail", default="", help="Mail address for a forgotten password.")
@click.argument("name")
def add(name: str, role: str, mail: str) -> None:
    """Add a reader. The password is asked for, or read from standard input."""
    named, address = checked_name(name), checked_mail(mail)
    with _store() as store:
        made = store.add_account(NewAccount(named, login_of(named), _digest(), address, Role(role)), datetime.now(UTC))
        click.echo(plain(f"{made.name}  {made.role}"))


@readers.command()
@click.argument("name", required=False)
def reset(name: str | None) -> None:
    """Print a link with which a reader sets a new password, once, within two hours; without NAME for the owner."""
    from octavo.web.mails import reset_path  # the pages are not needed for the other commands

    settings = load_settings()
    with _store() as store:
        found = _named(store, store.owner().name if name is None else name)
        if found.closed_at:
            raise InputError("This account is closed", todo="Open it again on the page of readers first", subject=found.reader.name)
        path = reset_path(store, found.reader.id, datetime.now(UTC))
    click.echo((settings.address or f"http://{settings.host}:{settings.port}") + path)


def _store() -> Store:
    return Store.open(load_settings().database_address)


def _named(store: Store, name: str) -> Account:
    found = store.account_named(login_of(name))
    if found is None:
        raise InputError("There is no such reader", todo="`octavo readers` lists them", subject=name)
    return found


def _digest() -> str:
    """The digest of a password that is typed twice at a terminal, or is the first line of standard input."""
    typed = (
        click.prompt("Password", hide_input=True, confirmation_prompt=True) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    )
    return password_digest(checked_password(typed))


def _row(one: Account) -> dict[str, object]:
    moments = {"since": one.reader.created_at, "used": one.used_at, "closed": one.closed_at}
    return {
        "name": one.reader.name,
        "role": one.reader.role,
        "mail": one.mail,
        **{name: at.isoformat() if at else None for name, at in moments.items()},
    }
