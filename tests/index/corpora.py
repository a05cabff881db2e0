"""The reports that tests read: the real one, and a small English one that differs in all that a profile can say."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from index.models import Document
from index.reports import profile, reader
from index.reports.profile import Profile

SUMMIT = Path(__file__).parents[2] / "corpus" / "ogp-2021-global-summit"

RIVERS_TOML = r"""
title = "Rivers Forum 2031"
publisher = "River Trust"
language = "en"
place = "Dale"
time_zone = "Europe/London"

[layout]
lines = "blank-line"
page_break = "form-feed"

[[headings]]
pattern = '# (?P<title>.+)'
[[headings]]
pattern = '## (?P<title>.+)'
[[headings]]
pattern = 'Step \d+:'

[labels]
date = ["Date", "When"]
moderator = ["Chair"]
speaker = ["Speakers"]

[agenda]
heading = "Programme"

[kinds]
workshop = "workshop"
"""
# Four pages, the second of which begins inside a sentence and the third inside a name.
RIVERS_TEXT = """\
# Summary

The Rivers Forum 2031 met in Dale from 12 to 13 May 2031 and brought together 140 people
from nine countries. It was chaired by Jane Roe (Head (acting), River Trust), and its
Vice-Chair was Kim Foe. The forum agreed on three steps
\fthat every town on a river can take.

# Programme

12 May 2031

09:00-10:30 Opening of the forum

14:00-16:00 Rivers after the flood

# Rivers after the flood

Date: 12 May 2031
Chair: Amelia
\fStone (Mayor, Dale)
Speakers: John Doe; Ann Poe (Fellow, Lake School)

## Panel on floods

Ann Poe said that the flood of 2029 cost the valley 38 million pounds, of which the
insurers paid less than half. She asked for a common register of flood defences, kept by
the Not-for-
Profit Trust for Open Water Data and open to anyone. John Doe replied that registers alone move no
water. In his view the towns upstream (which have the fields that could take the water) must be paid
by the towns downstream. Nobody (but one) disagreed with him; the mayor of Dale called the proposal
"fair, but late". A member of the audience asked who would pay until then, and was told that a fund
of 2.5 million pounds, set up after the flood by the water companies, still holds a third of its
money.

## Evening workshop

Step 1: Map
Draw every stream, including those in pipes.

Step 2: Measure
Read each gauge daily.

Step 3: Tell everybody in the valley, whether they live near the river or not, what was measured.
\f
# Recommendations

1. Plant trees along the upper river.

2. Open the sluices by 1 October each year.

The forum meets again in two years.
"""


class Report(NamedTuple):
    raw: str
    profile: Profile
    document: Document


@cache
def summit() -> Report:
    raw, described = profile.read_text(SUMMIT), profile.load_profile(SUMMIT)
    return Report(raw, described, reader.read_document(raw, described))


@cache
def rivers() -> Report:
    described = Profile.model_validate({"name": "rivers", **tomllib.loads(RIVERS_TOML)})
    return Report(RIVERS_TEXT, described, reader.read_document(RIVERS_TEXT, described))


def write(corpus: Path, name: str = "rivers", text: str = RIVERS_TEXT, toml: str = RIVERS_TOML) -> Path:
    """Add a report to a corpus folder, which is made where it is missing, and return the report's folder."""
    folder = corpus / name
    folder.mkdir(parents=True)
    (folder / profile.TEXT_FILE).write_text(text, "utf-8", newline="")
    (folder / profile.PROFILE_FILE).write_text(toml, "utf-8")
    return folder


def squeeze(text: str) -> str:
    """The text without white space."""
    return re.sub(r"\s+", "", text)
