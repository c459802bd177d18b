"""Files that are complete or not there: written beside their place, then moved."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from identifiability.errors import InvalidFile


@contextmanager
def replacement(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to, which takes the place of ``path`` when the block ends without an error.

    Whatever stops the block, be it an error or the user, leaves what was there before.

    Raises
    ------
    InvalidFile
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replacement(Path(folder) / "note.txt") as file:
    ...         _ = file.write(b"whole")
    ...     [entry.name for entry in Path(folder).iterdir()]
    ['note.txt']
    """
    # What a symbolic link points to is replaced, not the link.
    target = Path(os.path.realpath(path))
    beside = target.parent / f".netbounds-{secrets.token_hex(8)}"
    try:
        if target.is_dir():
            raise InvalidFile(f"cannot write {str(path)!r}: it is a directory; pass the name of a file")
        if not target.parent.is_dir():
            raise InvalidFile(
                f"cannot write {str(path)!r}: there is no directory {str(target.parent)!r}; create it first"
            )
        try:
            with beside.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise InvalidFile(f"cannot write {str(path)!r}: {error.strerror or error}") from None
