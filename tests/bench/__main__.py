"""Time and memory of a build and of a warm question, beside the common pipeline with the same model, in one run.

The common pipeline: the raw text in 500-character splits, one vector a split, exact FAISS search. Each side runs in a
process of its own; ratios are what to compare between machines.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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
ROUNDS = 10


def ours() -> dict[str, float]:
    from index.builder import build
    from index.config import CorpusOptions, IndexOptions, Settings
    from index.embedding import SentenceTransformerEncoder
    from index.engine import Engine

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(corpus=CorpusOptions(path=ROOT / "corpus"), index=IndexOptions(path=Path(folder)))
        began = time.perf_counter()
        encoder = SentenceTransformerEncoder(settings.model)
        loaded = time.perf_counter()
        build(settings, lambda: encoder, lambda *_: None)
        built = time.perf_counter()
        engine = Engine.load(settings, encoder)
        return {"model load s": loaded - began, "build s": built - loaded, **warm(lambda q: engine.ask(q))}


def common() -> dict[str, float]:
    import faiss
    import numpy as np
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    from index.config import ModelOptions
    from index.embedding import SentenceTransformerEncoder

    began = time.perf_counter()
    encoder = SentenceTransformerEncoder(ModelOptions())
    loaded = time.perf_counter()
    text = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "corpus").glob("*/report.txt")))
    splits = RecursiveCharacterTextSplitter(chunk_size=500, chunk_overlap=50).split_text(text)
    index = faiss.IndexFlatIP(encoder.dimensions)
    index.add(np.stack([encoded.vector for encoded in encoder.documents(splits)]))
    built = time.perf_counter()
    figures = warm(lambda q: index.search(encoder.queries([q])[0].vector[None], 10))
    return {"model load s": loaded - began, "build s": built - loaded, **figures}


def warm(ask) -> dict[str, float]:
    ask(QUESTIONS[0])
    times = []
    for question in QUESTIONS * ROUNDS:
        began = time.perf_counter()
        ask(question)
        times.append((time.perf_counter() - began) * 1000)
    percentiles = statistics.quantiles(times, n=20)
    memory = psutil.Process().memory_info().rss / 1e6
    return {"warm question p50 ms": percentiles[9], "warm question p95 ms": percentiles[18], "resident MB": memory}


def main() -> None:
    if len(sys.argv) > 1:
        print(json.dumps({"ours": ours, "common": common}[sys.argv[1]]()))
        return
    results = {}
    for side in ("ours", "common"):
        command = [sys.executable, "-m", "tests.bench", side]
        run = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        results[side] = json.loads(run.stdout.splitlines()[-1])
    print(f"{'':24}{'ours':>10}{'common':>10}{'ratio':>8}")
    for name, value in results["ours"].items():
        baseline = results["common"][name]
        print(f"{name:24}{value:10.1f}{baseline:10.1f}{value / baseline:8.2f}")


if __name__ == "__main__":
    main()
