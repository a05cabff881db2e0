"""People in tables and lists of attendees."""

import pytest

from index.ingest.meetings.attendees import find_attendees
from index.ingest.meetings.labels import TITLES
from index.models import Person


@pytest.mark.parametrize(
    ("paragraphs", "people"),
    [
        (
            ["姓名 | 職稱 | 單位", "姓名：陳大海 博士 | 職稱：技正 | 單位：航港局", "姓名：林小海 | 職稱：無 | 單位：港口"],
            [Person("陳大海", "技正", "航港局", "博士"), Person("林小海", None, "港口")],
        ),
        (
            [
                "First and Last Name | Organization",
                "First and Last Name: Dr. Ann Poe, Ph.D. | Organization: Board of Light",
                "First and Last Name: Ben Roe PhD | Organization: N/A",
                "First and Last Name: Ann Poe | Organization: Board of Light",
                "First and Last Name: Guest | Organization: Sea",
            ],
            [Person("Ann Poe", None, "Board of Light", "Dr."), Person("Ben Roe", None, None)],
        ),
        (
            ["## 出席人員", "王局長大港、航港局 李小港 技正", "林小海（秘書，引水人公會）", "會議開始。", "張大山"],
            [
                Person("王大港", "局長", None),
                Person("李小港", "技正", "航港局", "技正"),
                Person("林小海", "秘書", "引水人公會"),
            ],
        ),
        (["出席：如簽到表"], []),
        (
            [
                "• Attendees:",
                "◦ Ann Poe, Director, Light Board",
                "◦ Ben Roe, J.D.",
                "◦ The board thanked all of them.",
                "◦ Cy Low",
            ],
            [Person("Ann Poe", "Director", "Light Board"), Person("Ben Roe", None, None)],
        ),
        (
            ["Attendees: Ann Poe, Director, Light Board; Ben Roe, J.D.", "Cy Low"],
            [Person("Ann Poe", "Director", "Light Board"), Person("Ben Roe", None, None)],
        ),
        (["Topic | Speaker", "Topic: Light | Speaker: Ann Poe"], []),
    ],
)
def test_find_attendees_lists_give_people(paragraphs: list[str], people: list[Person]) -> None:
    assert list(find_attendees(paragraphs, TITLES)) == people
