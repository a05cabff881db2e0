"""A small summit to look up: two days, a session with parts and many people, two sessions of one title, odd names."""

from index.lookup.directory import Directory
from index.models import Office, Person, Session

DAY_ONE, DAY_TWO = "2024-05-01", "2024-05-02"
HOSTILE = Person("**Robert'); DROP TABLE<@1>", "`Admin`", "_Org_")
ANN, BOB = Person("Ann Poe", "Director", "OECD, France", "Ms."), Person("唐小鳳", "部長", "數位部", from_prose=True)
CROWD = tuple(Person(f"Guest{n:02} Surname{n:02}", "Researcher", f"Institute of Things {n:02}") for n in range(1, 81))
FORUM = ("二、論壇",)

OPENING = Session(
    "s01", "開幕式", None, "opening", DAY_ONE, "09:00", "10:30", ("一、開幕式",), (1, 2), (ANN,), (BOB,), "開幕典禮"
)
FORUM_SESSION = Session("s02", "開放資料論壇", None, "plenary", DAY_ONE, "23:00", "01:00", FORUM, (2, 5))
PANEL = Session("s02.1", "專題討論", "s02", "panel", DAY_ONE, None, None, (*FORUM, "1.專題討論"), (3, 4), (ANN,), CROWD)
REMARKS = Session("s02.2", "致詞", "s02", "remarks", DAY_ONE, None, None, (*FORUM, "2.致詞"), (5, 5), (), (HOSTILE,))
CLOSING = Session(
    "s03", "閉幕", None, "closing", DAY_TWO, None, None, ("三、閉幕",), (6, 6), offices=(Office(ANN, "主席", "2025 年"),)
)
AFTERWARDS = Session("s04", "閉幕", None, "workshop", None, None, None, ("四、閉幕",), (7, 7))

SESSIONS = (OPENING, FORUM_SESSION, PANEL, REMARKS, CLOSING, AFTERWARDS)
DIRECTORY = Directory(SESSIONS)
SECTIONS = tuple(session.section for session in SESSIONS)
