"""What is in a file: its kind by its content, its sheets, its head, its cells."""
