"""Build a sentence-transformers model from the weights of the embedded model."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from index.encoding import e5_weights
from index.encoding.e5_openvino import GraphBuilder
from index.encoding.e5_weights import MAX_TOKENS, Weights
from index.encoding.sentence_transformer import TOKENS_STEP, SentenceTransformerModel

DENSE = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


class TorchE5(InputModule):
    """The tokenizer and transformer as one sentence-transformers module; the library does pooling and normalization."""

    def __init__(self, weights: Weights, tokenizer: Tokenizer, layers: torch.nn.Module) -> None:
        """Create a module.

        :param layers: maps ids and attention mask to token vectors: `TorchLayers` or `CompiledLayers`.
        """
        torch.nn.Module.__init__(self)
        self.weights, self.tokenizer, self.layers = weights, tokenizer, layers
        self.dimensions = weights.hidden
        self.max_seq_length = MAX_TOKENS

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        """Tokenize texts.

        :return: `input_ids` and `attention_mask`, both int64, padded, shape (texts, tokens).
        """
        encodings = self.tokenizer.encode_batch([(prompt or "") + text for text in inputs])
        return {
            "input_ids": torch.tensor([encoding.ids for encoding in encodings]),
            "attention_mask": torch.tensor([encoding.attention_mask for encoding in encodings]),
        }

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Add `token_embeddings`, shape (texts, tokens, hidden)."""
        return {**features, "token_embeddings": self.layers(features["input_ids"], features["attention_mask"])}

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Save as a transformers model folder."""
        build_model(self.weights, torch.float32).save_pretrained(output_path)
        self.tokenizer.save(str(Path(output_path) / "tokenizer.json"))


class TorchLayers(torch.nn.Module):
    """The layers run by transformers, on any device."""

    def __init__(self, weights: Weights, dtype: torch.dtype) -> None:
        super().__init__()
        self.bert = build_model(weights, dtype)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        vectors: torch.Tensor = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        return vectors


class CompiledLayers(torch.nn.Module):
    """The layers run by OpenVINO on a CPU: on some in a third of PyTorch's time, and in less beside other work."""

    def __init__(self, graph: GraphBuilder) -> None:
        super().__init__()
        self.graph = graph

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        with self.graph(ids.numpy(), mask.numpy()) as vectors:
            return torch.from_numpy(vectors.copy())


def load_model(dtype: str, device: str) -> SentenceTransformerModel:
    """Load the model to run on PyTorch.

    :param dtype: `float32` or `bfloat16`.
    :raises ModelError: if the weight file is missing or not the pinned one.
    """
    weights = e5_weights.read_weights()
    layers = TorchLayers(weights, getattr(torch, dtype))
    return make_transformer(weights, layers, dtype, device)


def make_transformer(weights: Weights, layers: torch.nn.Module, dtype: str, device: str) -> SentenceTransformerModel:
    """Assemble a model from its layers, mean pooling and normalization."""
    module = TorchE5(weights, weights.tokenizer, layers)
    model = SentenceTransformer(modules=[module, Pooling(module.dimensions, "mean"), Normalize()], device=device)
    # Without padding, because OpenVINO's kernels are small and a build has few shapes.
    step = 1 if isinstance(layers, CompiledLayers) else TOKENS_STEP
    return SentenceTransformerModel(model, e5_weights.NAME, dtype, e5_weights.SHA256, step)


def build_model(weights: Weights, dtype: torch.dtype) -> Any:
    """Build a BertModel from the weight file, without first initializing weights at random."""
    config = BertConfig(
        vocab_size=weights.vocabulary,
        hidden_size=weights.hidden,
        num_hidden_layers=weights.layers,
        num_attention_heads=weights.heads,
        intermediate_size=weights.ffn,
        max_position_embeddings=weights.positions,
        type_vocab_size=weights.types,
        layer_norm_eps=weights.epsilon,
    )
    names = {
        "emb.word": "embeddings.word_embeddings.weight",
        "emb.pos": "embeddings.position_embeddings.weight",
        "emb.type": "embeddings.token_type_embeddings.weight",
        "emb.ln.w": "embeddings.LayerNorm.weight",
        "emb.ln.b": "embeddings.LayerNorm.bias",
    }
    for layer in range(config.num_hidden_layers):
        for key, name in (DENSE | NORMS).items():
            names[f"l{layer}.{key}.w"] = f"encoder.layer.{layer}.{name}.weight"
            names[f"l{layer}.{key}.b"] = f"encoder.layer.{layer}.{name}.bias"
    with torch.device("meta"):
        model: Any = BertModel(config, add_pooling_layer=False)
    shapes = {name: parameter.shape for name, parameter in model.named_parameters()}
    state = {name: torch.tensor(weights.floats(key), dtype=dtype).reshape(shapes[name]) for key, name in names.items()}
    model.load_state_dict(state, strict=False, assign=True)
    # The only buffers are position and type ids, which the file does not contain.
    model.embeddings.position_ids = torch.arange(config.max_position_embeddings)[None]
    model.embeddings.token_type_ids = torch.zeros_like(model.embeddings.position_ids)
    return model.eval()
