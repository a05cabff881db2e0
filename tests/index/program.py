"""report-index with the letter encoder, for a process of its own."""

import index.encoding.encoder
from index.cli import main as report_index
from tests.index.encoders import LetterEncoder


def main() -> None:
    index.encoding.encoder.SentenceTransformerEncoder = lambda _: LetterEncoder()
    report_index()


if __name__ == "__main__":
    main()
