"""Run any sentence-transformers model to get the vector of each text and the vectors of its tokens."""

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

# Tokens are padded to a multiple of this: torch's backend keeps a kernel for each shape, so few shapes bound the memory.
TOKENS_STEP = 8


class SentenceTransformerModel:
    """Encodes texts as one vector each and the vectors of all tokens. Not thread-safe: one call at a time."""

    def __init__(self, model: SentenceTransformer, name: str, dtype: str, origin: str, step: int = TOKENS_STEP) -> None:
        """Wrap a model.

        :param name: name of the model for error messages.
        :param origin: identifies the weights.
        :param step: token sequences are padded to a multiple of this.
        :raises ModelError: if the model gives no token vectors.
        """
        dimensions = model.get_embedding_dimension()
        if not dimensions or "attention_mask" not in model.preprocess([""]):
            raise ModelError(f"model {name}: gives no sentence or no token vectors; name a transformer that does")
        self.model, self.dtype, self.origin, self.dimensions, self.step = model.eval(), dtype, origin, int(dimensions), step

    @classmethod
    def load(cls, options: ModelOptions, dtype: str) -> SentenceTransformerModel:
        """Load a model from a folder or the hub.

        :raises ModelError: if it cannot be loaded.
        """
        try:
            settings = {"torch_dtype": getattr(torch, dtype)}
            model = SentenceTransformer(options.name, device=options.device, model_kwargs=settings)
        except (OSError, ValueError, RuntimeError, ImportError, SafetensorError) as error:
            reason = " ".join(str(error).split())[:200]
            raise ModelError(f"model {options.name}: cannot be loaded ({reason}); check [model] name") from error
        path = Path(options.name)
        return cls(model, options.name, dtype, str(path.resolve() if path.exists() else path))

    def __call__(self, texts: Sequence[str]) -> list[Pooled]:
        """Encode texts."""
        # `model.encode` gives the same, but its preparations take a third of the time of a question.
        with torch.inference_mode():
            features = pad_to_length(self.model.preprocess(list(texts)), self.step)
            output: Any = self.model(batch_to_device(features, self.model.device))
        rows = zip(output["sentence_embedding"], output["token_embeddings"], output["attention_mask"], strict=True)
        return [(to_array(vector), to_array(tokens[mask.bool()])) for vector, tokens, mask in rows]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [int(self.model.preprocess([text])["attention_mask"].sum()) for text in texts]

    def library(self) -> SentenceTransformerModel:
        """Return itself: the same model encodes questions and passages."""
        return self


def pad_to_length(features: dict[str, Any], step: int) -> dict[str, Any]:
    """Pad the token features of a model to a multiple of `step`; the mask is 0 for the padding."""
    length = features["attention_mask"].shape[1]
    return {
        name: torch.nn.functional.pad(values, (0, -length % step)) if getattr(values, "ndim", 0) == 2 else values
        for name, values in features.items()
    }


def to_array(tensor: torch.Tensor) -> Vectors:
    values: Vectors = tensor.float().cpu().numpy()
    return values
