"""Hostile reports, and engines that answer from them with an encoder of letters."""

import re
import tomllib
from functools import cache

from hypothesis import strategies as st

from index.answering.coverage import CoverageModel, ScoreBaseline
from index.assembly import make_answerer, make_structured_answerer
from index.claims.claim_check import ClaimChecker
from index.engine import Engine
from index.generations.manifest import Manifest
from index.indexing import builder
from index.models import Document, ReportInfo
from index.reports import passages as passages_module
from index.reports import reader
from index.reports.corpus import Corpus
from index.reports.passages import split_sentences
from index.reports.profile import Profile
from index.reports.sessions import find_sessions
from index.writing.line_verifier import LineVerifier
from tests.fuzz.texts import FRAGMENTS, hostile, unicode_only
from tests.index import corpora, forum
from tests.index.encoders import LetterEncoder
from tests.index.tiny import HARBOUR_TEXT, HARBOUR_TOML, TOWER_TEXT, TOWER_TOML, made, settings_for


def tiny(name: str, toml: str) -> Profile:
    return Profile.model_validate({"name": name, **tomllib.loads(toml)})


PROFILES = (
    tiny("harbour", HARBOUR_TOML),
    tiny("tower", TOWER_TOML),
    corpora.rivers().profile,
    corpora.summit().profile,
    forum.PROFILE,
)
BASES = (HARBOUR_TEXT, TOWER_TEXT, corpora.RIVERS_TEXT, forum.TEXT, "")
LABELS = (
    "# ",
    "## ",
    "### ",
    "一、",
    "（一）",
    "1.",
    "Date: ",
    "Chair: ",
    "Speakers: ",
    "日期：",
    "主持：",
    "講者：",
    "Step 1: ",
    "- ",
)


@st.composite
def lines(draw: st.DrawFn) -> str:
    """A line of a report: structure with something hostile in it."""
    return draw(st.sampled_from(["", *LABELS])) + draw(hostile(2, 300))


@st.composite
def texts(draw: st.DrawFn) -> str:
    """The text of a report: a small one with hostile lines put in, or hostile lines alone."""
    text = draw(st.sampled_from(BASES)).split("\n")
    for line in draw(st.lists(lines(), max_size=8)):
        text.insert(draw(st.integers(0, len(text))), line)
    return unicode_only(draw(st.sampled_from(["\n", "\n\n", "\r\n", "\n "])).join(text))


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    """A profile that fits a small report, with any layout."""
    layout = {
        "lines": draw(st.sampled_from(["wrapped", "blank-line"])),
        "page_break": draw(st.sampled_from(["indented", "form-feed", "none"])),
    }
    profile = draw(st.sampled_from(PROFILES))
    return profile.model_copy(update={"layout": type(profile.layout).model_validate(layout)})


def document(text: str, profile: Profile) -> Document:
    return reader.read_document(text, profile)


def engine_of(text: str, profile: Profile, limit: int = 120) -> Engine | None:
    """An engine over one report, made in memory; None for a report that holds nothing."""
    read = document(text, profile)
    passages = tuple(passages_module.split_passages(read, limit))
    if not passages:
        return None
    source = ReportInfo(report=profile.name, title=profile.title, sha256="0" * 64, time_zone=profile.time_zone)
    corpus = Corpus((source,), passages, tuple(split_sentences(read, passages)), find_sessions(read, profile), ())
    encoder, even = LetterEncoder(), ScoreBaseline(0.5, 0.1, 1.0, 1.0)
    artifacts, store = made(corpus)
    contents = builder.manifest_contents(
        settings_for(corpora.SUMMIT),
        encoder,
        artifacts,
        {"type": "flat", "recall@10": 1.0},
        CoverageModel(even, even),
        0.0,
        {},
        "",
        "",
    )
    manifest = Manifest.seal(contents, "2030-01-01T00:00:00Z", {})
    guide = make_structured_answerer(artifacts, contents)
    answerer = make_answerer(artifacts, store, encoder, manifest, manifest.id, guide, None)
    checker = ClaimChecker(answerer, lambda: None)
    return Engine(manifest, corpus.sessions, answerer, guide, checker, LineVerifier(checker, {}))


@cache
def engines() -> tuple[Engine, ...]:
    """The small reports as they are, and one with every fragment in its titles, names and sentences."""
    evil = HARBOUR_TEXT + "".join(
        f"\n## {fragment} hall\n\nDate: {n % 28 + 1} May 2030, 0{n % 10}:00-2{n % 10}:00\n\nSpeakers: {fragment}; "
        f"A {fragment} (B, C)\n\nHe said {fragment} and {n} boats.\n"
        for n, fragment in enumerate(re.sub(r"\s+", " ", unicode_only(each)) for each in FRAGMENTS)
    )
    made = [engine_of(text, profile) for text, profile in zip(BASES, PROFILES, strict=True) if text]
    return tuple(filter(None, [*made, engine_of(evil, PROFILES[0])]))
