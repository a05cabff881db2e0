"""Sessions and people, exactly: of the real report as it was read by hand, and of a small English one."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from index.cli.output import session_json
from index.models import Appearance, Office, Person, Session
from index.reports import reader
from index.reports.profile import Heading, Profile
from index.reports.sessions import collect_people, find_sessions, sole_speaker
from tests.index import forum
from tests.index.corpora import squeeze, summit

TRUTH = json.loads((Path(__file__).parents[1] / "ground_truth" / "ogp-2021.json").read_text("utf-8"))["sessions"]
IDS = [session["id"] for session in TRUTH]


@pytest.fixture(scope="module")
def found() -> tuple[Session, ...]:
    return find_sessions(summit().document, summit().profile)


def test_find_sessions_summit_report_returns_expected_ids(found: tuple[Session, ...]) -> None:
    assert [session.id for session in found] == IDS
    assert len(IDS) == 18


@pytest.mark.parametrize("expected", TRUTH, ids=IDS)
def test_find_sessions_summit_session_equals_ground_truth(found: tuple[Session, ...], expected: dict[str, object]) -> None:
    assert session_json(found[IDS.index(str(expected["id"]))]) == expected


def test_ground_truth_person_texts_occur_verbatim_in_report() -> None:
    printed = squeeze(summit().raw)
    everyone = [person for session in TRUTH for key in ("moderators", "speakers", "offices") for person in session[key]]
    texts = [text for person in everyone for text in person.values() if isinstance(text, str)]
    assert [text for text in texts if squeeze(text) not in printed] == []
    assert len({person["name"] for person in everyone}) == 52


def test_find_sessions_summit_report_gives_no_warnings() -> None:
    warnings: list[str] = []
    find_sessions(summit().document, summit().profile, warn=lambda _, problem: warnings.append(problem))
    assert warnings == []


def test_collect_people_summit_report_returns_appearances_in_order(found: tuple[Session, ...]) -> None:
    entries = {person.name: (person, appearances) for person, appearances in collect_people(found)}
    assert len(entries) == 52
    assert list(entries)[:3] == ["Lila Abed", "Jong-Il You", "Sanjay Pradhan"]
    assert entries["Lysa John"] == (
        Person("Lysa John", "Secretary General", "CIVICUS"),
        (Appearance("s03.2", "moderator"), Appearance("s03.3", "moderator")),
    )
    assert entries["Pia Andrews"] == (
        Person("Pia Andrews", None, "紐西蘭開放政府社群", None, True),
        (Appearance("s05.2", "speaker"),),
    )


def test_collect_people_list_entry_takes_precedence_over_prose(found: tuple[Session, ...]) -> None:
    entries = {person.name: (person, appearances) for person, appearances in collect_people(found)}
    assert entries["Aidan Eyakuze"] == (
        Person("Aidan Eyakuze", "Executive Director", "Twaweza East Africa"),
        (Appearance("s03.1", "moderator"), Appearance("s06", "takes office")),
    )
    # The session's prose names him, and the part that he speaks in lists him: he appeared once.
    assert entries["Mark Malloch-Brown"] == (
        Person("Mark Malloch-Brown", "President", "Open Societies Foundation"),
        (Appearance("s03.4", "speaker"),),
    )


def test_sole_speaker_only_single_listed_speaker_is_returned(found: tuple[Session, ...]) -> None:
    by_id = {session.id: session for session in found}
    assert sole_speaker(found, (*by_id["s04.1"].section, "(2)致詞摘要")) == "Jeon Hyun-Heui"
    assert sole_speaker(found, by_id["s04"].section) is None
    assert sole_speaker(found, by_id["s05.2"].section) is None
    assert sole_speaker(found, ("參、心得與建議",)) is None


ANN, LOU = Person("Ann Poe", "Fellow", "Lake School"), Person("Lou Zoe", "Clerk", "Dale (North)")
KIM = Person("Kim Foe", "Mayor", "Dale")
DAY1, DAY2, DAY3 = "2031-05-12", "2031-05-13", "2031-05-14"
FORUM = (
    Session(
        id="s01",
        title="Opening of the forum",
        parent=None,
        kind="session",
        date=DAY1,
        start="09:00",
        end="10:30",
        section=("Opening of the forum",),
        pages=(1, 1),
        moderators=(Person("Jane Roe", "Head (acting)", "River Trust"),),
        speakers=(
            Person("John Doe"),
            ANN,
            Person("Max Moe"),
            Person("Eve Low", "Keeper", "the Weir", "Dr.", from_prose=True),
            Person("Kim Foe", "Mayor", None, "Mayor", from_prose=True),
        ),
        agenda_title="Opening the forum",
    ),
    Session(
        id="s02",
        title="Rivers",
        parent=None,
        kind="session",
        date=DAY2,
        start="14:00",
        end="15:00",
        section=("Rivers",),
        pages=(1, 1),
        moderators=(Person("Ida Fen", honorific="Ms.", from_prose=True),),
        speakers=(
            Person("Lou Zoe", from_prose=True),
            Person("Al Bay", honorific="Prof", from_prose=True),
            Person("Eve Low", from_prose=True),
        ),
        offices=(
            Office(Person("Ann Poe", from_prose=True), "chair of the forum", "June 2031"),
            Office(Person("Max Moe", from_prose=True), "clerk"),
        ),
    ),
    Session(
        "s02.1",
        "Panel on floods",
        "s02",
        "session",
        DAY2,
        None,
        None,
        ("Rivers", "Panel on floods"),
        (1, 1),
        (),
        (ANN, KIM, LOU),
    ),
    Session("s02.2", "Evening workshop", "s02", "workshop", DAY2, None, None, ("Rivers", "Evening workshop"), (1, 1)),
    Session("s03", "A walk", None, "session", None, "16:00", "17:30", ("A walk",), (1, 1)),
    Session("s04", "Farewell", None, "session", DAY3, "20:00", "21:00", ("Farewell",), (1, 1)),
)


def test_find_sessions_english_report_returns_expected_sessions() -> None:
    assert find_sessions(forum.document(), forum.PROFILE) == FORUM


def test_find_sessions_prefix_is_added_to_ids_and_parents() -> None:
    found = find_sessions(forum.document(), forum.PROFILE, prefix="forum:")
    assert [(s.id, s.parent) for s in found[:3]] == [("forum:s01", None), ("forum:s02", None), ("forum:s02.1", "forum:s02")]


def test_find_sessions_unclear_parts_give_warnings_with_line() -> None:
    document = forum.document()
    warnings: list[tuple[int, str]] = []
    find_sessions(
        document, forum.PROFILE, warn=lambda at, problem: warnings.append((document.line(at, forum.TEXT), problem))
    )
    assert warnings == [
        (12, "no heading fits “Opening of the forum” of the agenda, so its times are left out"),
        (14, "no heading fits “Evening on the boat” of the agenda, so its times are left out"),
        (56, "the session “A walk” has no date that can be read"),
    ]


def test_collect_people_repeated_person_merges_best_entry_and_honorific() -> None:
    entries = {person.name: (person, appearances) for person, appearances in collect_people(FORUM)}
    assert entries["Kim Foe"] == (
        replace(KIM, honorific="Mayor"),
        (Appearance("s01", "speaker"), Appearance("s02.1", "speaker")),
    )
    assert entries["Lou Zoe"] == (LOU, (Appearance("s02.1", "speaker"),))
    assert entries["Ann Poe"][1] == (
        Appearance("s01", "speaker"),
        Appearance("s02", "takes office"),
        Appearance("s02.1", "speaker"),
    )


def test_collect_people_name_variants_in_ten_sessions_return_one_person() -> None:
    ten = [
        replace(FORUM[5], id=f"s{n:02}", title="Farewell", speakers=(Person(name),))
        for n, name in enumerate(["Zoé Lim, Ann", "ZOE LIM ANN"] * 5)
    ]
    assert collect_people(ten) == ((Person("Zoé Lim, Ann"), tuple(Appearance(f"s{n:02}", "speaker") for n in range(10))),)


def test_find_sessions_equal_titles_take_separate_agenda_lines() -> None:
    text = re.sub(
        r"(?s)# Opening.*", "# Rivers\n\nDate: 13 May 2031\n\n# Rivers\n\nDate: 13 May 2031, 18:00-19:00\n", forum.TEXT
    ).replace("16:00-17:00 Opening of the forum", "17:00-18:00 Rivers")
    found = find_sessions(reader.read_document(text, forum.PROFILE), forum.PROFILE)
    assert [(s.id, s.title, s.start, s.end) for s in found] == [
        ("s01", "Rivers", "14:00", "15:00"),
        ("s02", "Rivers", "18:00", "19:00"),
    ]


def test_find_sessions_without_labels_and_agenda_returns_nothing() -> None:
    bare = Profile(title="Forum", headings=(Heading(pattern=r"# (?P<title>.+)"),))
    assert find_sessions(forum.document(), bare) == ()


TIMED = Profile.model_validate(
    {
        "title": "T",
        "headings": [{"pattern": "# (?P<title>.*)"}, {"pattern": r"\d+:\d\d.{1,20}?\d+:\d\d\S* (?P<title>.*)"}],
        "labels": {"date": ["Date"], "moderator": ["Chair"], "speaker": ["Speakers"], "other": ["Venue"]},
    }
)


def test_find_sessions_headings_with_times_are_sessions_of_their_meeting() -> None:
    text = "# Day\n\nDate: 5 May 2031\n\nVenue: Dale\n\n1:00 PM – 1:30 Oil\n\nChair: Ann Poe\n\n1:30 – 2:00 Salt"
    sessions = find_sessions(reader.read_document(text, TIMED), TIMED)
    assert [(each.id, each.title, each.date, each.start, each.end) for each in sessions] == [
        ("s01", "Day", "2031-05-05", None, None),
        ("s01.1", "Oil", "2031-05-05", "13:00", "13:30"),
        ("s01.2", "Salt", "2031-05-05", "13:30", "14:00"),
    ]
    assert [person.name for person in sessions[1].moderators] == ["Ann Poe"]


def test_find_sessions_section_that_lists_people_without_date_is_a_session() -> None:
    text = "# Day\n\n# Board\n\n1. Chair: Ann Poe\n\nSpeakers:\n\nJane Roe, Head, River Trust\n\nJohn Doe\n\n# End"
    (session,) = find_sessions(reader.read_document(text, TIMED), TIMED)
    assert (session.title, session.date) == ("Board", None)
    assert [person.name for person in (*session.moderators, *session.speakers)] == ["Ann Poe", "Jane Roe", "John Doe"]
