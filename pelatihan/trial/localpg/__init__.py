"""Database engine for trials, development and tests: a private PostgreSQL that starts on the first query."""
