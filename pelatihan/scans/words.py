"""The sentences of this room: what is wrong with a picture, and what to do."""
