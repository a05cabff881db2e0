"""What a disk refuses, in words of one line."""

import errno
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import GenerationError

log = logging.getLogger(__name__)

NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
NOT_WRITABLE = {errno.EROFS, errno.EACCES, errno.EPERM}


@contextmanager
def explained(root: Path) -> Iterator[None]:
    """Turn an OSError into a GenerationError of one line that names the path and what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_SPACE:
            advice = "free some space, then run the command again"
        elif error.errno in NOT_WRITABLE:
            advice = "make the folder writable, or set index.path in config.toml to one that is"
        else:
            advice = "check the folder and its disk, then run the command again"
        raise GenerationError(f"{error.filename or root}: {error.strerror or error}; {advice}") from error


def remove_if_possible(path: Path) -> None:
    """Remove a file or a folder; log a warning if the disk refuses."""
    try:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    except OSError as error:
        log.warning("%s: left behind (%s); the next build tries again", path, error.strerror)
