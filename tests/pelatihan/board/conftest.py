from tests.pelatihan.door import client_of, door, officer, organiser, person
from tests.pelatihan.papers.conftest import full_queue, queue

__all__ = ["client_of", "door", "full_queue", "officer", "organiser", "person", "queue"]
