"""Text -> vectors, through sentence-transformers and nothing else. Importing this module is cheap; loading is not."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from threadpoolctl import ThreadpoolController

from index.config import ModelOptions
from index.errors import ModelError

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

Vectors = np.ndarray[Any, np.dtype[np.float32]]
EMBEDDED = "embedded:"


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
        self._lock = threading.Lock()
        calm_numpy()

    def queries(self, texts: Sequence[str]) -> list[Encoded]:
        return self._encode(texts, self.options.query_prompt)

    def documents(self, texts: Sequence[str]) -> list[Encoded]:
        return self._encode(texts, self.options.document_prompt)

    def _encode(self, texts: Sequence[str], prompt: str) -> list[Encoded]:
        # One forward pass at a time: torch spreads each over all cores, so two at once only slow each other down.
        with self._lock:
            rows: Any = self.model.encode(
                list(texts),
                prompt=prompt,
                batch_size=self.options.batch_size,
                output_value=None,
                show_progress_bar=False,
            )
        before = self._tokens_before(prompt)
        return [Encoded(unit(array(row["sentence_embedding"])), unit(array(own_tokens(row, before)))) for row in rows]

    def _tokens_before(self, prompt: str) -> int:
        """How many tokens stand before a text's own: the mark of the beginning and the prompt."""
        features = self.model.preprocess([prompt.strip()])
        return int(features["input_ids"].shape[1]) - 1


def calm_numpy() -> None:
    """Give numpy's matrix products one thread, from here on, in the whole process.

    Theirs and torch's threads each wait busily for work, so that on few cores they keep each other from it: one question
    in ten then takes five times as long.
    """
    ThreadpoolController().select(internal_api="openblas").limit(limits=1)


def own_tokens(row: dict[str, torch.Tensor], before: int) -> torch.Tensor:
    """Leave out padding, the tokens before a text's own and the mark of its end; an empty text keeps that mark."""
    tokens = row["token_embeddings"][row["attention_mask"].bool()]
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
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

    name = options.dtype if options.dtype != "auto" else best_dtype(options.device)
    dtype = torch.bfloat16 if name == "bfloat16" else torch.float32
    if options.name.startswith(EMBEDDED):
        from index import packed_e5

        if options.name != EMBEDDED + "multilingual-e5-small":
            raise ModelError(f"model {options.name}: there is no such embedded model; try embedded:multilingual-e5-small")
        transformer = packed_e5.load(dtype)
        pooling = Pooling(transformer.model.config.hidden_size, "mean")
        model = SentenceTransformer(modules=[transformer, pooling, Normalize()], device=options.device)
        return model, name, packed_e5.SHA256
    try:
        model = SentenceTransformer(options.name, device=options.device, model_kwargs={"torch_dtype": dtype})
    except (OSError, ValueError, RuntimeError, ImportError, SafetensorError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelError(f"model {options.name}: cannot be loaded ({reason}); check [model] name") from error
    return model, name, str(Path(options.name).resolve() if Path(options.name).exists() else options.name)


def best_dtype(device: str) -> str:
    """bfloat16 where the processor multiplies it natively, since the ranking holds and it is faster; else float32."""
    import torch

    if device != "cpu":
        return "bfloat16"
    cpu: Any = torch.cpu
    native = cpu._is_avx512_bf16_supported() or cpu._is_amx_tile_supported()
    return "bfloat16" if native else "float32"
