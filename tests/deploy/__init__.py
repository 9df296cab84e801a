"""What an office puts in front of the site and around it."""
