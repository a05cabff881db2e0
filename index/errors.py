"""Every error that this package raises on purpose: what was wrong, where, and what to do about it.

ReportIndexError
├── ConfigError        a configuration file, key or value
├── CorpusError        a report's text or its report.toml
├── ModelError         an embedding model that cannot be loaded or is not what was pinned
├── GenerationError    an index on disk: missing, stale, damaged or built for something else
├── QualityError       a build that answers held-out questions worse than the live generation
├── BusyError          another build holds the index
├── ChildError         a process of its own that died or took too long
├── PublishError       a folder that the report's pages cannot be written into
├── ServiceError       the service that drafts questions: not reached, or not answering as it should
└── QuestionError      a question that cannot be searched, or a batch line that is not one
    └── UnknownNameError   a word that should name a session, a person, a day, a section or a report
"""

from collections.abc import Iterable


class ReportIndexError(Exception):
    """Base class; `str()` of it is one line, fit to be shown to the maintainer, whatever it repeats of a file."""

    def __str__(self) -> str:
        return " ".join(super().__str__().splitlines())


class ConfigError(ReportIndexError):
    """A configuration file that cannot be used."""


class CorpusError(ReportIndexError):
    """A report that cannot be read as what its report.toml says."""


class ModelError(ReportIndexError):
    """An embedding model that is missing, damaged or of another shape."""


class GenerationError(ReportIndexError):
    """A generation that is missing, stale, damaged or built by something else."""


class QualityError(ReportIndexError):
    """A build that is worse than the live generation on the corpus's held-out questions."""


class BusyError(ReportIndexError):
    """Another process is building in the same folder."""


class ChildError(ReportIndexError):
    """A call in a process of its own that died or took too long."""


class PublishError(ReportIndexError):
    """A folder into which the report's pages cannot be written."""


class ServiceError(ReportIndexError):
    """The service that drafts questions cannot be used."""


class QuestionError(ReportIndexError):
    """A question that holds nothing to search for."""


class UnknownNameError(QuestionError):
    """A word that names nothing, or more than one thing. `kind` is session, speaker, day, section or report."""

    def __init__(self, kind: str, typed: str, nearest: Iterable[str]) -> None:
        self.kind, self.typed, self.nearest = kind, typed, tuple(dict.fromkeys(nearest))
        super().__init__(f"no single {kind} is meant by {typed!r}; nearest: {'; '.join(self.nearest) or 'none'}")
