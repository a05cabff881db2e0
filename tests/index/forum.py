"""A small report in English, with labels, titles and sentences of its own, and much in it that is odd."""

from index.models import Document
from index.reports import reader
from index.reports.profile import Profile

PROFILE = Profile.model_validate(
    {
        "name": "forum",
        "title": "Forum",
        "headings": [{"pattern": r"# (?P<title>.+)"}, {"pattern": r"## (?P<title>.+)"}, {"pattern": r"### (?P<title>.+)"}],
        "labels": {"date": ["Date", "When"], "moderator": ["Moderator", "Chair"], "speaker": ["Speakers"]},
        "titles": {"roles": ["Mayor"], "honorifics": ["Ms.", "Dr.", "Mayor", "Prof"]},
        "prose": [
            {
                "as": "speaker",
                "pattern": r"(?:{honorific} )?{name}(?:, (?P<role>[^,.]+?)(?: of (?P<org>[^,.]+))?,)? (?:opened|spoke|told)",
            },
            {"as": "speaker", "pattern": r"[Tt]alks by (?P<people>[^.]+)\."},
            {"as": "moderator", "pattern": r"chaired by (?:{honorific} )?{name}"},
            {"as": "takes office", "pattern": r"{name} becomes (?P<office>[a-z ]+?)(?: from (?P<since>\w+ \d{4}))?[.,]"},
        ],
        "agenda": {"heading": "Programme"},
        "kinds": {"workshop": "workshop"},
    }
)
TEXT = """
# Programme

12 May

09:00-10:30 Opening the forum

9:00 – 10:00 A walk

13 May 14:00 to 15:00 Rivers

16:00-17:00 Opening of the forum

18:00-19:00 Evening on the boat

14 May 2031

20:00-21:00 Farewell

# Opening of the forum

Date: 12 May 2031
Chair: Jane Roe (Head (acting), River Trust)
Speakers: John Doe; Ann Poe (Fellow at Lake School), Max Moe

Jane Roe spoke first. Dr. Eve Low, Keeper of the Weir, told of the flood. Mayor Kim Foe opened the hall.

# Rivers

When: May 13th, 2031

The session was chaired by Ms. Ida Fen. There were talks by Lou Zoe, Prof Al Bay and Eve Low.

## Panel on floods

Speakers:

- Ann Poe (Fellow at Lake School

• Kim Foe（Mayor, Dale）

• Lou Zoe (Clerk, Dale (North)

Floods were discussed at length. Nobody (but one) disagreed.

- This is no speaker

## Evening workshop

### Deeper workshop

## Summary

Ann Poe becomes chair of the forum from June 2031. Max Moe becomes clerk.

# A walk

Date: some day, 16:00-17:30

# Farewell

World Bank spoke. Nobody else did.

# Notes

Sue Sea spoke here, but this is no session.
"""


def document() -> Document:
    return reader.read_document(TEXT, PROFILE)
