"""Lists from and to Excel: what is in a file, what is to become of each row, and what goes out to whom."""
