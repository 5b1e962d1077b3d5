"""Foreseen refusals. Every message is a Chinese sentence that can be shown as it stands."""


class ProgrammeError(Exception):
    """A refusal the user can act on; `str(error)` is fit to show."""


class NotAllowed(ProgrammeError):
    """The actor lacks the permission, or the subject lies outside their scope."""


class NotFound(ProgrammeError):
    """What was asked for does not exist (or must not be known to exist)."""


class Unusable(ProgrammeError):
    """A file that cannot be read at all: encrypted, broken, too large, of an unknown kind."""


class Outdated(ProgrammeError):
    """Somebody else changed the same thing in between."""
