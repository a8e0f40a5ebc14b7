"""All SQL and nothing else: tables, migrations, change log. SQLite and PostgreSQL through the same tables."""
