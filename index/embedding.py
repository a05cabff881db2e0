"""Text -> vectors, through sentence-transformers and nothing else. Importing this module is cheap; loading is not."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from threadpoolctl import ThreadpoolController

from index.coalescing import Coalesced
from index.config import ModelOptions
from index.errors import ModelError
from index.recent import Recent

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    from index.graph import Graph
    from index.packed_weights import Weights

Vectors = np.ndarray[Any, np.dtype[np.float32]]
EMBEDDED = "embedded:"
TOKENS_STEP = 8
# Questions whose vectors are kept, and up to how many tokens: 25 MB at most.
REMEMBERED, REMEMBERED_TOKENS = 256, 64


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text: `vector` of shape (dimensions,) and `tokens` of shape (tokens, dimensions), all of length 1.

    The tokens are the text's own: those of the prompt and the marks of beginning and end are left out.
    """

    vector: Vectors
    tokens: Vectors


class Encoder(Protocol):
    """What search needs of a model; tests give it one of a few lines."""

    dimensions: int
    fingerprint: str
    dtype: str

    def queries(self, texts: Sequence[str]) -> list[Encoded]:
        """Encode questions."""

    def documents(self, texts: Sequence[str]) -> list[Encoded]:
        """Encode what is searched."""


class SentenceTransformerEncoder:
    """Any sentence-transformers model: `embedded:multilingual-e5-small`, a local folder or a hub's name."""

    def __init__(self, options: ModelOptions) -> None:
        """Load the model. Raises ModelError with the reason in one line."""
        self.options = options
        self.model, self.dtype, origin = load(options)
        dimensions = self.model.get_embedding_dimension()
        if not dimensions or "attention_mask" not in self.model.preprocess([""]):
            raise ModelError(f"model {options.name}: gives no sentence or no token vectors; name a transformer that does")
        self.dimensions = int(dimensions)
        settings = (origin, options.query_prompt, options.document_prompt, self.dimensions)
        self.fingerprint = hashlib.sha256(repr(settings).encode()).hexdigest()[:16]
        self.model.eval()
        self._before: dict[str, int] = {}
        self._asked = Recent[Encoded](REMEMBERED)
        self._coalesced = Coalesced(self._forward, options.batch_size)
        calm_numpy()

    def queries(self, texts: Sequence[str]) -> list[Encoded]:
        if len(texts) == 1 and (known := self._asked.get(texts[0])):
            return [known]
        encoded = self._encode(texts, self.options.query_prompt)
        # Buttons ask a card's question again, and many members ask the same. A long one is asked once.
        if len(texts) == 1 and len(encoded[0].tokens) <= REMEMBERED_TOKENS:
            self._asked.put(texts[0], encoded[0])
        return encoded

    def documents(self, texts: Sequence[str]) -> list[Encoded]:
        return self._encode(texts, self.options.document_prompt)

    def _encode(self, texts: Sequence[str], prompt: str) -> list[Encoded]:
        """Encode texts, longest first, so that those of a batch are of like length and little of it is padding."""
        order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        size, made = self.options.batch_size, dict[int, Encoded]()
        for start in range(0, len(order), size):
            numbers = order[start : start + size]
            made |= zip(numbers, self._batched([(texts[number], prompt) for number in numbers]), strict=True)
        return [made[number] for number in range(len(texts))]

    def _batched(self, prompted: Sequence[tuple[str, str]]) -> Sequence[Encoded]:
        """One batch; a single text goes together with what other threads ask for meanwhile."""
        if len(prompted) == 1:
            return [self._coalesced(prompted[0])]
        with self._coalesced.running:
            return self._forward(prompted)

    def _forward(self, prompted: Sequence[tuple[str, str]]) -> list[Encoded]:
        """One forward pass over texts with their prompts; one at a time, since torch spreads each over all cores.

        `model.encode` would do the same, but its own preparations take a third of the time of a question.
        """
        import torch
        from sentence_transformers.util import batch_to_device

        with torch.inference_mode():
            features = self.model.preprocess([prompt + text for text, prompt in prompted])
            found: Any = self.model(batch_to_device(evened(features), self.model.device))
        return [
            Encoded(unit(array(vector)), unit(array(own_tokens(tokens[mask.bool()], self._tokens_before(prompt)))))
            for (_, prompt), vector, tokens, mask in zip(
                prompted, found["sentence_embedding"], found["token_embeddings"], found["attention_mask"], strict=True
            )
        ]

    def _tokens_before(self, prompt: str) -> int:
        """How many tokens stand before a text's own: the mark of the beginning and the prompt."""
        if prompt not in self._before:
            self._before[prompt] = int(self.model.preprocess([prompt.strip()])["attention_mask"].sum()) - 1
        return self._before[prompt]


def calm_numpy() -> None:
    """Give numpy's matrix products one thread, from here on, in the whole process.

    Theirs and torch's threads each wait busily for work, so that on few cores they keep each other from it: one question
    in ten then takes five times as long.
    """
    ThreadpoolController().select(internal_api="openblas").limit(limits=1)


def evened(features: dict[str, Any]) -> dict[str, Any]:
    """What goes into a model, its rows of tokens padded to a multiple of eight with what the mask leaves out.

    Few lengths mean few shapes: the library under torch keeps a kernel for each, and memory grows with them.
    """
    import torch

    length = features["attention_mask"].shape[1]
    return {
        name: torch.nn.functional.pad(values, (0, -length % TOKENS_STEP)) if getattr(values, "ndim", 0) == 2 else values
        for name, values in features.items()
    }


def own_tokens(tokens: torch.Tensor, before: int) -> torch.Tensor:
    """Leave out the tokens before a text's own and the mark of its end; an empty text keeps that mark."""
    return tokens[before:-1] if len(tokens) > before + 1 else tokens[-1:]


def array(tensor: torch.Tensor) -> Vectors:
    values: Vectors = tensor.float().cpu().numpy()
    return values


def unit(vectors: Vectors) -> Vectors:
    """Scale each row to length 1; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled


def load(options: ModelOptions) -> tuple[SentenceTransformer, str, str]:
    """The model, the name of its number format, and a string that says which weights it has."""
    import torch

    from index import packed_weights

    embedded = options.name.startswith(EMBEDDED)
    name = options.dtype if options.dtype != "auto" else best_dtype(options.device, embedded)
    if name == "int8" and not (embedded and options.device == "cpu"):
        raise ModelError(f'model {options.name}: int8 is for embedded models on a processor; set [model] dtype to "auto"')
    dtype = torch.bfloat16 if name == "bfloat16" else torch.float32
    if embedded:
        if options.name != EMBEDDED + "multilingual-e5-small":
            raise ModelError(f"model {options.name}: there is no such embedded model; try embedded:multilingual-e5-small")
        return embedded_model(options.device, name, dtype), name, packed_weights.SHA256
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(options.name, device=options.device, model_kwargs={"torch_dtype": dtype})
    except (OSError, ValueError, RuntimeError, ImportError, SafetensorError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelError(f"model {options.name}: cannot be loaded ({reason}); check [model] name") from error
    return model, name, str(Path(options.name).resolve() if Path(options.name).exists() else options.name)


def embedded_model(device: str, name: str, dtype: torch.dtype) -> SentenceTransformer:
    """The embedded model. Its weights are read and laid out while the libraries are imported, which takes as long."""
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(prepared, device, name)
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

        from index import packed_e5

        weights, graph, tokenizer = reading.result()
    transformer = packed_e5.PackedE5(graph or packed_e5.build_model(weights, dtype), weights.hidden, tokenizer)
    return SentenceTransformer(modules=[transformer, Pooling(weights.hidden, "mean"), Normalize()], device=device)


def prepared(device: str, name: str) -> tuple[Weights, Graph | None, Tokenizer]:
    """What needs neither torch nor sentence-transformers: weights, on a processor as they are run, and the tokenizer."""
    from index import packed_weights
    from index.graph import Graph

    weights = packed_weights.read()
    return weights, Graph(weights, name) if device == "cpu" else None, packed_weights.build_tokenizer(weights.pieces)


def best_dtype(device: str, embedded: bool) -> str:
    """The fastest in which the ranking holds.

    A processor with the tiles of AMX multiplies bfloat16 in half the time of anything else. Without them it takes longer in
    native bfloat16 than in single precision, and the embedded model less in eight bits.
    """
    import torch

    cpu: Any = torch.cpu
    if device != "cpu" or cpu._is_amx_tile_supported():
        return "bfloat16"
    return "int8" if embedded else "float32"
