"""People in running text: by the patterns of the real report, tried on sentences that it does not hold."""

import pytest

from index.models import Person
from index.reports.labelled_fields import NO_TITLES
from index.reports.person_mentions import Mention, find_listed_speakers, find_mentions
from index.reports.profile import Profile, Prose
from index.reports.reader import read_document
from tests.index.corpora import summit


def found(text: str) -> list[tuple[str, Person]]:
    return [(mention.capacity, mention.person) for mention in find_mentions(text, summit().profile)]


def prose(*details: str | None) -> Person:
    name, role, org, honorific = (*details, None, None, None)[:4]
    return Person(str(name), role, org, honorific, from_prose=True)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("由環境部 Jane Roe 部長致詞。", [prose("Jane Roe", "部長", "環境部", "部長")]),
        (
            "由河流學院院長 Jane Roe 與 Ann Poe 女士對談",
            [prose("Jane Roe", "院長", "河流學院"), prose("Ann Poe", None, None, "女士")],
        ),
        (
            "最後由「河流基金會(River Trust)」總裁 Ann Poe-Moe 發表閉幕致詞",
            [prose("Ann Poe-Moe", "總裁", "河流基金會(River Trust)")],
        ),
        ("來自挪威的 Ann van der Poe，說明水位", [prose("Ann van der Poe", None, "挪威")]),
        ("我國王大明部長於本場次中進行專題演講", [prose("王大明", "部長", None, "部長")]),
        ("由公共政策與管理學院院長 J. K. O’Neill 致詞", [prose("J. K. O’Neill", "院長", "公共政策與管理學院")]),
        ("由 River Trust East 執行長 Lim, Hye-sook 演講", [prose("Lim, Hye-sook", "執行長", "River Trust East")]),
        ("由韓國科學技術情報通信部部長開場致詞", []),
        ("由 OGP 致詞，再由 World Bank 演講", []),
        ("由環境部部長致詞，我國與會者分享經驗", []),
        ("Jane Roe 未出席。", []),
        ("", []),
    ],
)
def test_find_mentions_speaking_verb_returns_speakers(text: str, people: list[Person]) -> None:
    assert found(text) == [("speaker", person) for person in people]


def test_find_mentions_chairing_verb_returns_moderator() -> None:
    assert found("本場次由河流學院院長 Jane Roe 主持，討論洪水。") == [("moderator", prose("Jane Roe", "院長", "河流學院"))]


def test_find_mentions_taking_office_returns_person_office_and_start() -> None:
    text = "自 2031 年起，挪威將擔任輪值主席、Dale 市 Ann Poe 擔任秘書長(Secretary)；其後，王國 Max Moe 接任主席。"
    assert find_mentions(text, summit().profile) == (
        Mention(prose("Ann Poe", "Dale 市"), "takes office", "秘書長", "2031 年"),
    )


def test_find_mentions_combining_accent_belongs_to_name() -> None:
    assert found("由 Ann Gavrilit\u0326a 致詞") == [("speaker", prose("Ann Gavrilit\u0326a"))]


@pytest.mark.parametrize("text", ["由" * 1000, "Ann " * 250 + "Poe", "由(（((「" + "A B" * 200, "由 A 與 B 與 C " * 60])
def test_find_mentions_repetitive_text_returns_nobody(text: str) -> None:
    assert found(text) == []


def test_find_mentions_profile_without_patterns_returns_nobody() -> None:
    assert find_mentions("由環境部 Jane Roe 部長致詞。", Profile(title="Forum")) == ()


def test_find_mentions_pattern_groups_set_role_and_organisation() -> None:
    rule = Prose.model_validate({"as": "moderator", "pattern": r"{name} \((?P<role>\w+), (?P<org>[^)]+)\) chairs"})
    profile = Profile(title="Forum", prose=(rule,))
    (mention,) = find_mentions("Ann Poe (Clerk, Dale Council) chairs.", profile)
    assert mention == Mention(prose("Ann Poe", "Clerk", "Dale Council"), "moderator")


MINUTES = Profile.model_validate({"title": "R", "headings": [{"pattern": "# (?P<title>.+)"}]})


def listed(*lines: str) -> list[tuple[int, Person]]:
    """The people whom a list of what was said names, with the numbers of their lines."""
    speakers = find_listed_speakers(read_document("\n\n".join(("# Panel", *lines)), MINUTES), NO_TITLES)
    return [(number, mention.person) for number, mention in speakers.items()]


@pytest.mark.parametrize(
    ("item", "person"),
    [
        ("Ann Poe, Mayor, City of Rill", prose("Ann Poe", "Mayor", "City of Rill")),
        ("Jane van der Roe (Head of Floods, River Trust)", prose("Jane van der Roe", "Head of Floods", "River Trust")),
        ("Case study - Ann Poe, Mayor", prose("Ann Poe", "Mayor")),
        ("王大明（河流局局長）", prose("王大明", "河流局局長")),
    ],
)
def test_find_listed_speakers_outermost_item_with_office_and_items_below(item: str, person: Person) -> None:
    assert listed(f"● {item}", "○ Floods are rising.", "○ Dams help.") == [(1, person)]


@pytest.mark.parametrize(
    "lines",
    [
        ("● Ann Poe, Mayor", "● Jane Roe, Head of Floods"),
        ("● Rivers", "○ Ann Poe, Mayor", "■ Floods are rising."),
        ("● Ann Poe", "○ Floods are rising."),
        ("● River Trust, Rill", "○ Floods are rising."),
        ("● Rising floods, low banks", "○ Floods are rising."),
    ],
)
def test_find_listed_speakers_other_items_are_none(lines: tuple[str, ...]) -> None:
    assert listed(*lines) == []
