"""The catalogs of the interface: what of its texts is to be translated, and what of that is missing.

`python bench/catalogs.py` takes new texts into every catalog, leaves out those that are gone, and says which have no translation yet.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import octavo
from octavo.web.texts import LOCALES

ROOM = Path(octavo.__file__).parent
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"extensions": "jinja2.ext.i18n", "silent": "false"}}
WIDTH = 140


def extracted() -> Catalog:
    """All texts of templates and code, with the files that they stand in."""
    template = Catalog(project="Octavo", version=octavo.__version__)
    for name, _, text, comments, context in sorted(extract_from_dir(ROOM, METHODS, OPTIONS), key=lambda found: found[:2]):
        template.add(text, locations=[(name, 0)], auto_comments=comments, context=context)
    return template


def catalog(language: str) -> Catalog:
    """The catalog of a language as it lies in the package."""
    with _path(language).open("rb") as file:
        return read_po(file, locale=language)


def languages() -> list[str]:
    """The languages that have a catalog."""
    return sorted(folder.name for folder in LOCALES.iterdir() if folder.is_dir())


def missing(translated: Catalog) -> list[str]:
    """The texts of a catalog that have no translation, or not one for each form of the plural."""
    return [
        message.id if isinstance(message.id, str) else message.id[0]
        for message in translated
        if message.id and not (all(message.string) if isinstance(message.string, tuple) else message.string)
    ]


def _path(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "octavo.po"


def main() -> int:
    template, untranslated = extracted(), 0
    for language in languages():
        translated = catalog(language)
        translated.update(template, no_fuzzy_matching=True, update_creation_date=False)
        translated.obsolete.clear()
        translated.msgid_bugs_address = ""
        with _path(language).open("wb") as file:
            write_po(file, translated, width=WIDTH, include_lineno=False)
        for text in (gaps := missing(translated)):
            print(f"{language}: {text}")
        untranslated += len(gaps)
    print(f"{len(template)} texts, {untranslated} translations missing")
    return int(untranslated > 0)


if __name__ == "__main__":
    sys.exit(main())
