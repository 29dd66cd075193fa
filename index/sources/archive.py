"""What comes in a ZIP archive, looked at before it is unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path

from index.errors import UnreadableError

MAX_UNPACKED_BYTES = 200_000_000
MAX_FILES = 10_000
# How files of Office begin that are locked by a password, or older than 2007.
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def check_archive(path: Path) -> None:
    """Check that an archive can be unpacked, and how large it would be.

    Raises
    ------
    UnreadableError
        If it is no archive, locked, or would swell to more than 200 MB.
    """
    with path.open("rb") as file:
        if file.read(len(OLE)) == OLE:
            raise UnreadableError("is locked by a password, or older than 2007; save it anew")
    try:
        with zipfile.ZipFile(path) as archive:
            files = archive.infolist()
    except zipfile.BadZipFile as error:
        raise UnreadableError("is damaged, or of another kind than its ending says") from error
    if any(file.flag_bits & 1 for file in files):
        raise UnreadableError("is locked by a password; save it without one")
    size = sum(file.file_size for file in files)
    if size > MAX_UNPACKED_BYTES or len(files) > MAX_FILES:
        raise UnreadableError(
            f"would unpack to {size / 1e6:.0f} MB in {len(files)} files, more than is read"
        )
