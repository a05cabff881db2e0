"""What a build encodes: every sentence under its headings, and what was written about it, segment after segment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from index.encoding.encoder import Encoded, Encoder
from index.generations.segments import in_context
from index.models import Expansion
from index.reports.corpus import Corpus

# Told the stage, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]
Encodings = tuple[list[Encoded], list[Encoded]]


class Encoding:
    """The sentences and expansions of some segments, encoded when asked for; tells how far it is over all of them."""

    def __init__(self, corpora: Mapping[str, Corpus], encoder: Encoder, batch_size: int, progress: Progress) -> None:
        self.corpora, self.encoder, self.batch_size, self.progress = corpora, encoder, batch_size, progress
        self._ahead: dict[str, Encodings] = {}
        self._done = {"encode": 0, "expand": 0}
        self._total = {
            "encode": sum(len(corpus.sentences) for corpus in corpora.values()),
            "expand": sum(len(corpus.expansions) for corpus in corpora.values()),
        }

    def ahead(self, name: str) -> Encodings:
        """Those of a segment, kept for whoever takes them."""
        self._ahead[name] = self.take(name)
        return self._ahead[name]

    def take(self, name: str) -> Encodings:
        """Those of a segment, sentences and expansions, which are kept no longer."""
        if name in self._ahead:
            return self._ahead.pop(name)
        corpus = self.corpora[name]
        texts = [in_context(sentence) for sentence in corpus.sentences]
        sentences = encode(texts, self.encoder, self.encoder.documents, self.batch_size, partial(self._tell, "encode"))
        told = encode_expansions(corpus.expansions, self.encoder, self.batch_size, partial(self._tell, "expand"))
        self._done = {"encode": self._done["encode"] + len(sentences), "expand": self._done["expand"] + len(told)}
        return sentences, told

    def _tell(self, stage: str, done: int) -> None:
        self.progress(stage, self._done[stage] + done, self._total[stage])


def encode_expansions(
    told: Sequence[Expansion], encoder: Encoder, batch_size: int, progress: Callable[[int], None]
) -> list[Encoded]:
    """Encode questions as what they are, for they are to meet questions, and all else as what is searched."""
    asked = [number for number, each in enumerate(told) if each.kind == "question"]
    rest = [number for number, each in enumerate(told) if each.kind != "question"]
    encoded: dict[int, Encoded] = {}

    def tell(before: int, done: int) -> None:
        progress(before + done)

    for numbers, way in ((asked, encoder.stored_queries), (rest, encoder.documents)):
        if numbers:
            texts = [told[number].text for number in numbers]
            encoded |= zip(numbers, encode(texts, encoder, way, batch_size, partial(tell, len(encoded))), strict=True)
    return [encoded[number] for number in range(len(told))]


def encode(
    texts: Sequence[str],
    encoder: Encoder,
    way: Callable[[Sequence[str]], list[Encoded]],
    batch_size: int,
    progress: Callable[[int], None],
) -> list[Encoded]:
    """Encode in batches of like length, so that little is padded; the result is in the order of `texts`.

    :param way: the encoder's method that encodes such texts.
    """
    lengths = encoder.count_tokens(texts)
    order = sorted(range(len(texts)), key=lambda n: lengths[n])
    encoded: dict[int, Encoded] = {}
    progress(0)
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        encoded |= zip(batch, way([texts[n] for n in batch]), strict=True)
        progress(len(encoded))
    return [encoded[n] for n in range(len(texts))]
