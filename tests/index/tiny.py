"""A corpus of two small reports that share no language, label or heading, and an index of it that takes no model."""

from pathlib import Path
from typing import Any

from index.config import Settings
from index.generations.artifacts import Artifacts
from index.generations.manifest import Manifest
from index.indexing import builder
from index.indexing.corpus_encoder import encode_corpus
from index.reports.corpus import Corpus
from index.reports.passages import text_in_context
from index.retrieval.bm25_index import BM25Index
from index.retrieval.candidate_retriever import LocalRetriever
from index.retrieval.dense_index import DenseIndex
from tests.index.corpora import write
from tests.index.encoders import LetterEncoder

HARBOUR_TOML = r"""
title = "Report of the Harbour Board"
language = "en"
time_zone = "Europe/Lisbon"
time_zone_stated = true

[layout]
page_break = "form-feed"

[[headings]]
pattern = '# (?P<title>.+)'
[[headings]]
pattern = '## (?P<title>.+)'

[labels]
date = ["Date"]
moderator = ["Chair"]
speaker = ["Speakers"]

[kinds]
lecture = "lecture"
"""
HARBOUR_TEXT = """\
# Summary

The harbour board met twice in 2030. It spent 4.2 million euros on the new breakwater.

# Meetings

## Spring meeting

Date: 3 March 2030

Chair: Ada Quill (Mayor, Portside)

Speakers: Ben Sand; Cora Tide (Captain, Pilot Guild)

The breakwater was opened by the mayor. The captain of the pilots
\fsaid that gulls are welcome.

## Autumn lecture

Date: 9 October 2030

Speakers: Dora Wick (Keeper, North Light)

The lighthouse burns 40 litres of oil each night. She asked for an electric lamp by 2032.

# Outlook

The board decided what follows:

- Dredge the inner basin every May.

- Paint the cranes green.
"""
TOWER_TOML = """
title = "燈塔年報"
language = "zh-Hant"

[[headings]]
pattern = '[一二三]、'
[[headings]]
pattern = '[(（][一二三][)）]'

[labels]
date = ["日期"]
moderator = ["主持"]
speaker = ["講者"]

[kinds]
"座談" = "panel"
"""
TOWER_TEXT = """\
一、會議

（一）守塔人座談

日期：2031 年 5 月 12 日

主持：林海（塔長，北方燈塔）

講者：王風、李浪（船長，領港公會）

王風提醒：「霧季將近。」與會者同意三年內換上新的霧笛，並請學校派學生參觀。

二、展望

協會每年六月清點救生艇，冬天修補纜繩。
"""
# In this order, as the folders' names sort.
TITLES = ("Report of the Harbour Board", "燈塔年報")
OIL = "How much oil does the lighthouse burn each night?"
OIL_QUOTE = "The lighthouse burns 40 litres of oil each night."
OIL_ANSWER = f"The report says:\n[1] Dora Wick: “{OIL_QUOTE}” (Meetings › Autumn lecture, p. 2)"
# What the command line prints, which names the reports.
OIL_PRINTED = f"{OIL_ANSWER}\n{TITLES[0]}: [1]"
BOATS = "協會每年六月清點什麼？"
BOATS_QUOTE = "協會每年六月清點救生艇，冬天修補纜繩。"
BOATS_ANSWER = f"報告這樣寫：\n[1] 「{BOATS_QUOTE}」（二、展望）"
BOATS_PRINTED = f"{BOATS_ANSWER}\n{TITLES[1]}: [1]"


def write_corpus(corpus: Path) -> None:
    write(corpus, "harbour", HARBOUR_TEXT, HARBOUR_TOML)
    write(corpus, "tower", TOWER_TEXT, TOWER_TOML)


def settings_for(folder: Path, **tables: Any) -> Settings:
    """Settings whose corpus and index lie in a folder, with short passages so that there are some, and without a reader."""
    places = {"corpus": {"path": folder / "corpus"}, "index": {"path": folder / "index"}}
    return Settings.model_validate({**places, "passages": SHORT, "reader": {"name": ""}, **tables})


SHORT = {"max_characters": 120, "max_latin_characters": 120}


def silent(*_: object) -> None:
    """Progress that nobody looks at."""


def made(corpus: Corpus) -> tuple[Artifacts, LocalRetriever]:
    """Artifacts in memory, and a store of their vectors and words."""
    encoded = encode_corpus(corpus, LetterEncoder(), 32, silent)
    artifacts = Artifacts(corpus, encoded.token_index, encoded.expansion_index)
    words = BM25Index.build([text_in_context(passage) for passage in corpus.passages])
    return artifacts, LocalRetriever(DenseIndex.build(encoded.vectors), words, artifacts.owners)


def build(settings: Settings) -> Manifest:
    return builder.build_generation(settings, LetterEncoder, silent)
