"""A report that somebody adds, with nothing written about it, beside one that has a query adapter."""

import shutil
from pathlib import Path

import pytest

from index.config import Settings
from index.encoding.encoder import SentenceTransformerEncoder
from index.engine import Engine
from index.indexing.builder import build_generation
from index.retrieval.query_adapter import QueryAdapter

ROOT = Path(__file__).parents[2]
TRAINED = "ogp-2021-global-summit"

PROFILE = """
title = "港務局年報"
language = "zh-Hant"
[[headings]]
pattern = '[一二三四五六七八九]、(?P<title>.*)'
"""

REPORT = """一、組織與人事

港務局成立於1987年，隸屬交通部門，局長由市長任命，任期四年。

現任局長為林雅惠，2019年3月上任，之前在造船廠服務了二十年。

港務局共有員工342人，其中女性佔41%，平均年齡為44歲。

二、營運

去年貨櫃吞吐量為128萬個標準箱，比前一年增加7.5%。

吞吐量增加的主要原因，是新的深水碼頭在五月啟用，大型貨輪不必再等候漲潮。

深水碼頭的工程經費為23億元，由中央補助六成，其餘由市府負擔。

進港船舶以散裝船最多，共1,904艘次，其次為油輪。

三、環境

港區自去年七月起要求停泊船舶改用岸電，空氣中的懸浮微粒因此減少了18%。

為了保護候鳥，每年十一月到次年二月禁止在北側溼地進行任何抽砂作業。

四、安全

去年共發生三起工安事故，無人死亡，最嚴重的一起是吊車鋼索斷裂，造成兩名工人受傷。

事故之後，港務局要求所有吊車每半年檢驗一次，並由外部技師簽證。
"""

QUESTIONS = [
    ("港務局是哪一年成立的？", "1987年"),
    ("現任局長是誰？", "林雅惠"),
    ("港務局有多少員工？", "342人"),
    ("去年的貨櫃吞吐量是多少？", "128萬"),
    ("吞吐量為什麼增加？", "深水碼頭"),
    ("深水碼頭花了多少錢？", "23億元"),
    ("哪一種船進港最多？", "散裝船"),
    ("候鳥保護期間禁止做什麼？", "抽砂"),
    ("去年發生了幾起工安事故？", "三起"),
    ("吊車多久要檢驗一次？", "每半年"),
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report that the adapter was trained on, without the texts that people wrote about it, and the added one."""
    corpus = tmp_path_factory.mktemp("added") / "corpus"
    for name in ("report.txt", "report.toml"):
        (corpus / TRAINED).mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "corpus" / TRAINED / name, corpus / TRAINED / name)
    shutil.copy(ROOT / "corpus" / "adapter.npz", corpus / "adapter.npz")
    (corpus / "harbour").mkdir()
    (corpus / "harbour" / "report.toml").write_text(PROFILE, "utf-8")
    (corpus / "harbour" / "report.txt").write_text(REPORT, "utf-8")
    return corpus


@pytest.fixture(scope="module")
def engine(corpus: Path) -> Engine:
    settings = Settings.model_validate({"corpus": {"path": corpus}, "index": {"path": corpus.parent / "index"}})
    encoder = SentenceTransformerEncoder(settings.model)
    build_generation(settings, lambda: encoder, lambda *_: None)
    return Engine.load(settings, encoder)


@pytest.mark.model
@pytest.mark.parametrize(("question", "key"), QUESTIONS)
def test_ask_added_report_plain_question_is_answered(engine: Engine, question: str, key: str) -> None:
    answer = engine.ask(question)
    assert answer.verdict == "answered"
    assert answer.citations[0].report == "harbour"
    assert key in "".join(citation.quote for citation in answer.citations)


@pytest.mark.model
@pytest.mark.parametrize(("question", "lead"), [("候鳥保護期間禁止做什麼？", "抽砂"), ("吊車多久要檢驗一次？", "半年")])
def test_ask_added_report_short_answer_leads(engine: Engine, question: str, lead: str) -> None:
    answer = engine.ask(question)
    assert answer.lead is not None
    assert lead in answer.lead
    first = answer.citations[0]
    assert first.quote[slice(*first.spans[0])] == answer.lead


@pytest.mark.model
@pytest.mark.parametrize("question", ["這次峰會花了南韓政府多少經費？", "你好", "hi", "今天天氣如何？", "台積電股價多少"])
def test_ask_question_without_answer_is_not_answered(engine: Engine, question: str) -> None:
    assert engine.ask(question).verdict != "answered"


@pytest.mark.model
def test_query_adapter_reports_name_training_report(engine: Engine) -> None:
    assert QueryAdapter.load(ROOT / "corpus" / "adapter.npz").reports == {TRAINED}
    assert engine.ask("開放政府夥伴聯盟是哪一年成立的？").citations[0].report == TRAINED
