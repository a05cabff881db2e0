"""Load the reader that the configuration names."""

import logging
from functools import cache

from index.config import EMBEDDED, ReaderOptions
from index.errors import GenerationError, ModelError
from index.reading.claim_judge import ClaimJudge
from index.reading.reader import Reader

log = logging.getLogger(__name__)


def load_reader(options: ReaderOptions) -> Reader | None:
    """Load the configured reader.

    :return: None if there is none: the configuration says so, or its file cannot be used, which is logged.
    """
    if not options.name:
        return None
    try:
        if options.name.startswith(EMBEDDED):
            from index.reading.e5_reader import E5Reader

            return E5Reader.load(options.name)
        from index.reading.cross_encoder import CrossEncoderReader

        return CrossEncoderReader(options.name)
    except (GenerationError, ModelError) as error:
        log.warning("%s; answers rest on search alone", error)
        return None


@cache
def load_claim_judge() -> ClaimJudge | None:
    """Load the judge of claims, once for all generations.

    :return: None if its file cannot be used, which is logged.
    """
    try:
        return ClaimJudge.load()
    except (GenerationError, ModelError) as error:
        log.warning("%s; only statements that stand in the report word by word are supported", error)
        return None
