"""Questions for a summary are told from all others, and answered by sentences of the right part of the report."""

import pytest

from index.config import Settings
from index.engine import Engine
from index.models import Scope
from index.structured_qa.summary_request import (
    asking_phrases,
    is_heading_of,
    load_summaries,
    recommends,
    speaker_of_line,
)
from tests.index import summit
from tests.index.encoders import LetterEncoder
from tests.index.tiny import build


@pytest.mark.parametrize(
    ("question", "kind", "person", "sessions"),
    [
        ("What are the main takeaways?", "overview", "", []),
        ("tl;dr", "overview", "", []),
        ("summarize this report please", "overview", "", []),
        ("這份報告在講什麼？", "overview", "", []),
        ("这份报告的重点是什么", "overview", "", []),
        ("このレポートを要約して", "overview", "", []),
        ("What does the report recommend?", "advice", "", []),
        ("報告建議政府做什麼", "advice", "", []),
        ("どんな提言がありますか", "advice", "", []),
        ("心得有哪些", "findings", "", []),
        ("What are the conclusions?", "findings", "", []),
        ("What did Dora Wick say?", "speech", "Dora Wick", []),
        ("王風講了什麼", "speech", "王風", []),
        ("summarize the autumn lecture", "session", "", ["harbour:s02"]),
        ("What was said in the Spring meeting?", "session", "", ["harbour:s01"]),
        ("守塔人座談的重點", "session", "", ["tower:s01"]),
        ("Autumn lecture", "session", "", ["harbour:s02"]),
        ("守塔人座談", "session", "", ["tower:s01"]),
        ("峰會是哪幾天", "dates", "", []),
        ("When was the summit held?", "dates", "", []),
        ("サミットはいつ開催されましたか", "dates", "", []),
        ("這份報告幾頁", "meta", "", []),
        ("報告誰寫的？", "meta", "", []),
        ("Who published this report?", "meta", "", []),
        ("このレポートは何ページですか", "meta", "", []),
    ],
)
def test_summary_request_is_read(engine: Engine, question: str, kind: str, person: str, sessions: list[str]) -> None:
    request = engine.guide.summary_request(question)
    assert request
    assert (request.kind, request.person, [session.id for session in request.sessions]) == (kind, person, sessions)


@pytest.mark.parametrize(
    "question",
    [
        "How much oil does the lighthouse burn?",
        "What does the report say about oil?",
        "Who spoke in the Spring meeting?",
        "王風提醒了什麼霧",
        "What did the captain of the gulls recommend?",
        "What did they say?",
        "建議的清點時間",
        "When was the lamp lit?",
        "幾頁",
        "報告什麼時候提到油",
        "",
    ],
)
def test_summary_request_other_question_is_none(engine: Engine, question: str) -> None:
    assert engine.guide.summary_request(question) is None


def test_summary_request_within_session_is_about_it(engine: Engine) -> None:
    request = engine.guide.summary_request("重點是什麼", Scope(session="tower:s01"))
    assert request
    assert (request.kind, [session.id for session in request.sessions]) == ("session", ["tower:s01"])


@pytest.mark.parametrize(
    ("heading", "kind", "is_one"),
    [
        ("二、建議", "advice", True),
        ("5. Recommendations and next steps", "advice", True),
        ("参、心得与建议", "findings", True),
        ("CONCLUSIONS", "findings", True),
        ("Executive Summary", "summary", True),
        ("Summaries of sessions", "summary", False),
        ("Meetings", "advice", False),
        ("結論與建議", "advice", True),
        ("政策建議事項", "advice", True),
        ("(一) 建議書一般規範", "advice", False),
        ("發現問題的通報流程", "findings", False),
        ("おわりに", "findings", True),
    ],
)
def test_is_heading_of_finds_words_of_kind(heading: str, kind: str, is_one: bool) -> None:
    assert is_heading_of(kind, heading) is is_one


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Ann Poe", "Ann Poe"),
        ("Ann Poe (Mayor of Portside)", "Ann Poe"),
        ("Dr. Ann Poe, Mayor of Portside", "Ann Poe"),
        ("Ann van der Poe: the lamps are dim.", "Ann van der Poe"),
        ("王小明（港務局長）", "王小明"),
        ("陳大文、李浪", "陳大文"),
        ("林海委員：燈太暗了。", "林海"),
        ("山田太郎氏：", "山田太郎"),
        ("高橋花子さん（市長）", "高橋花子"),
        ("金子（市長）", "金子"),
        ("Ann Poe said that the lamps are dim.", None),
        ("Ann: the lamps are dim.", None),
        ("The Board: lamps", None),
        ("The lamps are dim.", None),
        ("王小明說燈太暗了。", None),
        ("方案一：改善", None),
        ("金額：三元", None),
        ("ランプが暗い。", None),
        ("決議：更換燈具", None),
        ("", None),
    ],
)
def test_speaker_of_line_is_the_name_before_more_about_somebody(text: str, speaker: str | None) -> None:
    assert speaker_of_line(text) == speaker


@pytest.mark.parametrize(
    ("sentence", "is_one"),
    [
        ("建議政府公開資料。", True),
        ("建议政府公开数据。", True),
        ("港務局應建立名冊。", True),
        ("港务局应建立名册。", True),
        ("The board should paint the cranes.", True),
        ("We CALL ON the board to act.", True),
        ("It is recommended to act.", True),
        ("燈を増やすべきである。", True),
        ("灯台を直す必要がある。", True),
        ("政府公開了資料。", False),
        ("政府公开了数据。", False),
        ("The board painted the cranes.", False),
        ("Shoulders and mustard were discussed.", False),
        ("灯台を直した。", False),
        ("", False),
    ],
)
def test_recommends_tells_by_words_in_four_languages(sentence: str, *, is_one: bool) -> None:
    assert recommends(sentence) is is_one


def test_asking_phrases_cover_every_listed_phrase() -> None:
    listed = {tag for tags in asking_phrases().values() for tag in (span.tag for span in tags)}
    assert listed == set(load_summaries()["asks"])


def test_ask_overview_quotes_summary_then_what_follows(engine: Engine) -> None:
    answer = engine.ask("What are the main takeaways?", scope=Scope(reports=("harbour",)))
    assert (answer.verdict, answer.road) == ("answered", "structure: overview")
    assert answer.found == "The report in short:"
    assert [(each.n, each.quote) for each in answer.citations] == [
        (1, "The harbour board met twice in 2030. It spent 4.2 million euros on the new breakwater."),
        (2, "The captain of the pilots said that gulls are welcome."),
        (3, "Dredge the inner basin every May."),
    ]


def test_ask_overview_of_several_reports_quotes_each(engine: Engine) -> None:
    answer = engine.ask("報告的重點")
    assert answer.found == "這份報告的重點："
    assert [(each.report, each.quote) for each in answer.citations] == [
        ("harbour", "The harbour board met twice in 2030. It spent 4.2 million euros on the new breakwater."),
        ("tower", "與會者同意三年內換上新的霧笛，並請學校派學生參觀。"),
        ("tower", "協會每年六月清點救生艇，冬天修補纜繩。"),
    ]


def test_ask_overview_within_section_quotes_it(engine: Engine) -> None:
    answer = engine.ask("summarize", scope=Scope(section=("Meetings", "Autumn lecture")))
    assert {each.section for each in answer.citations} == {("Meetings", "Autumn lecture")}


def test_ask_speech_quotes_part_that_somebody_holds_alone(engine: Engine) -> None:
    answer = engine.ask("What did Dora Wick say?")
    assert (answer.road, answer.found) == ("structure: speech", "What Dora Wick said:")
    assert [each.quote for each in answer.citations] == [
        "The lighthouse burns 40 litres of oil each night. She asked for an electric lamp by 2032."
    ]


def test_ask_speech_in_session_of_several_says_so(engine: Engine) -> None:
    answer = engine.ask("What did Ben Sand say?")
    assert answer.found == "The report doesn't say what Ben Sand said themselves. The main points of the session:"
    assert {each.section for each in answer.citations} == {("Meetings", "Spring meeting")}


def test_ask_speech_after_lead_in_leaves_out_what_announces_it() -> None:
    answer = summit.engine().ask("唐鳳講了什麼")
    assert answer.found == "唐鳳的發言重點："
    assert len(answer.citations) == 4
    assert {each.section[-1] for each in answer.citations} == {"(五)綜合本場次各講者致詞及與談內容，會議重點如下"}


def test_ask_advice_quotes_first_sentence_below_each_heading() -> None:
    answer = summit.engine().ask("報告建議政府做什麼")
    assert answer.found == "報告提出的建議："
    assert [each.section[1:] for each in answer.citations] == [
        ("二、建議", heading)
        for heading in (
            "(一)深化行動方案過程之公私協力",
            "(二)以開放政府途徑強化我國反貪腐相關承諾事項",
            "(三)確保數位參與之多元涵容",
            "(四)介接國際標準並參與國際社會",
        )
    ]


def test_ask_session_quotes_its_parts_rather_than_its_programme() -> None:
    answer = summit.engine().ask("反貪腐那場講了什麼")
    assert answer.found == "「全體大會：反貪腐的多元途徑」的重點："
    assert len({each.section[2] for each in answer.citations}) == 3


def test_ask_dates_gives_first_and_last_day_of_event() -> None:
    answer = summit.engine().ask("峰會是哪幾天")
    assert (answer.lead, answer.road) == ("12月15日至12月17日", "structure: dates")
    (citation,) = answer.citations
    assert [citation.quote[slice(*span)] for span in citation.spans] == [answer.lead]


def test_ask_dates_without_first_and_last_day_gives_first_full_date(engine: Engine) -> None:
    answer = engine.ask("When was the event?")
    assert (answer.road, answer.lead) == ("structure: dates", "3 March 2030")


def test_ask_meta_tells_publisher_and_pages(engine: Engine) -> None:
    answer = engine.ask("How many pages does this report have?")
    assert (answer.verdict, answer.road, answer.citations) == ("not_covered", "small talk", ())
    assert answer.text == "Report of the Harbour Board — pages: 2\n燈塔年報"


def test_ask_alias_of_profile_stands_for_printed_name(own: Settings) -> None:
    profile = own.corpus.path / "tower" / "report.toml"
    profile.write_text(profile.read_text("utf-8") + '\n[aliases]\n"Wang Feng" = "王風"\n', "utf-8")
    build(own)
    answer = Engine.load(own, LetterEncoder()).ask("What did Wang Feng say?")
    assert (answer.question, answer.road) == ("What did Wang Feng say?", "structure: speech")
    assert {each.report for each in answer.citations} == {"tower"}
