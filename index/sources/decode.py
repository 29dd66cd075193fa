"""Bytes to text: pure."""

from __future__ import annotations

import codecs
import re

from index.errors import UnreadableError

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Encodings that article files are really found in. Left to choose among all that exist, the
# detection picks exotic ones for short texts.
CANDIDATES = [
    "cp1252", "cp1250", "cp1251", "cp1253", "koi8_r",
    "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr",
]  # fmt: skip
# Control characters that no text uses: all but tab, line feed, form feed, carriage return, escape.
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
PROBE_BYTES = 65_536


def decode(data: bytes) -> tuple[str, str]:
    """Turn a file's bytes into text whose lines end in a line feed.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    text : str
    encoding : str
        The encoding's name; when a few bytes of UTF-8 text were damaged, how many were replaced
        by U+FFFD is said behind it.

    Raises
    ------
    UnreadableError
        If the bytes are no text in any encoding that is known here.
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return _lines(data.decode(encoding, errors="replace")), encoding
    if len(CONTROLS.findall(data, 0, PROBE_BYTES)) > min(len(data), PROBE_BYTES) // 200:
        raise UnreadableError("is a binary file, not text; convert it to text or Markdown first")
    try:
        return _lines(data.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        text, encoding = _decode_other(data)
        return _lines(text), encoding


def _decode_other(data: bytes) -> tuple[str, str]:
    text = data.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    # Valid multi-byte sequences hardly ever happen by chance: text rich in them is UTF-8, damaged.
    if damaged * 4 < sum(character > "\x7f" for character in text):
        return text, f"utf-8 with {damaged} damaged characters replaced"
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=CANDIDATES).best()
    if best is None or best.encoding == "cp1250":
        # Western text reads as Central European, too, with other accents and less like a language.
        western = from_bytes(data, cp_isolation=["cp1252"]).best()
        if western and (best is None or western.coherence >= best.coherence):
            best = western
    if best is None:
        raise UnreadableError(
            "is text in an encoding that was not recognised; save it as UTF-8 and index it again"
        )
    return str(best), best.encoding


def _lines(text: str) -> str:
    # SQLite takes NUL for the end of a text.
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
