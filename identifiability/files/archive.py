"""Uncompressed zip archives of numpy arrays, read without trust.

Nothing is allocated before the file is known to be long enough to fill it, nothing is inflated, and no
header is evaluated: it is matched with the one form that numpy writes.
"""

from __future__ import annotations

import math
import re
import struct
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from identifiability.errors import InvalidFile, NetboundsError

CHUNK = 2**18
"""So many bytes are read at a time: they stay in the processor's cache while they are checked."""

_DAMAGED = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    ValueError,
    EOFError,
    OverflowError,
    struct.error,
)
_HEADER = re.compile(
    rb"\{'descr': '(?P<dtype><f4|<f8|<i8|\|u1|<U[0-9]{1,9})', 'fortran_order': False, "
    rb"'shape': \((?P<shape>(?:[0-9]{1,18}, )*(?:[0-9]{1,18},?)?)\), \} *\n"
)
_PREFIX = struct.Struct("<6sBBH")


def written(file: IO[bytes], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write the arrays, in order."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
                little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
                np.lib.format.write_array(member, little.reshape(array.shape), (1, 0), allow_pickle=False)


@contextmanager
def opened(file: IO[bytes]) -> Iterator[Archive]:
    """The archive in an open file.

    Raises
    ------
    InvalidFile
        If it is not an archive of uncompressed arrays, or is damaged.
    """
    length = file.seek(0, 2)
    try:
        with zipfile.ZipFile(file) as archive:
            members = {info.filename: info for info in archive.infolist()}
            stored = all(
                info.compress_type == zipfile.ZIP_STORED and info.compress_size == info.file_size
                for info in members.values()
            )
            if not stored or sum(info.file_size for info in members.values()) > length:
                raise InvalidFile("its members are compressed or overlap; write it with save_network")
            if len(members) != len(archive.infolist()):
                raise InvalidFile("it has two members of one name; write it with save_network")
            yield Archive(archive, members)
    except NetboundsError:
        raise
    except _DAMAGED:
        raise InvalidFile("it is damaged or not a .npz file; write it again") from None


@dataclass(frozen=True, slots=True)
class Archive:
    """An open archive of arrays."""

    file: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]
    _read: set[str] = field(default_factory=set)

    def __contains__(self, name: str) -> bool:
        return f"{name}.npy" in self.members

    def text(self, name: str) -> str:
        """A text."""
        dtype, shape, content = self._content(name)
        if dtype.kind != "U" or shape:
            raise InvalidFile(f"its array {name!r} is not a text; write it with save_network")
        return content.tobytes().decode("utf-32-le").rstrip("\0")

    def vector(self, name: str, dtype: str) -> NDArray[Any]:
        """A vector of the given dtype."""
        return self._array(name, (dtype,), 1)

    def floats(self, name: str, dimension: int) -> NDArray[Any]:
        """A float32 or float64 array with so many axes."""
        return self._array(name, ("<f4", "<f8"), dimension)

    def finish(self) -> None:
        """Refuse an archive with arrays that nobody read."""
        unread = [name for name in self.members if name not in self._read]
        if unread:
            raise InvalidFile(
                f"it has the array {unread[0][:40]!r}, which is no part of a network; write it again"
            )

    def _array(self, name: str, dtypes: tuple[str, ...], dimension: int) -> NDArray[Any]:
        dtype, shape, content = self._content(name)
        if dtype.str not in dtypes or len(shape) != dimension:
            raise InvalidFile(
                f"its array {name!r} has {len(shape)} axes of {dtype}, not {dimension} of "
                f"{' or '.join(str(np.dtype(entry)) for entry in dtypes)}; write it with save_network"
            )
        return content.view(dtype.newbyteorder("=")).reshape(shape)

    def _content(self, name: str) -> tuple[np.dtype[Any], tuple[int, ...], NDArray[np.uint8]]:
        key = f"{name}.npy"
        if key not in self.members:
            raise InvalidFile(f"it has no array {name!r}; write it with save_network")
        self._read.add(key)
        with self.file.open(self.members[key]) as member:
            start = member.read(_PREFIX.size)
            magic, major, minor, size = (
                _PREFIX.unpack(start) if len(start) == _PREFIX.size else (b"", 0, 0, 0)
            )
            header = _HEADER.fullmatch(member.read(size)) if magic == b"\x93NUMPY" else None
            if header is None or (major, minor) != (1, 0):
                raise InvalidFile(f"its array {name!r} has no header that numpy writes; write it again")
            dtype = np.dtype(header["dtype"].decode())
            shape = tuple(int(side) for side in header["shape"].decode().split(",") if side.strip())
            room = self.members[key].file_size - _PREFIX.size - size
            if math.prod(shape) * dtype.itemsize != room:
                raise InvalidFile(
                    f"its array {name!r} of shape {shape} does not fill {room} bytes; write it again"
                )
            content = np.empty(room, dtype=np.uint8)
            filled = content.data
            done = 0
            # The last, empty, chunk makes zipfile compare the checksum.
            while chunk := member.read(CHUNK):
                filled[done : done + len(chunk)] = chunk
                done += len(chunk)
        if done != room:
            raise InvalidFile(f"its array {name!r} is cut short; write it again")
        return dtype, shape, content
