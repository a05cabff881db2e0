"""What the pages of a report are made of: contents, summaries, statements, days and neighbours."""

from dataclasses import replace

from index.assembly import OpenGeneration
from index.models import Passage, Session
from index.reports.corpus import Corpus
from index.site.digest import Digest, read_digest
from index.site.passage_blocks import Block, group_blocks
from index.site.report_view import Heading, ReportView, agenda_days, contents, view_report

HEADINGS = {"#a": 1, "##b": 2, "#c": 1}


def blocks(*texts: str) -> tuple[Block, ...]:
    passages = [Passage(f"r:{n}", "r", text, (), (0, 0), 0, len(text)) for n, text in enumerate(texts)]
    return tuple(group_blocks(passages, HEADINGS, {}))


def view(corpus: Corpus, report: str = "harbour", digest: Digest | None = None) -> ReportView:
    source = next(each for each in corpus.sources if each.report == report)
    return view_report(corpus, source, digest or Digest(), "en")


def test_contents_every_passage_belongs_to_the_heading_above_it() -> None:
    assert contents(blocks("before", "# a\ntext", "more", "text\n## b\ntext", "last\n# c", "end")) == (
        Heading("a", 1, "p1", ("p1", "p2", "p3")),
        Heading("b", 2, "p3-5", ("p4",)),
        Heading("c", 1, "p4-5", ("p5",)),
    )


def test_contents_without_headings_is_empty() -> None:
    assert contents(blocks("text", "more")) == ()


def test_block_text_leaves_out_marks_and_the_heading_that_its_section_repeats() -> None:
    first, second, alone = blocks("# a\nx | y\n## b\ntext", "text\n# a", "# a")
    assert [replace(each, section=("a",)).text for each in (first, second, alone)] == ["x | y\nb\ntext", "text\na", "a"]
    assert replace(first, section=("other",)).text == "a\nx | y\nb\ntext"


def test_passages_neighbours_are_those_of_passages_and_sections(corpus: Corpus) -> None:
    found = [
        tuple(
            each and each.token[:4]
            for each in (passage.block, passage.before, passage.after, passage.previous_section, passage.next_section)
        )
        for passage in view(corpus).passages()
    ]
    assert found == [
        ("2a2e", None, "8518", None, "8518"),
        ("8518", "2a2e", "1a4c", "2a2e", "1a4c"),
        ("1a4c", "8518", "3d25", "8518", "a4dc"),
        ("3d25", "1a4c", "a4dc", "8518", "a4dc"),
        ("a4dc", "3d25", "d5da", "1a4c", "82d0"),
        ("d5da", "a4dc", "82d0", "1a4c", "82d0"),
        ("82d0", "d5da", None, "a4dc", None),
    ]


def test_agenda_days_sessions_are_ordered_by_day_and_undated_ones_come_last() -> None:
    plain = Session("s01", "a", None, "session", None, None, None, ("a",), (0, 0))
    sessions = [plain, *(replace(plain, id=f"s{n}", date=f"2030-01-0{day}") for n, day in ((2, 2), (3, 1), (4, 2)))]
    days = [(day.date, [entry.session.id for entry in day.entries]) for day in agenda_days(sessions, {("a",): "p1"}, {})]
    assert days == [("2030-01-01", ["s3"]), ("2030-01-02", ["s2", "s4"]), ("", ["s01"])]


def test_read_digest_has_summaries_and_statements_that_the_report_ascribes(
    corpus: Corpus, digest: Digest, opened: OpenGeneration
) -> None:
    assert read_digest(opened.artifacts.corpus, opened.vectors) == digest
    sentences = {key: [corpus.sentences[row].text for row in rows] for key, rows in digest.summaries.items()}
    assert sentences == {
        "harbour": [
            "The harbour board met twice in 2030.",
            "It spent 4.2 million euros on the new breakwater.",
            "The captain of the pilots said that gulls are welcome.",
            "Dredge the inner basin every May.",
        ],
        "tower": ["與會者同意三年內換上新的霧笛，並請學校派學生參觀。", "協會每年六月清點救生艇，冬天修補纜繩。"],
    }
    # Of the meeting, the report does not tell who said what.
    assert list(digest.statements) == [("harbour", "Dora Wick")]


def test_view_report_quotes_statements_with_address_of_their_place(corpus: Corpus, digest: Digest) -> None:
    dora = view(corpus, digest=digest).people[3]
    assert (dora.person.name, [quote.href for quote in dora.statements]) == (
        "Dora Wick",
        ["p/d5da900fb6.html?mark=0-49", "p/d5da900fb6.html?mark=50-89"],
    )
