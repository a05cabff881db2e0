"""In which numbers this processor computes: it may lack instructions for those that the configuration asks for."""

from __future__ import annotations

from index.config import EMBEDDED, ModelOptions


def describe_processor(options: ModelOptions) -> str:
    """The number formats of questions and of token products on this processor, in one line.

    :return: nothing for a model that is not embedded: what it computes in is known once it is loaded.
    """
    if not options.name.startswith(EMBEDDED) or options.device != "cpu":
        return ""
    from index.encoding.e5_openvino import computed
    from index.encoding.encoder import chosen_dtype
    from index.retrieval.products import exact

    return f"questions in {computed(chosen_dtype(options))}, token products in {'int8' if exact() else 'float32'}"
