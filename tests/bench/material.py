"""What the other pipelines are given: the raw text in splits, and the same model in the form that any library reads."""

from pathlib import Path

from tests.bench.asking import ROOT, Figures


def splits() -> list[str]:
    """The reports in pieces of 500 characters that overlap by 50, as tutorials cut them."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    text = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "corpus").glob("*/report.txt")))
    return RecursiveCharacterTextSplitter(chunk_size=500, chunk_overlap=50).split_text(text)


def save_model(folder: Path) -> None:
    """Write the model, in single precision, as an ordinary folder."""
    from transformers import PreTrainedTokenizerFast

    from index.encoding import e5_torch

    module = e5_torch.load_model("float32", "cpu").model[0]
    assert isinstance(module, e5_torch.TorchE5)
    module.save(str(folder))
    named = {"pad_token": "<pad>", "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
    PreTrainedTokenizerFast(tokenizer_object=module.tokenizer, **named).save_pretrained(folder)


def build_figures(seconds: float, pieces: int, stored: int) -> Figures:
    """Of a pipeline that encodes each split once, and all of them again whatever has changed."""
    return {
        "build s": seconds,
        "rebuild after one paragraph s": seconds,
        "build per 1,000 passages s": seconds / pieces * 1000,
        "build per 1,000 texts s": seconds / pieces * 1000,
        "bytes a passage on disk": stored / pieces,
        "bytes a text on disk": stored / pieces,
    }
