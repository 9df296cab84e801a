"""The tables of a training: batch, sessions, registrations, attendance, papers, the office itself."""

from pelatihan.models.angkatan import Angkatan, Invitation
from pelatihan.models.attendance import Attendance, AttendanceEvent, AttendanceState, Outcome
from pelatihan.models.bundle import Bundle, PaperChoice
from pelatihan.models.certificate import (
    Certificate,
    CertificateException,
    CertificateIssue,
    CertificateRevocation,
    CertificateRule,
    CertificateVersion,
)
from pelatihan.models.code_request import CodeRequest
from pelatihan.models.device import Device
from pelatihan.models.exchange import Choice, Export, Import, ImportRow, ListKind, Verdict
from pelatihan.models.invitation_letter import InvitationLetter, LetterNumber
from pelatihan.models.job import Job
from pelatihan.models.letter import AssignmentLetter
from pelatihan.models.listing import ListingRequest, ListingState
from pelatihan.models.lodging import Bedroom, Stay
from pelatihan.models.login import LoginSession, Tries
from pelatihan.models.merge import LikelyPair, Merge, MergedRow, Strength, Uncompared
from pelatihan.models.message import Mailing, Message, MessageKind, TextOfOffice
from pelatihan.models.numbering import NumberSeries
from pelatihan.models.office import Office
from pelatihan.models.paper import AngkatanSignatory, Guest, Letterhead, Signatory
from pelatihan.models.payment import Honorarium, PaymentList, PaymentOfficials
from pelatihan.models.plan import PlanAnswer, PlanChange
from pelatihan.models.printing import Printed, PrintedFile, PrintedSheet, Printing
from pelatihan.models.reason import ReadyReason
from pelatihan.models.registration import Correction, Decision, Registration, StatusChange, Told
from pelatihan.models.request import ChangeRequest
from pelatihan.models.scan import SheetDraft, SheetEntry, SheetScan, SheetUpload
from pelatihan.models.selection import Selection
from pelatihan.models.session import Session

__all__ = [
    "Angkatan",
    "AngkatanSignatory",
    "AssignmentLetter",
    "Attendance",
    "AttendanceEvent",
    "AttendanceState",
    "Bedroom",
    "Bundle",
    "Certificate",
    "CertificateException",
    "CertificateIssue",
    "CertificateRevocation",
    "CertificateRule",
    "CertificateVersion",
    "ChangeRequest",
    "Choice",
    "CodeRequest",
    "Correction",
    "Decision",
    "Device",
    "Export",
    "Guest",
    "Honorarium",
    "Import",
    "ImportRow",
    "Invitation",
    "InvitationLetter",
    "Job",
    "LetterNumber",
    "Letterhead",
    "LikelyPair",
    "ListKind",
    "ListingRequest",
    "ListingState",
    "LoginSession",
    "Mailing",
    "Merge",
    "MergedRow",
    "Message",
    "MessageKind",
    "NumberSeries",
    "Office",
    "Outcome",
    "PaperChoice",
    "PaymentList",
    "PaymentOfficials",
    "PlanAnswer",
    "PlanChange",
    "Printed",
    "PrintedFile",
    "PrintedSheet",
    "Printing",
    "ReadyReason",
    "Registration",
    "Selection",
    "Session",
    "SheetDraft",
    "SheetEntry",
    "SheetScan",
    "SheetUpload",
    "Signatory",
    "StatusChange",
    "Stay",
    "Strength",
    "TextOfOffice",
    "Told",
    "Tries",
    "Uncompared",
    "Verdict",
]
