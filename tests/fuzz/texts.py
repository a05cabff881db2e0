"""Hostile text: alphabets that break assumptions, fragments that act somewhere, and real lines of the reports, mutated."""

from pathlib import Path

from hypothesis import strategies as st

ALPHABETS = (
    "abcxyz ABC 0189",
    "開放政府高峰會的人是誰。？！，「」（）、 一二三十",
    "*_~`|<>[]()\\#-+:/@&!.=\"'",
    "\n\r\t\v\f\x85\u2028\u2029 \u00a0\u3000\u2003",
    "\0\x01\x07\x1b\x7f\x9b",
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u115f\u1160\u17b4\u180e\u3164\uffa0\U000e0100\ufe0f\U000e0001\U000e0061",
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
    "e\u0301\u0300\u0323\u0489\u20dd\u0334\u3099\u0e49\u0e38",
    "\ue000\ue001\ue002\ue010\uf8ff\U000f0000\ufffe\U0010ffff",
    "аеорсухіѕ ıſKİßﬁﬅＡＢ１：．／＠＃ͺ",
    "שלום مرحبا ١٢٣ ۴۵ नमस्ते ไทย",
    "👩\u200d🚀🏳\ufe0f\u200d🌈🇹🇼1\ufe0f\u20e3²³½Ⅷ",
    "\ud800\udbff\udc00\udfff",
)
FRAGMENTS = (
    *("@everyone", "@here", "<@1>", "<@!1>", "<@&1>", "<#1>", "</ask:1>", "<t:0:R>", "<:a:123456789012345678>", "<id:home>"),
    *("[text](http://evil.example)", "[a](<http://evil.example>)", "<http://evil.example>", "http://evil.example"),
    *("||spoiler||", "```py\n", "```", "`", "-# ", "# ", "## ", "### ", "- ", "* ", "+ ", "1. ", "2) ", "> ", ">>> "),
    *("**", "__", "~~", "\\", "\\\\", ":smile:", "****", "[", "](", ")"),
    *("\u202egnp.exe", "\U000e0041\U000e007f", "Z\u0351\u036b\u0343" * 9, "\u200b", "\u3164", "\0", "\ud800"),
    *("Date: 3 March 2030", "Date: 3 ſeptember 2030", "Chaır: A", "Speakers:", "Speakers: )", "Chair: ((", "日期：12月31日"),
    *("23:00-25:30", "20:00-24:00", "99:99-00:00", "9999-12-31", "0001-01-01", "٣:٠٠-٤:٠٠", "day 99", "第十天", "廿三日"),
    *("fıve people", "ſix", "十百千人", "9" * 400, "1,,,2", "his", "他", "and then", "那", "{name}", "%s", "{0}", "$(x)"),
    *("'; DROP TABLE x", "<script>alert(1)</script>", "&amp;", "=cmd()", "\\N{DASH}", "(" * 40, "「" * 40, "\n\n", "\f", ""),
)
LINES = tuple(
    line
    for report in sorted((Path(__file__).parents[2] / "corpus").glob("*/report.txt"))
    for line in report.read_text("utf-8").splitlines()
    if line.strip()
)


def pieces(size: int) -> st.SearchStrategy[str]:
    """A run of an alphabet, a fragment, any text, or a stretch of one repeated unit."""
    runs = st.sampled_from(ALPHABETS).flatmap(lambda alphabet: st.text(alphabet, max_size=size))
    units = st.builds(str.__mul__, st.sampled_from([*FRAGMENTS, *map("".join, ALPHABETS)]), st.integers(1, 4))
    return st.one_of(runs, st.sampled_from(FRAGMENTS), st.text(max_size=size), units)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A real line with some of it cut, doubled, turned round, in another case, or with something hostile put in."""
    line = draw(st.sampled_from(LINES))
    for _ in range(draw(st.integers(0, 4))):
        start, end = sorted((draw(st.integers(0, len(line))), draw(st.integers(0, len(line)))))
        middle = line[start:end]
        changes = ("", middle * 2, middle[::-1], middle.swapcase(), draw(pieces(6)), middle + draw(pieces(6)))
        line = line[:start] + draw(st.sampled_from(changes)) + line[end:]
    return line


def hostile(most: int = 6, characters: int = 2000) -> st.SearchStrategy[str]:
    """At most so many pieces after one another, no more than so many characters."""
    made = st.lists(st.one_of(pieces(12), mutated()), max_size=most).map("".join)
    return made.map(lambda text: text[:characters])


def questions(characters: int = 1000) -> st.SearchStrategy[str]:
    """What a member may type: hostile text, some of it in the words of a question, some of it as long as may be."""
    openings = st.sampled_from(["", "Who is ", "his ", "那", "When was ", "誰是", "and ", "How many sessions on ", "在"])
    asked = st.builds(lambda opening, text: (opening + text)[:characters], openings, hostile(4, characters))
    long = st.builds(lambda opening, unit: (opening + unit * characters)[:characters], openings, st.sampled_from(FRAGMENTS))
    return st.one_of(asked, asked, asked, long)


def unicode_only(text: str) -> str:
    """Text as a file of UTF-8 can hold it: without lone surrogates."""
    return text.encode("utf-8", "ignore").decode("utf-8")
