"""Entries of lists, in every bracket style that reports print, and how a title becomes role and organisation."""

import pytest

from index.models import Person
from index.reports.labelled_fields import (
    find_labels,
    is_person,
    join_dates,
    read_fields,
    read_people,
    read_person,
    without_number,
)
from index.reports.profile import Heading, Labels, Profile, Titles
from index.reports.reader import read_document

TITLES = Titles(roles=("部長", "院長", "共同主席", "主席", "Minister"), honorifics=("部長", "女士", "Ms.", "Prof"))
ROE = Person("Jane Roe", "Head", "River Trust")


@pytest.mark.parametrize(
    "printed",
    [
        "Jane Roe(Head, River Trust)",
        "Jane Roe（Head,River Trust）",
        "Jane Roe (Head， River Trust）",
        "Jane Roe（Head, River Trust",
        "Jane Roe((Head, River Trust)",
        "Jane Roe（（Head, River Trust））",
        "Jane Roe (Head, River Trust))",
        "Jane Roe (Head at River Trust)",
    ],
)
def test_read_person_bracket_variants_return_same_person(printed: str) -> None:
    assert read_person(printed) == ROE


@pytest.mark.parametrize(
    ("printed", "person"),
    [
        ("Jane Roe", Person("Jane Roe")),
        ("Jane Roe)", Person("Jane Roe")),
        ("Jane Roe ()", Person("Jane Roe")),
        ("Lim, Hyesook(Minister, Ministry of Ships, Dale)", Person("Lim, Hyesook", "Minister", "Ministry of Ships, Dale")),
        ("Jane Roe (Head (acting), River Trust)", Person("Jane Roe", "Head (acting)", "River Trust")),
        ("Jane Roe (Head, Trust (North)", Person("Jane Roe", "Head", "Trust (North)")),
        ("陳大文（行政院環境部部長）", Person("陳大文", "部長", "行政院環境部")),
        ("陳大文部長（環境部）", Person("陳大文", "部長", "環境部", "部長")),
        ("陳大文（部長）", Person("陳大文", "部長")),
        ("陳大文（顧問）", Person("陳大文", "顧問")),
        ("陳大文 女士", Person("陳大文", honorific="女士")),
        ("Ms. Jane Roe(Head, River Trust)", Person("Jane Roe", "Head", "River Trust", "Ms.")),
        ("Prof Jane Roe", Person("Jane Roe", honorific="Prof")),
        ("Profit Roe", Person("Profit Roe")),
        ("Jane Roe(Prime Minister)", Person("Jane Roe", "Prime Minister")),
        ("「河流基金會(River Trust)」共同主席 Jane Roe", Person("Jane Roe", "共同主席", "河流基金會(River Trust)")),
        ("陳大文（部長 Dale）", Person("陳大文", "部長 Dale")),
        ("河流學院院長 Jane Roe", Person("Jane Roe", "院長", "河流學院")),
        ("環境部部長 Jane Roe", Person("Jane Roe", "部長", "環境部", "部長")),
        ("Jane Roe, Head, River Trust", Person("Jane Roe", "Head", "River Trust")),
        ("Jane van der Roe, Ph.D., Head, River Trust", Person("Jane van der Roe", "Head", "River Trust")),
        ("Jane Roe, M.D., Jr.", Person("Jane Roe")),
        ("Jane Roe, University of Dale, School of Oil", Person("Jane Roe", "University of Dale", "School of Oil")),
        ("Jane Roe, Head, River Trust (Overall Moderator)", Person("Jane Roe", "Head", "River Trust")),
    ],
)
def test_read_person_list_entry_returns_name_role_organisation_honorific(printed: str, person: Person) -> None:
    assert read_person(printed, TITLES) == person


def test_read_people_line_of_several_people_returns_each_person() -> None:
    printed = "• Jane Roe (Head, River Trust), Ms. Ann Poe；李浪（船長、領港公會）、王風"
    assert read_people(printed, TITLES) == (
        ROE,
        Person("Ann Poe", honorific="Ms."),
        Person("李浪", "船長、領港公會"),
        Person("王風"),
    )


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("Jane Roe, John Doe, Ann van Poe", ["Jane Roe", "John Doe", "Ann van Poe"]),
        ("Jane Roe, Harbour Board", ["Jane Roe"]),
        ("陳大文 李浪 王風", ["陳大文", "李浪", "王風"]),
        ("環境部 陳大文", ["環境部 陳大文"]),
    ],
)
def test_read_people_names_alone_are_split_at_commas_and_spaces(printed: str, names: list[str]) -> None:
    assert [person.name for person in read_people(printed, TITLES)] == names


@pytest.mark.parametrize(
    ("first", "value", "date"),
    [
        (None, "5 May 2031", "5 May 2031"),
        ("5 May 2031", "9:00-10:00", "5 May 2031 9:00-10:00"),
        ("9:00-10:00", "5 May 2031", "9:00-10:00 5 May 2031"),
        ("5 May 2031", "6 May 2031 9:00-10:00", "5 May 2031"),
        ("5 May 2031 9:00-10:00", "11:00-12:00", "5 May 2031 9:00-10:00"),
    ],
)
def test_join_dates_date_and_times_on_two_lines_are_joined(first: str | None, value: str, date: str) -> None:
    assert join_dates(first, value) == date


def test_read_people_entry_of_brackets_only_is_skipped() -> None:
    assert [person.name for person in read_people("); Jane Roe; ）", TITLES)] == ["Jane Roe"]


@pytest.mark.parametrize(("line", "fields"), [("CHAIR: Ann", [("moderator", "Ann")]), ("Chaır: Ann", [])])
def test_find_labels_other_case_matches_and_lookalike_letter_does_not(line: str, fields: list[tuple[str, str]]) -> None:
    assert list(find_labels(line, Labels(moderator=("Chair",)))) == fields


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jane Roe", True),
        ("Jane Roe, Head.", False),
        ("◦ Jane Roe, Head.", True),
        ("● Dr. Jane Roe (River Trust, Inc.).", True),
        ("• Jane Roe.", True),
        ("• The lake is deep.", False),
        ("• Jane Roe spoke of the lake.", False),
        ("• 湖很深。", False),
        ("• How deep is it?", False),
        ("• Outcome:", False),
    ],
)
def test_is_person_bullet_allows_a_full_stop_after_a_name(text: str, expected: bool) -> None:
    assert is_person(text) == expected


@pytest.mark.parametrize(
    ("text", "level", "rest"),
    [
        ("• 主席：王風", 0, "主席：王風"),
        ("◦ 2. Speakers:", 0, "Speakers:"),
        ("▪ ☐ （一）時間", 0, "時間"),
        ("## Oil", 1, "Oil"),
        ("-5 degrees", 0, "-5 degrees"),
        ("•", 0, "•"),
    ],
)
def test_without_number_bullets_are_left_out(text: str, level: int, rest: str) -> None:
    assert without_number(text, Profile(title="-", headings=(Heading(pattern="## "),))) == (level, rest)


def test_read_fields_labels_and_people_with_bullets_are_read() -> None:
    lines = (
        "## Lakes",
        "• Moderator: Jane Roe",
        "• Speakers:",
        "◦ Ann Poe, Head",
        "◦ 李浪 ◦ 王風",
        "• What is a lake?",
        "◦ Cy Low",
    )
    profile = Profile(
        title="-", headings=(Heading(pattern="## "),), labels=Labels(moderator=("Moderator",), speaker=("Speakers",))
    )
    (fields,) = read_fields(read_document("\n\n".join(lines), profile), profile).values()
    assert [person.name for person in fields.moderators] == ["Jane Roe"]
    assert [person.name for person in fields.speakers] == ["Ann Poe", "李浪", "王風"]
