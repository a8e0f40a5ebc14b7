"""What leaves Octavo by itself for a person: mails. Nothing is sent where no server is set."""

from octavo.deliver.mail import Mail, send

__all__ = ["Mail", "send"]
