"""Define the errors of this package. Their messages say what is wrong, where, and what to do about it.

ReportIndexError
├── ConfigError        a configuration file, key or value
├── CorpusError        a report's text or its report.toml
├── ModelError         an embedding model that cannot be loaded or is not the pinned one
├── GenerationError    a generation that is missing, outdated, damaged or built with other settings
├── QualityError       a build that answers held-out questions worse than the live generation
├── BusyError          another process is building in the same folder
├── ChildError         a child process that died or timed out
├── PublishError       a folder that the report's pages cannot be written to
├── ServiceError       a service of language models: unreachable, too slow, or with an invalid reply
└── QuestionError      a question that cannot be searched, or an invalid line of a file of questions
    └── UnknownNameError   a name that matches no session, speaker, day, section or report, or several
"""

from collections.abc import Iterable
from typing import Literal

ServiceOutcome = Literal["unconfigured", "unreachable", "refused", "slow", "malformed"]


class ReportIndexError(Exception):
    """Base class. Its message is always one line, fit to be shown to the maintainer."""

    def __str__(self) -> str:
        return " ".join(super().__str__().splitlines())


class ConfigError(ReportIndexError):
    """A configuration file that cannot be used."""


class CorpusError(ReportIndexError):
    """A report whose text or report.toml is invalid."""


class ModelError(ReportIndexError):
    """An embedding model that is missing, damaged or not the pinned one."""


class GenerationError(ReportIndexError):
    """A generation that is missing, outdated, damaged or built with other settings."""


class QualityError(ReportIndexError):
    """A build that answers held-out questions worse than the live generation."""


class BusyError(ReportIndexError):
    """Another process is building in the same folder."""


class ChildError(ReportIndexError):
    """A call in a child process that died or timed out."""


class PublishError(ReportIndexError):
    """A folder that the report's pages cannot be written to."""


class ServiceError(ReportIndexError):
    """A service of language models cannot be used.

    `outcome` is why, in one word: "unconfigured", "unreachable", "refused", "slow" or "malformed".
    """

    def __init__(self, message: str, outcome: ServiceOutcome) -> None:
        self.outcome = outcome
        super().__init__(message)


class QuestionError(ReportIndexError):
    """A question that cannot be searched, or an invalid line of a file of questions."""


class UnknownNameError(QuestionError):
    """A name that matches nothing, or more than one thing. `kind` is session, speaker, day, section or report."""

    def __init__(self, kind: str, typed: str, nearest: Iterable[str]) -> None:
        self.kind, self.typed, self.nearest = kind, typed, tuple(dict.fromkeys(nearest))
        super().__init__(f"no single {kind} is meant by {typed!r}; nearest: {'; '.join(self.nearest) or 'none'}")
