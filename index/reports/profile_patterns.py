"""The regular expressions of a report's profile, each with the key that it stands under."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.limits.processor_time import OutOfTimeError
from index.reports.profile import Profile


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that, if time runs out while it is at work, says by its key that it was."""

    key: str
    pattern: re.Pattern[str]

    def match(self, text: str) -> re.Match[str] | None:
        """Match at the beginning of a text."""
        try:
            return self.pattern.match(text)
        except OutOfTimeError as error:
            error.key = self.key
            raise

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Find every match in a text."""
        matches = self.pattern.finditer(text)
        while True:
            try:
                found = next(matches, None)
            except OutOfTimeError as error:
                error.key = self.key
                raise
            if found is None:
                return
            yield found


def heading_expressions(profile: Profile) -> list[Expression]:
    """What headings start with, outermost level first."""
    return [Expression(f"headings.{n}.pattern", re.compile(each.pattern)) for n, each in enumerate(profile.headings)]
