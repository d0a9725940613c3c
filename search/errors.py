"""What a user can cause or mend; the command line and the API show these without a traceback.

NizuError
├── DrawingError           one file cannot be read: `reason` is stable, the message says what would be right
├── UsageError             the call itself is wrong (exit code 2, HTTP 422)
└── IndexUnusable          the index or the model cannot serve (exit code 3, HTTP 503)
    ├── EncoderMismatch    the index was built by another encoder
    └── EncoderUnusable    no such encoder, or its weights are not what they should be
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Reason(StrEnum):
    """Why a file could not be read."""

    EMPTY = "empty"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    UNKNOWN_FORMAT = "unknown_format"
    TOO_LARGE = "too_large"
    NO_SUCH_PAGE = "no_such_page"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    MISSING = "missing"
    CHANGED = "changed"


class NizuError(Exception):
    """Base of what a user can cause or mend. Comes back from a worker process as it was, whatever it is made from."""

    def __reduce__(self) -> tuple[Callable[..., NizuError], tuple[type[NizuError], str, dict[str, object]]]:
        return _restored, (type(self), str(self), vars(self))


class DrawingError(NizuError):
    """One drawing cannot be read."""

    def __init__(self, reason: Reason, message: str) -> None:
        storable = message.encode("utf-8", "backslashreplace").decode()  # it may hold the name of a file
        super().__init__(storable)
        self.reason = reason


class UsageError(NizuError):
    """The call is wrong; `field` names the argument."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class IndexUnusable(NizuError):
    """The index or the model cannot serve."""


class EncoderUnusable(IndexUnusable):
    """No such encoder, or its weights are not what they should be."""


class EncoderMismatch(IndexUnusable):
    """The vectors of an index and those of the running encoder cannot be compared."""

    def __init__(self, index: str, running: str) -> None:
        name = index.split("@", maxsplit=1)[0]
        super().__init__(
            f"The index was built with encoder {index}, this process runs {running}; their vectors cannot be compared. "
            f"Start with --encoder {name} (weights of your own: the path of {name}.safetensors), or run 'nizu rebuild'."
        )


def _restored(kind: type[NizuError], message: str, attributes: dict[str, object]) -> NizuError:
    error = kind.__new__(kind, message)
    vars(error).update(attributes)
    return error
