"""What can go wrong with articles and their index.

::

    CorpusError            the articles or the index are not as they should be
    ├── UnreadableError    one source can't be read; the others still can
    │   ├── GoneError         what stood at an address is not there any more
    │   ├── UnreachableError  it can't be had for now
    │   └── PassingError      nor for a reason of its own: it may be read the next time, unchanged
    ├── DamagedError       the index folder's files contradict each other
    ├── MismatchError      the index was made with other settings or another format
    ├── MissingIndexError  there is no index where one was looked for
    └── BusyError          another process is writing to the index
    EncoderError           the embedding model can't be used
"""


class CorpusError(Exception):
    """Wrong data or set-up; the message is one sentence that names the thing and the remedy."""


class UnreadableError(CorpusError):
    """One source can't be read; the others still can."""


class GoneError(UnreadableError):
    """What stood at an address is not there any more."""


class UnreachableError(UnreadableError):
    """A source can't be had for now: nothing that makes sense is heard from its host."""


class PassingError(UnreadableError):
    """One source can't be read now; as it is, it may be the next time."""


class DamagedError(CorpusError):
    """The index folder's files contradict each other."""


class MismatchError(CorpusError):
    """The index was made with other settings or by another version of the format."""


class MissingIndexError(CorpusError):
    """There is no index where one was looked for."""


class BusyError(CorpusError):
    """Another process is writing to the index."""


class EncoderError(CorpusError):
    """The embedding model is missing, damaged or of a kind that can't be used."""
