"""Any sentence-transformers model: texts -> the vector of each and those of its tokens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from sentence_transformers import SentenceTransformer
from sentence_transformers.util import batch_to_device

from index.arrays import Pooled, Vectors
from index.config import ModelOptions
from index.errors import ModelError

# Few lengths mean few shapes: the library under torch keeps a kernel for each, and memory grows with them.
TOKENS_STEP = 8


class SentenceTransformerModel:
    """Gives of each text its vector and those of all its tokens. One thread at a time may call it."""

    def __init__(self, model: SentenceTransformer, name: str, dtype: str, origin: str, step: int = TOKENS_STEP) -> None:
        """Take a model whose texts are padded to a multiple of a step.

        :raises ModelError: if it gives nothing of tokens.
        """
        dimensions = model.get_embedding_dimension()
        if not dimensions or "attention_mask" not in model.preprocess([""]):
            raise ModelError(f"model {name}: gives no sentence or no token vectors; name a transformer that does")
        self.model, self.dtype, self.origin, self.dimensions, self.step = model.eval(), dtype, origin, int(dimensions), step

    @classmethod
    def load(cls, options: ModelOptions, dtype: str) -> SentenceTransformerModel:
        """A folder's or a hub's model. Raises ModelError with the reason in one line."""
        try:
            settings = {"torch_dtype": getattr(torch, dtype)}
            model = SentenceTransformer(options.name, device=options.device, model_kwargs=settings)
        except (OSError, ValueError, RuntimeError, ImportError, SafetensorError) as error:
            reason = " ".join(str(error).split())[:200]
            raise ModelError(f"model {options.name}: cannot be loaded ({reason}); check [model] name") from error
        path = Path(options.name)
        return cls(model, options.name, dtype, str(path.resolve() if path.exists() else path))

    def __call__(self, texts: Sequence[str]) -> list[Pooled]:
        """`model.encode` would do the same, but its own preparations take a third of the time of a question."""
        with torch.inference_mode():
            features = pad_to_length(self.model.preprocess(list(texts)), self.step)
            found: Any = self.model(batch_to_device(features, self.model.device))
        each = zip(found["sentence_embedding"], found["token_embeddings"], found["attention_mask"], strict=True)
        return [(to_array(vector), to_array(tokens[mask.bool()])) for vector, tokens, mask in each]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [int(self.model.preprocess([text])["attention_mask"].sum()) for text in texts]

    def library(self) -> SentenceTransformerModel:
        return self


def pad_to_length(features: dict[str, Any], step: int) -> dict[str, Any]:
    """What goes into a model, its rows of tokens padded to a multiple of a step with what the mask leaves out."""
    length = features["attention_mask"].shape[1]
    return {
        name: torch.nn.functional.pad(values, (0, -length % step)) if getattr(values, "ndim", 0) == 2 else values
        for name, values in features.items()
    }


def to_array(tensor: torch.Tensor) -> Vectors:
    values: Vectors = tensor.float().cpu().numpy()
    return values
