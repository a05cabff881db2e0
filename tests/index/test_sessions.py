"""Sessions and people, exactly, of the real report and of a small English one."""

import re
from pathlib import Path

import pytest

from index import profile, reader
from index.models import Person, Session
from index.profile import Agenda, Heading, Labels, Profile
from index.sessions import Appearance, people, search, search_people, sessions

SUMMIT = Path(__file__).parents[2] / "corpus" / "ogp-2021-global-summit"
AGENDA = [
    ("s01", "2021-11-15", None, None, "pre-summit", "峰會前活動-OGP 學院", (3, 6)),
    ("s02", "2021-12-15", "18:00", "20:00", "opening", "開幕式", (6, 7)),
    ("s03", "2021-12-15", "20:00", "22:00", "plenary", "全體大會：打造涵容的公民空間", (7, 11)),
    ("s04", "2021-12-16", "20:00", "22:00", "plenary", "全體大會：反貪腐的多元途徑", (11, 14)),
    ("s05", "2021-12-17", "19:00", "21:00", "plenary", "全體大會：數位未來的承諾", (15, 17)),
    ("s06", "2021-12-17", "21:00", "22:00", "closing", "閉幕式", (18, 18)),
]
PARTS = [
    ("s03.1", "s03", "2021-12-15", "fireside chat", "爐邊談話", 1, 2),
    ("s03.2", "s03", "2021-12-15", "panel", "專題討論：公民社會空間的全球趨勢", 1, 4),
    ("s03.3", "s03", "2021-12-15", "panel", "專題討論：聚焦國家行動面臨的挑戰與抵抗", 1, 6),
    ("s03.4", "s03", "2021-12-15", "closing remarks", "閉幕致詞", 0, 1),
    ("s04.1", "s04", "2021-12-16", "remarks", "開場致詞", 0, 1),
    ("s04.2", "s04", "2021-12-16", "fireside chat", "爐邊談話", 1, 2),
    ("s04.3", "s04", "2021-12-16", "panel", "專題討論：貪腐、信任與開放政府", 1, 5),
    ("s04.4", "s04", "2021-12-16", "panel", "專題討論：國家行動方案中的多邊參與聯結", 1, 3),
    ("s05.1", "s05", "2021-12-17", "remarks", "開場致詞", 0, 1),
    ("s05.2", "s05", "2021-12-17", "lightning talks", "閃電短講", 0, 0),
    ("s05.3", "s05", "2021-12-17", "panel", "專題討論：數位公共利益", 1, 4),
    ("s05.4", "s05", "2021-12-17", "panel", "專題討論：透過開放政府促進數位防護措施", 1, 3),
]


@pytest.fixture(scope="module")
def summit() -> tuple[Session, ...]:
    described = profile.load(SUMMIT)
    return sessions(reader.read(profile.text(SUMMIT), described), described)


@pytest.fixture(scope="module")
def crowd(summit: tuple[Session, ...]) -> dict[str, Person]:
    return {person.name: person for person, _ in people(summit)}


def ids(found: tuple[Session, ...]) -> list[str]:
    return [session.id for session in found]


def test_the_sessions_of_the_summit(summit: tuple[Session, ...]) -> None:
    dated = [s for s in summit if s.parent is None]
    assert [(s.id, s.date, s.start, s.end, s.kind, s.title, s.pages) for s in dated] == AGENDA
    assert summit[3].section == ("貳、過程", "四、全體大會：打造涵容的公民空間", "1.爐邊談話")


def test_the_parts_of_the_summits_sessions(summit: tuple[Session, ...]) -> None:
    parts = [s for s in summit if s.parent is not None]
    found = [(s.id, s.parent, s.date, s.kind, s.title, len(s.moderators), len(s.speakers)) for s in parts]
    assert found == PARTS
    assert {(s.start, s.end) for s in parts} == {(None, None)}
    assert ids(summit) == sorted(ids(summit))


PRINTED = [
    # name of Latin letters after a title
    Person("Lila Abed", "拉丁美洲跨國電視媒體 NTN24 Noticias 新聞臺特派記者", None),
    # on the page after its label; full-width brackets, no space after the comma
    Person("Sanjay Pradhan", "Chief Executive Officer", "OGP"),
    Person("唐鳳", "行政院政務委員", None),
    # a comma in the name, broken over two lines
    Person("Bang, Jung-Gyun", "Senior Secretary to the President for Civil and Social Agenda", "Republic of Korea"),
    # a bracket of each width
    Person("Darren Walker", "President", "Ford Foundation"),
    Person("Isabel Erreguerena", "Co-Director", "Equis Justicia para las Mujeres"),
    # a comma inside the organisation
    Person("Lim, Hyesook", "Minister", "Ministry of Science and ICT, Republic of Korea"),
    Person("Amélie de Montchalin", "Minister", "Ministry of Public Sector Transformation and the Civil Service, France"),
    # commas inside the role
    Person("Nick Pickles", "Senior Director, Global Public Policy Strategy, Development and Partnerships", "Twitter"),
    Person("Shreya Basu", "Deputy Director and Regional Lead, Asia and the Pacific", "OGP"),
    Person("Sarah Chayes", "Author", "On Corruption in America: And What Is at Stake Hardcover"),
]


@pytest.mark.parametrize("person", PRINTED, ids=lambda person: person.name)
def test_people_are_as_printed(crowd: dict[str, Person], person: Person) -> None:
    assert crowd[person.name] == person


def test_everyone_is_in_the_report_word_for_word(crowd: dict[str, Person]) -> None:
    printed = re.sub(r"\s", "", (SUMMIT / "report.txt").read_text("utf-8"))
    parts = [part for p in crowd.values() for part in (p.name, p.role, p.org) if part]
    assert len(crowd) == 46
    assert [part for part in parts if re.sub(r"\s", "", part) not in printed] == []


def test_people_with_their_appearances_in_order(summit: tuple[Session, ...]) -> None:
    found = people(summit)
    assert [person.name for person, _ in found[:3]] == ["Lila Abed", "Jong-Il You", "Sanjay Pradhan"]
    lysa = (
        Person("Lysa John", "Secretary General", "CIVICUS"),
        (Appearance("s03.2", "moderator"), Appearance("s03.3", "moderator")),
    )
    assert search_people(found, "lysa jon") == (lysa,)
    assert [person.name for person, _ in search_people(found, "CIVICUS")] == ["Lysa John"]
    assert search_people(found, "nobody of that name") == ()
    assert search_people(found, "") == found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("反貪腐", ["s04", "s04.1"]),
        ("閉幕", ["s06", "s03.4"]),
        ("Lysa Jon", ["s03.2", "s03.3"]),
        ("唐鳳講了什麼", ["s01"]),
        ("ｕｓａｉｄ", ["s03.1"]),
        ("12/16", ["s04", "s04.1", "s04.2", "s04.3", "s04.4"]),
        ("12月17日 專題討論", ["s05.3", "s05.4"]),
        ("2020-12-16", []),
        ("數位公共利益", ["s05.3"]),
        ("democracy", []),
        ("dog", []),
    ],
)
def test_search_finds_the_best_first(summit: tuple[Session, ...], query: str, expected: list[str]) -> None:
    assert ids(search(summit, query)) == expected


def test_no_query_finds_all_in_order(summit: tuple[Session, ...]) -> None:
    assert search(summit, "  ") == summit


FORUM = Profile(
    name="forum",
    title="Forum",
    headings=(
        Heading(pattern=r"# (?P<title>.+)"),
        Heading(pattern=r"## (?P<title>.+)"),
        Heading(pattern=r"### (?P<title>.+)"),
    ),
    labels=Labels(date=("Date", "When"), moderator=("Moderator", "Chair"), speaker=("Speakers",)),
    agenda=Agenda(heading="Programme"),
    kinds={"workshop": "workshop"},
)
REPORT = """
# Programme

12 May

09:00-10:30 Opening the forum

9:00 – 10:00 A walk

13 May 14:00 to 15:00 Rivers

16:00-17:00 Opening of the forum

# Opening of the forum

Date: 12 May 2031
Chair: Jane Roe (Head (acting), River Trust)
Speakers: John Doe; Ann Poe (Fellow at Lake School), Max Moe

Jane Roe welcomed everyone.

# Rivers

When: May 13th, 2031

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

# A walk

Date: some day, 16:00-17:30

# Notes

The end.
"""


def test_a_report_in_english() -> None:
    found = sessions(reader.read(REPORT, FORUM), FORUM, prefix="forum-")
    ann, roe = Person("Ann Poe", "Fellow", "Lake School"), Person("Jane Roe", "Head (acting)", "River Trust")
    opening, rivers, floods, workshop, walk = found
    assert (opening.id, opening.title, opening.kind) == ("forum-s01", "Opening of the forum", "session")
    assert (opening.date, opening.start, opening.end) == ("2031-05-12", "09:00", "10:30")
    assert opening.moderators == (roe,)
    assert opening.speakers == (Person("John Doe"), ann, Person("Max Moe"))
    assert (rivers.id, rivers.date, rivers.start, rivers.end) == ("forum-s02", "2031-05-13", "14:00", "15:00")
    assert (floods.id, floods.parent, floods.section) == ("forum-s02.1", "forum-s02", ("Rivers", "Panel on floods"))
    assert floods.speakers == (ann, Person("Kim Foe", "Mayor", "Dale"), Person("Lou Zoe", "Clerk", "Dale (North)"))
    assert (workshop.id, workshop.kind, workshop.title) == ("forum-s02.2", "workshop", "Evening workshop")
    assert (walk.id, walk.date, walk.start, walk.end) == ("forum-s03", None, "16:00", "17:30")
    assert dict(people(found))[ann] == (Appearance("forum-s01", "speaker"), Appearance("forum-s02.1", "speaker"))


def test_without_labels_there_are_no_sessions() -> None:
    bare = Profile(title="Forum", headings=FORUM.headings)
    assert sessions(reader.read(REPORT, bare), bare) == ()
    assert sessions(reader.read("Date: 12 May 2031", FORUM), FORUM) == ()
