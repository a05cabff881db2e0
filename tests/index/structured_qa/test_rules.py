"""Questions that sessions and people answer, in four languages, and questions that they must leave to the search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.models import Answer
from index.reports.sessions import collect_people
from tests.index import summit
from tests.index.corpora import squeeze
from tests.index.tiny import OIL

LYSA = "Lysa John(Secretary General, CIVICUS)"
WALKER, CORRMAN = "Darren Walker(President, Ford Foundation）", "Mathias Corrman(Secretary General, OECD)"
BANG = "Bang, Jung-Gyun(Senior Secretary to the President for Civil and Social Agenda, Republic of Korea)"
TRENDS = f"{BANG}\n{WALKER}\nIsabel Erreguerena(Co-Director, Equis Justicia para las Mujeres)\n{CORRMAN}"
KWEON = "Kweon Oh-yeon(Organizer, Code for Korea)"
PRESSURE = (
    "Doug Rutzen(Executive Director, International Centre for Not-for-Profit Law)\n"
    "Elisa Peter(Executive Director, Publish What You Pay)\nAdrián Alcalá Méndez(Commissioner, INAI)\n"
    "Rommy Mom(Hon Commissioner, Human Right of the Police Service Commission)\n"
    f"Sarah Castell(Chief Executive Officer, Involve)\n{KWEON}"
)
EYAKUZE, POWER = "Aidan Eyakuze（Executive Director, Twaweza East Africa）", "Samantha Power（Administrator, USAID）"
FIRST_FIRESIDE = f"Aruna Roy(Founder, Mazdoor Kisan Shakti Sangathan)\n{POWER}"
MALLOCH = "Mark Malloch-Brown(President, Open Societies Foundation)"
JEON, BASU = "Jeon Hyun-Heui（韓國反貪腐及國民權益委員會主席）", "Tonusree Basu(Deputy Director, OGP Thematic Policy Areas)"
REPORTERS = (
    "Khadija Ismayilova(Senior Investigator, Azerbaijan Organized Crime and Corruption Reporting Project)\n"
    "Gerard Ryle(Director, International Consortium of Investigative Journalists)"
)
KRAFCHIK = "Warren Krafchik(Executive Director, International Budget Partnership)"
YOU = "Han-beom You(Executive Director, Transparency International Korea)"
TRUST = (
    "Sarah Chayes(Author, On Corruption in America: And What Is at Stake Hardcover)\n"
    f"Mo Ibrahim(Founder & Chair, Mo Ibrahim Foundation)\n{YOU}\nInese Voika(Member of the Parliament, Latvia)\n"
    "Olena Tanasevych(Chairwoman, High Anti-Corruption Court)"
)
HODESS, RUBIO = "Robin Hodess(Strategy Lead, The B Team)", "Delia Ferreira Rubio(Chair, Transparency International)"
LINKS = (
    f"Tim Robinson(Chief Compliance Officer, BHP)\nGiuseppe Busia(President, National Anti-Corruption Authority)\n{RUBIO}"
)
LIM = "Lim, Hyesook(Minister, Ministry of Science and ICT, Republic of Korea)"
SON = (
    "(2)來自韓國開放政府社群的 Seongmin Son，說明疫情期間渠與韓國國家人權委員會合作，"
    "讓民眾在疫情期間可以使用暫時的安全碼追蹤疫情資訊，兼顧政府防疫需求與民眾個人隱私。"
)
CIFUENTES = "Aura Cifuentes(Leader of Avenue and Alliances, The Data Analytics Agency of the City of Bogotá)"
PETERKOP = "Taimar Peterkop(Secretary of State, Republic of Estonia)"
PICKLES = "Nick Pickles(Senior Director, Global Public Policy Strategy, Development and Partnerships at Twitter)"
FORTIER, CALDERON = (
    "Mona Fortier(President, Treasury Board of Canada Secretariat)",
    "Ania Calderon(Manage Director, Data & Society)",
)
SHREYA = "(二)主持人：Shreya Basu(Deputy Director and Regional Lead, Asia and the Pacific, OGP)"
LILA = "(三)主持人：拉丁美洲跨國電視媒體 NTN24 Noticias 新聞臺特派記者 Lila Abed"
ACADEMY = (
    "Jong-Il You（KDI 公共政策與管理學院院長）\nSanjay Pradhan（Chief Executive Officer,OGP）\n"
    "Joseph Foti（Chief Research Officer,OGP）\nRenzo Falla(Senior Research Officer, OGP)\n唐鳳（行政院政務委員）"
)
HOSTS = (
    "(二)由峰會主辦方-OGP 共同主席韓國代表-行政安全部 Hae-cheol Jeon 部長與公民社會代表 Maria Baron 依序致詞，會議重點如次："
)
DIALOGUE = (
    "3.由摩爾多瓦共和國總理 Natalia Gavrilit\u0326a 與 OGP 大使 Veronica Cretu 對話，以政府及公民社會的角度，"
    "討論反貪腐、司法體制的課責性，以及數位化對於透明的重要性。"
)
HANDOVER = (
    "(三)本場次主要進行 OGP 執行委員會交接，自 2022 年開始，義大利將擔任 OGP 執委會之政府代表共同主席"
    "(Lead Government Co-Chair)、Twaweza East Africa 執行長 "
    "Aidan Eyakuze 擔任公民社會代表共同主席((Lead Civil Society Co-Chair)。"
)
DATE_15, DATE_16, DATE_17 = (f"(一)日期：2021 年 12 月 {day} 日" for day in (15, 16, 17))
OPENING, CIVIC = "18:00-20:00 開幕式", "20:00-22:00 全體大會：建立涵容的公民空間"
CORRUPTION = "12 月 16 日 20:00-22:00 全體大會：反貪腐的多元途徑"
DIGITAL, CLOSING = "12 月 17 日\n19:00-21:00 全體大會：數位未來的承諾", "21:00-22:00 閉幕式"
PANELS = [
    "2.專題討論：公民社會空間的全球趨勢",
    "3.專題討論：聚焦國家行動面臨的挑戰與抵抗",
    "3.專題討論：貪腐、信任與開放政府",
    "4.專題討論：國家行動方案中的多邊參與聯結",
    "3.專題討論：數位公共利益",
    "4.專題討論：透過開放政府促進數位防護措施",
]
PLENARIES = ["12 月 15 日", f"{CIVIC}\n{CORRUPTION}\n{DIGITAL}"]
MODERATORS = [LILA, EYAKUZE, LYSA, LYSA, BASU, KRAFCHIK, HODESS, CIFUENTES, CALDERON, SHREYA]

OF_SESSION, OF_ORGANISATION = "people of a session", "people of an organisation"
DATE, LIST, WHERE = "date of a session", "sessions of a day or kind", "sessions of a person"
ANSWERED = [
    ("第二天有誰發言？", OF_SESSION, [JEON, BASU, REPORTERS, KRAFCHIK, TRUST, HODESS, LINKS]),
    ("12/16 有哪些講者", OF_SESSION, [JEON, REPORTERS, TRUST, LINKS]),
    ("誰在 12 月 16 日主持", OF_SESSION, [BASU, KRAFCHIK, HODESS]),
    ("2日目の登壇者は誰ですか", OF_SESSION, [JEON, REPORTERS, TRUST, LINKS]),
    ("誰主持數位公共利益那場？", OF_SESSION, [CIFUENTES]),
    ("数位公共利益那场的主持人是谁？", OF_SESSION, [CIFUENTES]),
    ("閉幕式誰主持？", OF_SESSION, [SHREYA]),
    ("闭幕式由谁主持？", OF_SESSION, [SHREYA]),
    ("閉会式の司会は誰ですか？", OF_SESSION, [SHREYA]),
    ("Who hosted the closing ceremony?", OF_SESSION, [SHREYA]),
    ("Who chaired the anti-corruption fireside chat?", OF_SESSION, [BASU]),
    ("反貪腐全體大會的開場致詞是誰？", OF_SESSION, [JEON]),
    ("Who gave the closing remarks?", OF_SESSION, [MALLOCH]),
    ("「貪腐、信任與開放政府」專題討論的與談人有哪些？", OF_SESSION, [TRUST]),
    ("開幕式有誰致詞？", OF_SESSION, [HOSTS, DIALOGUE]),
    ("OGP 學院的講者有誰", OF_SESSION, [ACADEMY]),
    ("爐邊談話有哪幾位與談人", OF_SESSION, [FIRST_FIRESIDE, REPORTERS]),
    ("list everyone from the OECD", OF_ORGANISATION, [CORRMAN]),
    ("OECD 派誰參加？", OF_ORGANISATION, [CORRMAN]),
    ("Who spoke for Twitter?", OF_ORGANISATION, [PICKLES]),
    ("Who represented the Ford Foundation?", OF_ORGANISATION, [WALKER]),
    ("加拿大的代表是誰？", OF_ORGANISATION, [FORTIER]),
    ("来自爱沙尼亚的讲者是谁？", OF_ORGANISATION, [PETERKOP]),
    ("韓国からの参加者は誰ですか", OF_ORGANISATION, [HOSTS, BANG, KWEON, JEON, YOU, LIM, SON]),
    ("Who spoke for Transparency International?", OF_ORGANISATION, [YOU, RUBIO]),
    ("Who is the Secretary General of CIVICUS?", OF_ORGANISATION, [LYSA, LYSA]),
    ("Which sessions had speakers from Canada?", "sessions of an organisation", [FORTIER]),
    ("哪幾場有韓國的人參加？", "sessions of an organisation", [HOSTS, BANG, KWEON, JEON, YOU, LIM, SON]),
    ("USAID 在哪一場發言？", "sessions of an organisation", [POWER]),
    ("which session did Darren Walker speak in", WHERE, [WALKER]),
    ("Darren Walkerはどのセッションで発言しましたか", WHERE, [WALKER]),
    ("Which panel did Walker speak on?", WHERE, [WALKER]),
    ("Mathias Cormann 在哪一場發言？", WHERE, [CORRMAN]),
    ("Lysa John 主持了哪幾場？", WHERE, [LYSA, LYSA]),
    ("When did Darren Walker speak?", WHERE, [WALKER, DATE_15]),
    ("唐凤是谁", "who somebody is", ["唐鳳（行政院政務委員）"]),
    ("Who is Nick Pickles?", "who somebody is", [PICKLES]),
    ("Aidan Eyakuze 是什麼頭銜？", "who somebody is", [EYAKUZE, HANDOVER]),
    ("when was the anti-corruption plenary", DATE, [DATE_16, CORRUPTION]),
    ("公民空間那場幾點開始？", DATE, [CIVIC, DATE_15]),
    ("公民空间的全体大会是几点？", DATE, [CIVIC, DATE_15]),
    ("開幕式是哪一天？", DATE, [DATE_15, OPENING]),
    ("開会式はいつですか", DATE, [DATE_15, OPENING]),
    ("When did the closing ceremony take place?", DATE, [DATE_17, CLOSING]),
    ("聚焦國家行動面臨的挑戰與抵抗是哪一天？", DATE, [DATE_15]),
    ("有幾場全體大會？", "number of sessions", PLENARIES),
    ("全体会合はいくつありましたか", "number of sessions", PLENARIES),
    ("How many panels were there?", "number of sessions", PANELS),
    ("第二天有幾場專題討論", "number of sessions", PANELS[2:4]),
    ("第二天有幾位講者？", "number of people", [JEON, REPORTERS, TRUST, LINKS]),
    ("How many speakers did the civic space plenary have?", "number of people", [FIRST_FIRESIDE, TRENDS, PRESSURE, MALLOCH]),
    ("12月16日有哪些場次", LIST, [CORRUPTION]),
    ("12月17日のセッションを教えてください", LIST, [f"{DIGITAL}\n{CLOSING}"]),
    ("What was on the agenda on day 3?", LIST, [f"{DIGITAL}\n{CLOSING}"]),
    ("有哪些專題討論？", LIST, PANELS),
    (
        "list the sessions",
        "all sessions",
        ["一、峰會前活動-OGP 學院", f"12 月 15 日\n{OPENING}\n{CIVIC}\n{CORRUPTION}\n{DIGITAL}\n{CLOSING}"],
    ),
    (
        "總共有幾個場次？",
        "all sessions",
        ["一、峰會前活動-OGP 學院", f"12 月 15 日\n{OPENING}\n{CIVIC}\n{CORRUPTION}\n{DIGITAL}\n{CLOSING}"],
    ),
    (
        "峰會有哪些場次",
        "all sessions",
        ["一、峰會前活動-OGP 學院", f"12 月 15 日\n{OPENING}\n{CIVIC}\n{CORRUPTION}\n{DIGITAL}\n{CLOSING}"],
    ),
    (
        "how many sessions were there",
        "all sessions",
        ["一、峰會前活動-OGP 學院", f"12 月 15 日\n{OPENING}\n{CIVIC}\n{CORRUPTION}\n{DIGITAL}\n{CLOSING}"],
    ),
    ("列出所有主持人", "all people", MODERATORS),
    ("這次峰會有哪些主持人", "all people", MODERATORS),
    ("有哪些主持人？", "all people", MODERATORS),
]
LEFT = [
    ("韓國在 2018 年做了什麼", "not explained: 2018年做"),
    ("誰創立了 OGP", "not explained: 创立"),
    ("OGPは誰が設立しましたか", "not explained: 设立"),
    ("who pays for OGP", "not explained: pays"),
    ("谁资助 OGP？", "not explained: 资助"),
    ("OGP 是哪一年成立的？", "not explained: 哪一年成立"),
    ("韩国什么时候加入 OGP？", "not explained: 加入"),
    ("誰沒有發言？", "not explained: 没"),
    ("Who did not speak on day 2?", "not explained: not"),
    ("除了 Darren Walker 還有誰發言？", "not explained: 除, 还"),
    ("Who else spoke for Twitter?", "not explained: else"),
    ("Darren Walker 說得好嗎？", "not explained: 说得好"),
    ("Darren Walker 和誰一起發言？", "not explained: 一起"),
    ("誰在開幕式之前發言？", "not explained: 之前"),
    ("第一位講者是誰？", "not explained: 第一位"),
    ("有幾個國家元首發言？", "not explained: 元首"),
    ("加拿大國防部派誰來？", "not explained: 加拿大国防部"),
    ("12月20日有誰發言？", "not explained: 12月20日"),
    ("第五天有哪些場次？", "not explained: 第五天"),
    ("2018 年有幾場全體大會？", "not explained: 2018年"),
    (OIL, "not explained: how much oil, lighthouse burn, night"),
    ("哪些國家的代表發言", "no rule for: "),
    ("公民社會的講者有誰", "no rule for: "),
    ("公民空間是什麼？", "no rule for: "),
    ("Who spoke about civic space?", "no rule for: "),
    ("Who is the President of Canada?", "no rule for: "),
    ("加拿大總理是誰？", "no rule for: "),
    ("Which session was in Korea?", "no rule for: "),
    ("誰主持有加拿大代表的那場？", "no rule for: "),
    ("OECD 和誰參加？", "no rule for: "),
    ("OECD 的代表講了什麼？", "no rule for: "),
    ("誰參加了閉幕式？", "no rule for: "),
    ("How many people attended the closing ceremony?", "no rule for: "),
    ("有幾場會議？", "no rule for: "),
    ("總共有幾位講者？", "no rule for: "),
    ("國家行動方案是什麼時候開始的？", "no rule for: "),
    ("爐邊談話幾點開始？", "no rule for: "),
    ("開幕式有哪些人參加？", "no rule for: "),
    ("誰主持開幕式？", "no rule for: "),
    ("誰主持？", "no rule for: "),
    ("誰は発言しましたか", "no rule for: "),
    ("開幕式和閉幕式分別是誰主持？", "no rule for: "),
    ("What is a fireside chat?", "no rule for: "),
    ("閉幕式的議程", "no rule for: "),
    ("Was the opening on day 2?", "no rule for: "),
    ("OGP 學院是哪一天", "cannot be quoted: date of a session"),
    ("誰" * 201, "not explained: more than 200 characters"),
]


def ask(question: str, top: int = 10) -> Answer:
    return summit.engine().ask(question, top=top)


@pytest.mark.parametrize(("question", "rule", "quotes"), ANSWERED)
def test_engine_ask_structured_question_returns_complete_quoted_answer(question: str, rule: str, quotes: list[str]) -> None:
    answer = ask(question)
    assert (answer.road, answer.verdict, answer.confidence) == (f"structure: {rule}", "answered", 0.95)
    assert [citation.quote for citation in answer.citations] == quotes
    assert [citation.n for citation in answer.citations] == list(range(1, len(quotes) + 1))
    assert all(squeeze(line) in squeeze(answer.text) for quote in quotes for line in quote.split("\n"))


@pytest.mark.parametrize(("question", "why"), LEFT)
def test_engine_ask_question_without_certain_rule_falls_back_to_passages(question: str, why: str) -> None:
    answer = ask(question)
    assert answer.road == "passages"
    assert answer.why.startswith(why)
    assert why == "no rule for: " or answer.why == why


@pytest.mark.parametrize("question", [row[0] for row in ANSWERED])
def test_engine_ask_structured_answer_lists_cited_passages_first(question: str) -> None:
    answer, engine = ask(question), summit.engine()
    for citation in answer.citations:
        passage = engine.passage(citation.passage_id)
        assert passage
        assert citation.quote in passage.text
        assert passage.pages[0] <= citation.pages[0] <= citation.pages[1] <= passage.pages[1]
    cited = list(dict.fromkeys(citation.passage_id for citation in answer.citations))
    ids = [hit.passage.id for hit in answer.hits]
    assert answer.road == "passages" or ids[: len(cited)] == cited[:10]
    assert len(set(ids)) == len(ids) == 10
    assert [hit.rank for hit in answer.hits] == list(range(1, 11))
    assert sorted((hit.score for hit in answer.hits), reverse=True) == [hit.score for hit in answer.hits]


def test_engine_ask_top_option_limits_only_hits() -> None:
    full, short = ask("第二天有誰發言？"), ask("第二天有誰發言？", top=2)
    assert (short.text, short.citations, short.hits) == (full.text, full.citations, full.hits[:2])


def test_engine_ask_chinese_structured_question_returns_expected_text() -> None:
    place = "貳、過程 › 五、全體大會：反貪腐的多元途徑 › 2.爐邊談話"
    assert ask("反貪腐的爐邊談話有哪些人？").text == (
        "全體大會：反貪腐的多元途徑 › 爐邊談話（2021-12-16）：報告列出 3 人。\n"
        f"[1] 主持：「{BASU}」（{place} › (1)主持人，第 12 頁）\n"
        f"[2] 發言：「{REPORTERS.split(chr(10))[0]}」、「{REPORTERS.split(chr(10))[1]}」（{place} › (2)與談人，第 12 頁）"
    )


def test_engine_ask_english_structured_question_returns_expected_text() -> None:
    agenda = "貳、過程 › 二、峰會會議議程"
    assert ask("When was the closing ceremony?").text == (
        f"閉幕式 (2021-12-17 21:00–22:00).\n[1] “{DATE_17}” (貳、過程 › 七、閉幕式, p. 18)\n[2] “{CLOSING}” ({agenda}, p. 6)"
    )
    assert ask("Who is Nick Pickles?").text.startswith(
        "Nick Pickles: Senior Director, Global Public Policy Strategy, Development and Partnerships, Twitter.\n"
        f"[1] speaker: “{PICKLES}” ("
    )


def test_engine_ask_structured_answer_why_names_words_and_meanings() -> None:
    assert ask("Who spoke for Twitter?").why == "who 'who'; speak 'spoke'; of 'for'; org 'twitter' = Nick Pickles"


@given(st.lists(st.sampled_from([row[0] for row in ANSWERED] + ["不", "never", "說", "why"]), min_size=2, max_size=2))
def test_engine_ask_two_questions_in_one_returns_valid_answer(parts: list[str]) -> None:
    answer = ask(" ".join(parts))
    assert all(citation.quote for citation in answer.citations)
    if not {"不", "never", "說", "why"}.isdisjoint(parts):
        assert answer.road == "passages"


def test_engine_ask_who_is_each_person_returns_line_with_name() -> None:
    engine = summit.engine()
    for person, _ in collect_people(engine.sessions):
        answer = engine.ask(f"Who is {person.name}?")
        named = squeeze(person.name) in squeeze(answer.text)
        assert (answer.road == "structure: who somebody is" and named) or not (person.role or person.org), person
