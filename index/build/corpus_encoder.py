"""Encodes a corpus: the vectors of its sentences, and the tokens of these and of what was written about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from index.arrays import Vectors
from index.encoding.encoder import Encoder, Encoding
from index.models import Expansion
from index.reports.corpus import Corpus
from index.reports.passages import text_in_context
from index.retrieval.token_index import SAMPLE, TokenCentering, TokenIndex

# Sentences that are encoded together: their token vectors in single precision take some 750 MB.
BLOCK = 8192

# Progress callback: stage, done, total.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class EncodedCorpus:
    """Row n of `vectors`, float32 of shape (sentences, dimensions), and of `late` is sentence n; row n of `told` is
    expansion n."""

    vectors: Vectors
    late: TokenIndex
    told: TokenIndex


def encode_corpus(
    corpus: Corpus, encoder: Encoder, batch_size: int, progress: Progress, block: int = BLOCK, sample: int = SAMPLE
) -> EncodedCorpus:
    """Encode the sentences of a corpus block by block, and its expansions.

    :param block: sentences that are held in single precision at a time.
    :param sample: tokens after which the frame of all is measured on those that are encoded so far.
    """
    blocks = sentence_blocks(corpus, encoder, batch_size, partial(progress, "encode"), block)
    first: list[list[Encoding]] = []
    tokens = 0
    while tokens < sample and (encoded := next(blocks, None)):
        first.append(encoded)
        tokens += sum(len(each.tokens) for each in encoded)
    told = encode_expansions(corpus.expansions, encoder, batch_size, partial(progress, "expand"))
    frame = TokenCentering.measure([each for encoded in first for each in encoded], told)
    vectors: list[Vectors] = []
    parts: list[TokenIndex] = []
    while encoded := first.pop(0) if first else next(blocks, None):
        vectors.append(np.stack([each.vector for each in encoded]).astype(np.float32))
        parts.append(TokenIndex.build([each.tokens for each in encoded], frame.mean, frame.sentences, frame.directions))
    written = TokenIndex.build([each.tokens for each in told], frame.mean, frame.told, frame.directions)
    return EncodedCorpus(np.concatenate(vectors), TokenIndex.joined(parts), written)


def sentence_blocks(
    corpus: Corpus, encoder: Encoder, batch_size: int, progress: Callable[[int, int], None], block: int
) -> Iterator[list[Encoding]]:
    """The encoded sentences of a corpus with the headings they stand under, so many at a time."""
    texts = [text_in_context(sentence) for sentence in corpus.sentences]
    for start in range(0, len(texts), block):
        some = texts[start : start + block]
        yield encode_texts(some, encoder, encoder.documents, batch_size, partial(add_progress, progress, start, len(texts)))


def add_progress(progress: Callable[[int, int], None], before: int, total: int, done: int) -> None:
    """Report what is done beside what was done before."""
    progress(before + done, total)


def encode_expansions(
    told: Sequence[Expansion], encoder: Encoder, batch_size: int, progress: Callable[[int, int], None]
) -> list[Encoding]:
    """Encode questions as what they are, for they are to meet questions, and all else as what is searched."""
    asked = [number for number, each in enumerate(told) if each.kind == "question"]
    rest = [number for number, each in enumerate(told) if each.kind != "question"]
    encoded: dict[int, Encoding] = {}
    for numbers, way in ((asked, encoder.stored_queries), (rest, encoder.documents)):
        if numbers:
            texts, count = (
                [told[number].text for number in numbers],
                partial(add_progress, progress, len(encoded), len(told)),
            )
            encoded |= zip(numbers, encode_texts(texts, encoder, way, batch_size, count), strict=True)
    return [encoded[number] for number in range(len(told))]


def encode_texts(
    texts: Sequence[str],
    encoder: Encoder,
    way: Callable[[Sequence[str]], list[Encoding]],
    batch_size: int,
    progress: Callable[[int], None],
) -> list[Encoding]:
    """Encode in batches of like length, so that little is padded; the result is in the order of `texts`.

    :param way: the encoder's method that encodes such texts.
    """
    lengths = encoder.count_tokens(texts)
    order = sorted(range(len(texts)), key=lambda n: lengths[n])
    encoded: dict[int, Encoding] = {}
    progress(0)
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        encoded |= zip(batch, way([texts[n] for n in batch]), strict=True)
        progress(len(encoded))
    return [encoded[n] for n in range(len(texts))]
