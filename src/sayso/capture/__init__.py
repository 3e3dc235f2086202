"""Capture: files of every kind that shops export, read into ledger entries without believing more than they prove."""

from sayso.capture.entering import Store
from sayso.capture.errors import (
    BadRowError,
    BadValueError,
    CaptureError,
    FileRefusedError,
    MappingError,
    UnknownKindError,
)
from sayso.capture.importing import (
    ImportReport,
    Problem,
    Progress,
    import_file,
    import_files,
    settle_evidence,
)
from sayso.capture.readings import UNDATED, Options
from sayso.capture.recognise import KINDS, Kind

__all__ = [
    "KINDS",
    "UNDATED",
    "BadRowError",
    "BadValueError",
    "CaptureError",
    "FileRefusedError",
    "ImportReport",
    "Kind",
    "MappingError",
    "Options",
    "Problem",
    "Progress",
    "Store",
    "UnknownKindError",
    "import_file",
    "import_files",
    "settle_evidence",
]
