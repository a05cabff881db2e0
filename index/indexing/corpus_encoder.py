"""Encode a corpus: the vectors and tokens of its sentences, and the tokens of its expansions."""

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

# Sentences per block: their token vectors in single precision take some 750 MB.
BLOCK = 8192

# Progress callback: stage, done, total.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class EncodedCorpus:
    """An encoded corpus.

    Row n of `vectors`, float32 of shape (sentences, dimensions), and of `token_index` is sentence n; row n of
    `expansion_index` is expansion n.
    """

    vectors: Vectors
    token_index: TokenIndex
    expansion_index: TokenIndex


def encode_corpus(
    corpus: Corpus, encoder: Encoder, batch_size: int, progress: Progress, block: int = BLOCK, sample: int = SAMPLE
) -> EncodedCorpus:
    """Encode the sentences of a corpus block by block, and its expansions.

    :param block: sentences whose tokens are in memory in single precision at a time.
    :param sample: number of tokens on which the centring of all tokens is measured.
    """
    blocks = sentence_blocks(corpus, encoder, batch_size, partial(progress, "encode"), block)
    first: list[list[Encoding]] = []
    tokens = 0
    while tokens < sample and (encoded := next(blocks, None)):
        first.append(encoded)
        tokens += sum(len(encoding.tokens) for encoding in encoded)
    expansions = encode_expansions(corpus.expansions, encoder, batch_size, partial(progress, "expand"))
    centering = TokenCentering.measure([encoding for encoded in first for encoding in encoded], expansions)
    vectors: list[Vectors] = []
    parts: list[TokenIndex] = []
    while encoded := first.pop(0) if first else next(blocks, None):
        vectors.append(np.stack([encoding.vector for encoding in encoded]).astype(np.float32))
        # Without a local for the tokens, so that they are freed with the block.
        parts.append(
            TokenIndex.build(
                [encoding.tokens for encoding in encoded], centering.mean, centering.sentence_scale, centering.directions
            )
        )
    expansion_tokens = [encoding.tokens for encoding in expansions]
    expansion_index = TokenIndex.build(expansion_tokens, centering.mean, centering.expansion_scale, centering.directions)
    return EncodedCorpus(np.concatenate(vectors), TokenIndex.joined(parts), expansion_index)


def sentence_blocks(
    corpus: Corpus, encoder: Encoder, batch_size: int, progress: Callable[[int, int], None], block: int
) -> Iterator[list[Encoding]]:
    """Yield the encoded sentences of a corpus, each with its headings, in blocks of at most `block` sentences."""
    texts = [text_in_context(sentence) for sentence in corpus.sentences]
    for start in range(0, len(texts), block):
        batch = texts[start : start + block]
        yield encode_texts(batch, encoder, encoder.documents, batch_size, partial(add_progress, progress, start, len(texts)))


def add_progress(progress: Callable[[int, int], None], before: int, total: int, done: int) -> None:
    """Report progress as the sum of `before` and `done`."""
    progress(before + done, total)


def encode_expansions(
    expansions: Sequence[Expansion], encoder: Encoder, batch_size: int, progress: Callable[[int, int], None]
) -> list[Encoding]:
    """Encode expansions: questions as queries, because they are compared with questions, and all others as documents."""
    questions = [number for number, expansion in enumerate(expansions) if expansion.kind == "question"]
    others = [number for number, expansion in enumerate(expansions) if expansion.kind != "question"]
    encoded: dict[int, Encoding] = {}
    for numbers, way in ((questions, encoder.stored_queries), (others, encoder.documents)):
        if numbers:
            texts = [expansions[number].text for number in numbers]
            report = partial(add_progress, progress, len(encoded), len(expansions))
            encoded |= zip(numbers, encode_texts(texts, encoder, way, batch_size, report), strict=True)
    return [encoded[number] for number in range(len(expansions))]


def encode_texts(
    texts: Sequence[str],
    encoder: Encoder,
    way: Callable[[Sequence[str]], list[Encoding]],
    batch_size: int,
    progress: Callable[[int], None],
) -> list[Encoding]:
    """Encode texts in batches of similar length, so that there is little padding.

    :param way: the encoder's method for this kind of text.
    :return: encodings in the order of `texts`.
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
