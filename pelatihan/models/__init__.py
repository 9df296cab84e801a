"""The tables of a training: batch, sessions, registrations, attendance, papers, the office itself."""

from pelatihan.models.angkatan import Angkatan, Invitation
from pelatihan.models.attendance import Attendance, AttendanceEvent, AttendanceState, Outcome
from pelatihan.models.code_request import CodeRequest
from pelatihan.models.login import LoginSession, Tries
from pelatihan.models.office import Office
from pelatihan.models.paper import AngkatanSignatory, Guest, Letterhead, Signatory
from pelatihan.models.registration import Correction, Decision, Registration, StatusChange, Told
from pelatihan.models.session import Session

__all__ = [
    "Angkatan",
    "AngkatanSignatory",
    "Attendance",
    "AttendanceEvent",
    "AttendanceState",
    "CodeRequest",
    "Correction",
    "Decision",
    "Guest",
    "Invitation",
    "Letterhead",
    "LoginSession",
    "Office",
    "Outcome",
    "Registration",
    "Session",
    "Signatory",
    "StatusChange",
    "Told",
    "Tries",
]
