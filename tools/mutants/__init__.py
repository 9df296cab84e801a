"""Break the rules on purpose, one place at a time, and see whether a test notices: docs/mutants.md."""
