from tests.pelatihan.door import client_of, door, officer, organiser, person

__all__ = ["client_of", "door", "officer", "organiser", "person"]
