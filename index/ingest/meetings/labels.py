"""Propose how a report of a meeting is read: its labels, its agenda, its forms of address and its place.

The words are those that minutes and agendas use in any country. Which of them a report uses, and how it prints them, is read
from its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from index.models import Document
from index.reports.labelled_fields import PERSON_LIMIT, is_person, without_number
from index.reports.profile import Agenda, Labels, Profile, Titles
from index.reports.reader import LEADING_BULLETS, without_bullets
from index.reports.table_rows import Heads, find_heads, head_prefix, plain_row
from index.reports.timetable import Heading, assign_slots, read_timetable
from index.text.times import find_times

# What a label ends with, by the field that it announces. Words before it, such as those of a committee, belong to the label.
DATE = r"(?:時間|时间|日期|日時|年月日|date(?:\s(?:and|&)\stime)?|time|when)"
MODERATOR = (
    r"(?:主席|主持人|主持|召集人|司会|司会者|議長|座長"
    r"|moderators?|(?:vice-?|co-?)?chair(?:s|man|woman|person|persons)?|facilitators?|hosts?)"
)
SPEAKER = (
    r"(?:與談人|与谈人|講者|讲者|講師|讲师|主講人|主讲人|主講|報告人|报告人|發表人|演講人|演講者|引言人|講演者|登壇者|発表者"
    r"|パネリスト|スピーカー|speakers?|presenters?|panel(?:l)?ists?|presented\sby|lecturers?|discussants?)"
)
OTHER = (
    r"(?:出席|列席|出席者|欠席者|請假|缺席|地點|地点|場所|会場|紀錄|記錄|记录|書記|議事録|決議|决议|結論|结论|決定|裁示|致詞|致辭|臨時動議|散會|備註|說明|说明|辦法|案由"
    r"|主旨|attendees|attendance|attending|participants|present|absent|apologies|venue|place|location|minutes(?:\staken)?\sby"
    r"|note-?taker|secretary|recorder|decisions?|actions?)"
)
SUFFIX = r"(?:人員|人员|單位|单位|人|者|名單|名单|團隊)?"
PLACE = re.compile(r"(?:地點|地点|場所|会場|venue|place|location)", re.IGNORECASE)
MANY_WORDS, ONE_WORD = r"(?:[\w&'’-]{1,20}\s){0,4}", r"(?:[\w&'’-]{1,20}\s)?"
FIELDS = {
    name: re.compile(rf"(?:[\u3400-\u9fff]{{0,6}}?|{before}){words}{SUFFIX}", re.IGNORECASE)
    for name, words, before in (
        ("date", DATE, ONE_WORD),
        ("moderator", MODERATOR, MANY_WORDS),
        ("speaker", SPEAKER, MANY_WORDS),
        ("other", OTHER, ONE_WORD),
    )
}
# A label, and labels after white space on the same line.
LABEL = re.compile(r"(?P<label>[^\W\d](?:[^\n:：|。，,;；!?！？()（）]{0,40}[^\W_])?)\s?[:：]\s{0,4}(?P<value>.*)")
NEXT_LABEL = re.compile(r"(?<=\s)(?P<label>[\u3400-\u9fff]{2,8}|[A-Z][a-z]{2,15})\s?[:：]")
AGENDA = re.compile(
    r"[\u3040-\u9fff]{0,8}(?:議程|议程|程序表|日程|日程表|時程表|次第|プログラム|タイムテーブル)"
    r"|(?:[\w&'’-]{1,20}\s){0,3}(?:agenda|programme|program|schedule|timetable)",
    re.IGNORECASE,
)
# A line of an agenda that begins with its times, in a row of a table or not.
HALF = r"(?:上午|下午|中午|晚上|午前|午後)?\s?"
CLOCK = r"\d{1,2}(?:\s?[:：時时點点]\s?(?:\d{1,2}\s?分?|半)?)?\s?(?:[aApP]\.?[mM]\.?)?"
TIMES, TITLE_AFTER = rf"{HALF}{CLOCK}\s?(?:[-–—~～〜至到]|to)\s?{HALF}{CLOCK}(?:\s\|)?\s{{0,3}}", r"(?P<title>[^\s|\d][^|]*)"
TIMED = re.compile(f"{TIMES}{TITLE_AFTER}")
# What stands beside names of officials in minutes, and before or after any name.
TITLE_WORDS = (
    *(
        "部長",
        "次長",
        "署長",
        "局長",
        "處長",
        "司長",
        "院長",
        "校長",
        "主任委員",
        "副主任委員",
        "主委",
        "委員",
        "召集人",
        "執行長",
    ),
    *(
        "秘書長",
        "理事長",
        "董事長",
        "總經理",
        "經理",
        "主任",
        "組長",
        "科長",
        "課長",
        "專員",
        "技正",
        "參事",
        "簡任",
        "處長",
    ),
    *(
        "教授",
        "副教授",
        "助理教授",
        "老師",
        "博士",
        "律師",
        "醫師",
        "建築師",
        "先生",
        "女士",
        "小姐",
        "顧問",
        "議員",
        "立委",
        "市長",
    ),
)
LATIN_TITLE_WORDS = re.compile(r"\b(?:(?:Dr|Mr|Mrs|Ms|Prof|Hon)\.|Sir\b)")
# The same for lists of attendees, of whom no label says that they are people.
TITLES = Titles(
    roles=tuple(word for word in dict.fromkeys(TITLE_WORDS) if word not in ("先生", "女士", "小姐", "博士")),
    honorifics=(
        *dict.fromkeys(TITLE_WORDS),
        *(f"{word}{dot}" for word in ("Dr", "Mr", "Mrs", "Ms", "Prof", "Hon") for dot in (".", "")),
        "Sir",
    ),
)
LABEL_LIMIT = 45  # characters
SPREAD = re.compile(r"(?<=[\u3400-\u9fff])\s{1,4}(?=[\u3400-\u9fff])")  # within a label of two ideographs, such as 主 席
MIN_SLOTS = 2  # lines with times below the heading of an agenda


@dataclass(frozen=True, slots=True)
class Meeting:
    """What is proposed for a report of a meeting. `place` and `date` are as printed."""

    labels: Labels = field(default_factory=Labels)
    titles: Titles = field(default_factory=Titles)
    place: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class LabelledLine:
    """A label as printed and the text after it; `field` is that of `Labels` which it announces."""

    label: str
    value: str
    field: str


def propose_meeting(paragraphs: Sequence[str]) -> Meeting:
    """Return the labels that a text uses, and what stands after them.

    :param paragraphs: Of the text; headings with their marks.
    """
    lines = [line for paragraph in outside_tables(paragraphs) for line in read_labels(paragraph)]
    found: dict[str, dict[str, None]] = {name: {} for name in FIELDS}
    for line in lines:
        found[line.field].setdefault(line.label)
    for heads in timed_heads(paragraphs):
        for head in heads:
            if (announced := label_field(head)) in ("moderator", "speaker"):
                found[str(announced)].setdefault(head)
    # Decisions and the like are labels of minutes only; other reports have paragraphs that begin in this way too.
    if not (found["date"] or found["moderator"] or found["speaker"]):
        return Meeting()
    labels = Labels(**{name: tuple(words) for name, words in found.items()})
    people = " ".join(line.value for line in lines if line.field in ("moderator", "speaker"))
    honorifics = tuple(word for word in dict.fromkeys(TITLE_WORDS) if word in people)
    honorifics += tuple(dict.fromkeys(LATIN_TITLE_WORDS.findall(people)))
    roles = tuple(word for word in honorifics if word in TITLES.roles)
    place = next((line.value for line in lines if PLACE.search(SPREAD.sub("", line.label)) and line.value), "")
    date = next((line.value for line in lines if line.field == "date" and line.value), "")
    return Meeting(labels, Titles(roles=roles, honorifics=honorifics), place, date)


def read_labels(paragraph: str) -> Iterator[LabelledLine]:
    """Yield the labels of a paragraph that begins with one, or of a heading that is one."""
    is_heading = paragraph.startswith("#")
    text = re.sub(r"\s+", " ", without_number(paragraph.lstrip("# \f"), Profile(title="-"))[1]).strip()
    match = LABEL.fullmatch(text)
    if match is None:
        announced = label_field(text.rstrip(":：")) if is_heading else None
        if announced in ("moderator", "speaker"):
            yield LabelledLine(text.rstrip(":："), "", announced)
        return
    labels = [(match["label"].strip(), match.end("label"), match.start("value"))]
    labels += [(after["label"], after.start(), after.end()) for after in NEXT_LABEL.finditer(text, match.start("value"))]
    ends = [start for _, start, _ in labels[1:]] + [len(text)]
    if label_field(labels[0][0]) is None:
        return
    for (label, _, start), end in zip(labels, ends, strict=True):
        announced, value = label_field(label), text[start:end].strip()
        if announced and announces(announced, value):
            yield LabelledLine(label, value, announced)


def announces(announced: str, value: str) -> bool:
    """Return whether a value is of the kind that its label announces: a date or time, or people and no sentence."""
    if announced == "date":
        return bool(re.search(r"\d|[一二三四五六七八九十][年月日時]", value)) and len(value) <= PERSON_LIMIT
    return announced == "other" or not value or is_person(value)


def label_field(label: str) -> str | None:
    """Return the field that a label announces, or None."""
    if len(label) > LABEL_LIMIT:
        return None
    label = SPREAD.sub("", label)
    return next((name for name, pattern in FIELDS.items() if pattern.fullmatch(label)), None)


def outside_tables(paragraphs: Sequence[str]) -> list[str]:
    """Return the paragraphs that are no rows of tables with heads."""
    return [paragraph for paragraph, heads in zip(paragraphs, find_heads(paragraphs), strict=True) if not heads]


def timed_heads(paragraphs: Sequence[str]) -> list[Heads]:
    """Return the heads of the tables with rows that begin with times, each once."""
    rows = zip(paragraphs, find_heads(paragraphs), strict=True)
    return list(dict.fromkeys(heads for line, heads in rows if heads and TIMED.match(plain_row(line, heads))))


def timed_line(paragraphs: Sequence[str]) -> str:
    """Return a pattern for the lines of a text's agenda that begin with times; a group named `title` is what follows.

    In a table both may have the heads of their columns before them, in a list a bullet.
    """
    timed = timed_heads(paragraphs)
    prefixes = dict.fromkeys(re.escape(head_prefix(head)).replace("\\ ", " ") for heads in timed for head in heads if head)
    heads = f"(?:{'|'.join(prefixes)})?" if prefixes else ""
    listed = (line for line in paragraphs if LEADING_BULLETS.match(line) and TIMED.match(without_bullets(line)))
    bullets = "".join(re.escape(bullet) for bullet in dict.fromkeys(line[0] for line in listed))
    return f"{f'(?:[{bullets}] )?' if bullets else ''}{heads}{TIMES}{heads}{TITLE_AFTER}"


def find_agenda_title(paragraphs: Iterable[str]) -> str | None:
    """Return the line above the first paragraphs with times, if it is the heading of an agenda."""
    title, slots = None, 0
    for paragraph in paragraphs:
        line = paragraph.lstrip("# \f").strip()
        if AGENDA.fullmatch(without_number(line, Profile(title="-"))[1].rstrip(":：")):
            title, slots = title or line, 0
        elif title and find_times(line):
            slots += 1
            if slots >= MIN_SLOTS:
                return title
        elif title and paragraph.startswith("#"):
            title = None
    return None


def fits_agenda(document: Document, profile: Profile, title: str) -> bool:
    """Return whether headings fit most lines of an agenda, so that it is the timetable of sections and not their heading.

    :param title: Heading of the agenda.
    """
    with_agenda = profile.model_copy(update={"agenda": Agenda(heading=title.strip(" :："))})
    slots = read_timetable(document, with_agenda)
    headings = [
        Heading(section, without_number(section.title, profile)[1], None)
        for section in document.sections
        if not any(title.strip(" :：") in each for each in section.path)
    ]
    return 2 * len(assign_slots(slots, headings)) >= len(slots) > 0
