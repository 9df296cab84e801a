"""Database engine for laptops and tests: a private PostgreSQL that starts on the first query."""
