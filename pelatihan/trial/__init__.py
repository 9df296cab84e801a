"""One machine, one command: a private PostgreSQL, the supervisor of `make run`, the reference data."""
