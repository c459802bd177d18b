"""Finished runs kept in a folder, so that a sweep that was stopped goes on where it was.

A run is kept as one JSON file named by a digest of its settings.  It is written under another name and then
renamed: a file is there whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from identifiability.errors import InvalidFile, InvalidInput

Setting: TypeAlias = str | int | float | bool | None
Settings: TypeAlias = Mapping[str, Setting]
"""Everything that the outcome of a run depends on, by name."""

Outcome: TypeAlias = Mapping[str, Setting]
"""What a run found, by name."""

FORMAT = 1
"""Of the files; runs of another format are not taken."""


def digest(settings: Settings) -> str:
    """A name for the settings: equal settings have equal ones, whatever their order.

    Examples
    --------
    >>> digest({"depth": 2, "seed": 0}) == digest({"seed": 0, "depth": 2})
    True
    """
    try:
        text = json.dumps({"format": FORMAT, **settings}, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"settings must be finite numbers and texts, got {error}; pass those") from None
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of finished runs; it is made where it is missing.

    Attributes
    ----------
    folder : Path

    Raises
    ------
    InvalidFile
        If the folder cannot be made or written to.
    """

    folder: Path

    def __post_init__(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            raise InvalidFile(
                f"runs cannot be kept in {str(self.folder)!r} ({error.strerror}); pass a folder to write to"
            ) from None

    def file(self, settings: Settings) -> Path:
        """Where the run with these settings is, or will be."""
        return self.folder / f"{digest(settings)}.json"

    def find(self, settings: Settings) -> Outcome | None:
        """The outcome of a finished run, or None.

        Raises
        ------
        InvalidFile
            If the file is not that of a run with these settings.
        """
        file = self.file(settings)
        try:
            kept = json.loads(file.read_text("utf-8"), parse_constant=_refuse)
            if kept["settings"] == dict(settings) and isinstance(kept["outcome"], dict):
                outcome: Outcome = kept["outcome"]
                return outcome
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            pass
        raise InvalidFile(f"{str(file)!r} is not the run that its name says; remove it, and it is done again")

    def keep(self, settings: Settings, outcome: Outcome) -> None:
        """Write a finished run; a reader finds all of it or nothing.

        Raises
        ------
        InvalidInput
            If the outcome has a number that is not finite.
        InvalidFile
            If it cannot be written.
        """
        record = {"settings": dict(settings), "outcome": dict(outcome)}
        try:
            text = json.dumps(record, indent=1, sort_keys=True, allow_nan=False)
        except ValueError:
            raise InvalidInput("an outcome has a number that is not finite; pass None for it") from None
        file = self.file(settings)
        try:
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=self.folder, prefix=".", suffix=".part", delete=False
            ) as beside:
                beside.write(text)
                beside.flush()
                os.fsync(beside.fileno())
            os.replace(beside.name, file)
        except OSError as error:
            raise InvalidFile(f"the run cannot be kept as {str(file)!r} ({error.strerror})") from None


def _refuse(text: str) -> float:
    raise ValueError(f"{text} is no number")
