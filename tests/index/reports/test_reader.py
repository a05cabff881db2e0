"""Pages, paragraphs and headings, exactly, of the real report and of a small English one."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest

from index.models import Document
from index.reports import reader
from tests.index.corpora import Report, rivers, squeeze, summit

BOTH = pytest.mark.parametrize("report", [summit, rivers])
# Every heading of the summit's report, indented under the one it belongs to. Numbers repeat and skip as printed.
SUMMIT_OUTLINE = """\
摘要
壹、目的
貳、過程
 一、峰會前活動-OGP 學院
  (一)目的
  (四)講者
  (五)綜合本場次各講者致詞及與談內容，會議重點如下
 二、峰會會議議程
 三、開幕式
 四、全體大會：打造涵容的公民空間
  1.爐邊談話
   (1)主持人
   (2)與談人
   (3) 綜合本場次各講者與談內容，重點歸納
  2.專題討論：公民社會空間的全球趨勢
   (1)主持人
   (2)與談人
   (3) 本場次討論內容歸納
  3.專題討論：聚焦國家行動面臨的挑戰與抵抗
   (1)主持人
   (2)與談人
   (2) 本場次討論內容歸納
  4.閉幕致詞
   (1)講者
   (2)致詞重點
 五、全體大會：反貪腐的多元途徑
  1.開場致詞
   (1)講者
   (2)致詞摘要
  2.爐邊談話
   (1)主持人
   (2)與談人
   (3)綜合本場次各講者與談內容，重點摘要
  3.專題討論：貪腐、信任與開放政府
   (1)主持人
   (2)與談人
   (3)本場次討論內容歸納
  4.專題討論：國家行動方案中的多邊參與聯結
   (1)主持人
   (2)與談人
   (3)本場次討論內容歸納
 六、全體大會：數位未來的承諾
  1.開場致詞
   (1)講者
   (2)致詞重點
  2.閃電短講
  3.專題討論：數位公共利益
   (1)主持人
   (2)與談人
   (3)本場次討論內容歸納
  4.專題討論：透過開放政府促進數位防護措施
   (1)主持人
   (2)與談人
   (3)本場次討論內容歸納
 七、閉幕式
參、心得與建議
 一、心得
  (一)擴大青年及企業參與
  (二)反貪腐成為開放政府重要議題
  (三)完善數位科技發展環境
  (四)落實開放政府於服務遞送
  (五)全球體制聯結的重要性
  (六)開放政府衡量指標具體化
 二、建議
  (一)深化行動方案過程之公私協力
  (二)以開放政府途徑強化我國反貪腐相關承諾事項
  (三)確保數位參與之多元涵容
  (四)介接國際標準並參與國際社會
"""
RIVERS_OUTLINE = """\
Summary
Programme
Rivers after the flood
 Panel on floods
 Evening workshop
  Step 1: Map
  Step 2: Measure
Recommendations
"""
SUMMIT_PAGES = [
    "摘 要\n開放政府夥伴",
    "壹、目的\n開放政府",
    "國家發展委員會（以下簡稱國發會）",
    "Sanjay Pradhan（Chief",
    "我國唐鳳政委於本場次中",
    "5. 臺灣防疫成功可歸因",
    "政府的成效極為顯著",
    "(3) 綜合本場次各講者與談內容",
    "Darren Walker(President",
    "(2)與談人：\nDoug Rutzen",
    "政府蒐集民眾資料的架構議題",
    "題上，例如貪腐、不動產等",
    "3.專題討論：貪腐、信任與開放政府",
    "脫維亞遊說被群眾視為貪腐行為",
    "六、全體大會：數位未來的承諾",
    "3.專題討論：數位公共利益",
    "4.專題討論：透過開放政府促進數位防護措施",
    "七、閉幕式",
    "(三)完善數位科技發展環境",
    "分析行動方案從規劃、執行到後續評估中",
    "程之涵容性，可透過教育宣導",
]
RIVERS_PAGES = ["# Summary\nThe Rivers", "that every town", "Stone (Mayor, Dale)", "# Recommendations\n1. Plant"]
# Paragraphs that are whole only if lines are joined as their script asks.
SUMMIT_PARAGRAPHS = [
    # a Latin name after a line's end, a break inside a word
    "(三)主持人：拉丁美洲跨國電視媒體 NTN24 Noticias 新聞臺特派記者 Lila Abed",
    "Bang, Jung-Gyun(Senior Secretary to the President for Civil and Social Agenda, Republic of Korea)",
    "Isabel Erreguerena(Co-Director, Equis Justicia para las Mujeres)",
    "Doug Rutzen(Executive Director, International Centre for Not-for-Profit Law)",
    # white space at the end of the line
    "Amélie de Montchalin(Minister, Ministry of Public Sector Transformation and the Civil Service, France)",
    "Sarah Chayes(Author, On Corruption in America: And What Is at Stake Hardcover)",
    "Nick Pickles(Senior Director, Global Public Policy Strategy, Development and Partnerships at Twitter)",
    # rows of a table, two of them short
    "12 月 16 日 20:00-22:00 全體大會：反貪腐的多元途徑",
    "12 月 17 日",
    # the caption of a picture
    "唐鳳政委於 OGP 學院專題演講",
    # over a page
    "韓國反貪腐及國民權益委員會由總統督導，在許多重大的社會議題上，例如貪腐、不動產等，做出政策回應，達成公義社會，政府也"
    "在 2018 年與公民團體共同研擬出未來 5 年的反貪腐藍圖，政府需要開放資料達到透明，得到民眾的信任，創造透明的社會，"
    "團結一致處理信任缺乏及不公平等全球議題。",
    # a name broken at its hyphen; a bracket that is never closed
    "(三)本場次主要進行 OGP 執行委員會交接，自 2022 年開始，義大利將擔任 OGP 執委會之政府代表共同主席(Lead Government Co-"
    "Chair)、Twaweza East Africa 執行長 Aidan Eyakuze 擔任公民社會代表共同主席((Lead Civil Society Co-Chair)。",
    # a letter-spaced line
    "1. 對臺灣人民來說，民主如同社會科技，要靠眾人共同努力才能強化。政府運作關鍵概念是「與民協力(working with people)」而非"
    "「為民服務 (working for people) 」， 釋放群眾外包(crowdsourcing)能量，讓公民智慧集體參與政府政策。",
]
RIVERS_PARAGRAPHS = [
    "The Rivers Forum 2031 met in Dale from 12 to 13 May 2031 and brought together 140 people from nine countries. It was"
    " chaired by Jane Roe (Head (acting), River Trust), and its Vice-Chair was Kim Foe. The forum agreed on three steps"
    " that every town on a river can take.",
    "Date: 12 May 2031 Chair: Amelia Stone (Mayor, Dale) Speakers: John Doe; Ann Poe (Fellow, Lake School)",
]
# Numbered or labelled text that is no heading, by how it begins.
SUMMIT_RUN_IN = [
    *("(二)日期：", "(三)主持人：拉丁", "1. 對臺灣", "2. 政府與", "3. 公私", "4. 資訊", "5. 臺灣", "(一)日期："),
    *("(二)由峰會", "1.本次", "2.本次", "3.由摩爾多瓦", "4.頒發", "(一)日期：", "(二)本場次", "(一)日期：", "(二)本場次"),
    *("(一)日期：", "(二)本場次", "(1)來自", "(2)來自", "(一)日期：", "(二)主持人：Shreya", "(三)本場次"),
]
RIVERS_RUN_IN = ["Step 3: Tell"]


def paths(indented: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for line in indented.splitlines():
        depth = len(line) - len(line.lstrip())
        found.append((*(found[-1][:depth] if found else ()), line.strip()))
    return found


def paragraphs(document: Document) -> list[str]:
    return [document.text[p.start : p.end] for p in document.paragraphs]


@BOTH
def test_read_document_report_changes_only_white_space(report: Callable[[], Report]) -> None:
    assert squeeze(report().document.text) == squeeze(report().raw)
    assert "\n".join(paragraphs(report().document)) == report().document.text


@pytest.mark.parametrize(("report", "expected"), [(summit, SUMMIT_OUTLINE), (rivers, RIVERS_OUTLINE)])
def test_read_document_report_returns_all_headings_with_paths(report: Callable[[], Report], expected: str) -> None:
    document = report().document
    assert [section.path for section in document.sections] == paths(expected)
    headings = [p for p in document.paragraphs if p.is_heading]
    assert [(p.start, p.path) for p in headings] == [(s.start, s.path) for s in document.sections]


@BOTH
def test_read_document_sections_nest_and_contain_their_paragraphs(report: Callable[[], Report]) -> None:
    document = report().document
    for section in document.sections:
        rivals = [s.start for s in document.sections if s.start > section.start and s.level <= section.level]
        assert section.end == min(rivals, default=len(document.text))
    for paragraph in document.paragraphs:
        around = [s.path for s in document.sections if s.start <= paragraph.start < s.end]
        assert paragraph.path == around[-1]


@pytest.mark.parametrize(("report", "expected"), [(summit, SUMMIT_PAGES), (rivers, RIVERS_PAGES)])
def test_read_document_pages_start_at_printed_text(report: Callable[[], Report], expected: list[str]) -> None:
    document = report().document
    assert len(document.page_starts) == len(expected)
    begins = [document.text[at:] for at in document.page_starts]
    assert [text[: len(start)] for text, start in zip(begins, expected, strict=True)] == expected


@pytest.mark.parametrize(("report", "expected"), [(summit, SUMMIT_PARAGRAPHS), (rivers, RIVERS_PARAGRAPHS)])
def test_read_document_paragraphs_continue_across_lines_and_pages(report: Callable[[], Report], expected: list[str]) -> None:
    assert [text for text in expected if text not in paragraphs(report().document)] == []


@pytest.mark.parametrize(("report", "expected"), [(summit, SUMMIT_RUN_IN), (rivers, RIVERS_RUN_IN)])
def test_read_document_numbered_sentences_and_labels_are_not_headings(
    report: Callable[[], Report], expected: list[str]
) -> None:
    _, described, document = report()
    texts = [document.text[p.start : p.end] for p in document.paragraphs if not p.is_heading]
    found = [text for text in texts if any(re.match(heading.pattern, text) for heading in described.headings)]
    assert [text[: len(start)] for text, start in zip(found, expected, strict=True)] == expected


@BOTH
def test_read_document_words_at_line_end_are_joined_with_one_space(report: Callable[[], Report]) -> None:
    lines = [line.split() for line in report().raw.splitlines() if line.strip()]
    joins = [(before[-1], after[0]) for before, after in pairwise(lines)]
    words = [(a, b) for a, b in joins if re.search(r"[A-Za-z,.]$", a) and re.match(r"[A-Za-z]", b)]
    assert len(words) >= 17
    for before, after in words:
        assert re.search(rf"{re.escape(before)}[ \n]{re.escape(after)}", report().document.text), (before, after)


def test_read_document_cjk_lines_are_joined_without_space() -> None:
    wide = r"[\u3000-\u9fff\uff00-\uffef]"
    spaced = re.findall(rf"{wide} (?={wide})", summit().document.text)
    # As printed within a line: a heading, what the letter-spaced line leaves, and the head of the table.
    assert spaced == ["摘 ", "， ", "期 ", "間 "]


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\v", "\x85", "\u2028"])
@BOTH
def test_read_document_any_line_ending_returns_same_document(report: Callable[[], Report], newline: str) -> None:
    raw, described, expected = report()
    assert reader.read_document(raw.replace("\n", newline), described) == expected
