"""Any report: no character of it is lost, every piece of it is verbatim, whoever and whatever stands in it is read."""

import re

from hypothesis import strategies as st

from index.answering.question_constraints import missing_years
from index.reports import passages as passages_module
from index.reports.passages import sentence_spans, split_sentences
from index.reports.reader import BULLETS
from index.reports.sessions import collect_people, find_sessions, person_key
from index.retrieval.bm25_index import BM25Index
from index.text import normalization
from index.text.normalization import fold_text, search_terms
from tests.fuzz.counting import fuzzed
from tests.fuzz.reports import document, profiles, texts
from tests.fuzz.texts import hostile


def squeeze(text: str) -> str:
    return "".join(text.split())


@fuzzed("reader", 15, 3000, text=texts(), profile=profiles())
def test_read_document_any_text_changes_only_white_space(text, profile):
    read = document(text, profile)
    assert squeeze(read.text) == squeeze(text)
    assert [(each.start, each.end) for each in read.paragraphs] == sorted((each.start, each.end) for each in read.paragraphs)
    assert all(read.text[each.start : each.end].strip() for each in read.paragraphs)
    assert all(0 <= section.start < section.end <= len(read.text) for section in read.sections)
    assert list(read.page_starts) == sorted(read.page_starts)


@fuzzed("chunks and sentences", 15, 3000, text=texts(), profile=profiles(), limit=st.integers(50, 400))
def test_split_passages_and_sentences_any_text_is_verbatim_and_complete(text, profile, limit):
    read = document(text, profile)
    passages = passages_module.split_passages(read, limit)
    assert "".join(squeeze(each.text) for each in passages) == squeeze(text)
    assert all(each.text == read.text[each.start : each.end] and 0 < len(each.text) <= limit for each in passages)
    found = list(split_sentences(read, passages))
    assert {each.passage for each in found} == set(range(len(passages)))
    for number, passage in enumerate(passages):
        own = [each.text for each in found if each.passage == number]
        assert all(each in passage.text for each in own)
        assert without_bullets("".join(own)) == without_bullets(passage.text)


def without_bullets(text):
    return re.sub(rf"[{BULLETS}–—*-]", "", squeeze(text))


@fuzzed("sentences", 15, 6000, text=hostile())
def test_sentence_spans_any_text_are_ordered_and_complete(text):
    found = list(sentence_spans(text))
    assert squeeze("".join(text[start:end] for start, end in found)) == squeeze(text)
    edges = [edge for span in found for edge in span]
    assert edges == sorted(edges)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in found)


@fuzzed("sessions and people", 15, 3000, text=texts(), profile=profiles())
def test_find_sessions_any_text_returns_unique_ids_and_named_people(text, profile):
    read = document(text, profile)
    warned = []
    found = find_sessions(read, profile, warn=lambda offset, problem: warned.append((offset, problem)))
    ids = [each.id for each in found]
    assert len(set(ids)) == len(ids)
    assert all(each.parent in {None, *ids} for each in found)
    assert all(each.title for each in found)
    names = [person.name for person, _ in collect_people(found)]
    assert all(names)
    assert len({person_key(name) for name in names}) == len(names)
    assert all(0 <= offset <= len(read.text) and problem for offset, problem in warned)
    assert all(1 <= first <= last for first, last in (each.pages for each in found))


@fuzzed("tokeniser", 60, 6000, text=hostile())
def test_search_terms_any_text_returns_folded_words(text):
    found = search_terms(text)
    assert all(term and not term.isspace() and fold_text(term) == term for term in found)
    assert normalization.name_keys([text, "a"])[1:] == ["a"]
    assert normalization.name_key(normalization.name_key(text)) == normalization.name_key(text)


@fuzzed("tokeniser", 15, 1000, texts=st.lists(hostile(3, 200), min_size=1, max_size=6), question=hostile(3, 200))
def test_bm25_index_scores_any_texts_are_not_negative(texts, question):
    index = BM25Index.build(texts)
    scores = index.scores(question)
    assert scores.shape == (len(texts),)
    assert (scores >= 0).all()
    assert all(len(year) == 4 for year in missing_years(question, index.__contains__))
