"""Entries of lists, in every bracket style that reports print, and how a title becomes role and organisation."""

import pytest

from index.models import Person
from index.reports.labelled_fields import find_labels, read_people, read_person
from index.reports.profile import Labels, Titles

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


def test_read_people_entry_of_brackets_only_is_skipped() -> None:
    assert [person.name for person in read_people("); Jane Roe; ）", TITLES)] == ["Jane Roe"]


@pytest.mark.parametrize(("line", "fields"), [("CHAIR: Ann", [("moderator", "Ann")]), ("Chaır: Ann", [])])
def test_find_labels_other_case_matches_and_lookalike_letter_does_not(line: str, fields: list[tuple[str, str]]) -> None:
    assert list(find_labels(line, Labels(moderator=("Chair",)))) == fields
