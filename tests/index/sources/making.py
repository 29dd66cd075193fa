"""Makes files of some kinds."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

Line = tuple[int, str] | tuple[int, str, int]


def make_pdf(path: Path, pages: Sequence[Sequence[Line]], trailer: str = "") -> Path:
    r"""Write a PDF of pages of lines, each at its height, and its left edge, in points.

    ``\\001`` and ``\\002`` in them are the ligatures of "fi" and "fl".
    """
    contents = ["".join(map(_shown, page)) for page in pages]
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids "
        f"[{' '.join(f'{5 + 2 * n} 0 R' for n in range(len(pages)))}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding "
        "<< /BaseEncoding /WinAnsiEncoding /Differences [1 /fi /fl] >> >>",
        "<< /Title (The plant report) /Author (Ida Brenn) /CreationDate (D:20240305100000) >>",
    ]
    for number, content in enumerate(contents):
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R "
            f">> >> /Contents {6 + 2 * number} 0 R >>",
            f"<< /Length {len(content)} >>\nstream\n{content}endstream",
        ]
    data, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    path.write_bytes(
        f"{data}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size "
        f"{len(objects) + 1} /Root 1 0 R /Info 4 0 R {trailer}>>\nstartxref\n{len(data)}\n%%EOF\n"
        .encode("latin-1")
    )  # fmt: skip
    return path


def _shown(line: Line) -> str:
    height, text, left = (*line, 72)[:3]
    return f"BT /F1 11 Tf {left} {height} Td ({text}) Tj ET\n"


def make_epub(path: Path, chapters: dict[str, str]) -> Path:
    """Write a book of chapters, by file name."""
    items = "".join(
        f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(chapters)
    )
    order = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    with zipfile.ZipFile(path, "w") as book:
        book.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OPS/book.opf"/></rootfiles></container>',
        )
        book.writestr(
            "OPS/book.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>The works</dc:title>'
            "<dc:creator>Ida Brenn</dc:creator><dc:creator>Otto Hahm</dc:creator>"
            "<dc:language>en-GB</dc:language><dc:date>2024-03-05</dc:date></metadata>"
            f'<manifest>{items}<item id="x" href="x.css" media-type="text/css"/></manifest>'
            f'<spine>{order}<itemref idref="x"/></spine></package>',
        )
        for name, body in chapters.items():
            book.writestr(
                f"OPS/{name}",
                '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
                f"<head><title>t</title></head><body>{body}</body></html>",
            )
    return path


def make_slack(path: Path, more: str = "Noon.") -> Path:
    """Write an export of a workspace: two people, a thread, somebody who joined, a clock."""
    said = [
        {"user": "U1", "ts": "1709632800.000100", "thread_ts": "1709632800.000100",
         "text": "Where is the <https://example.org/p|plant> built, <@U2>? &lt;soon&gt; <!here>"},
        {"user": "U2", "ts": "1709636400.000200", "text": "Lunch in <#C2|canteen>."},
        {"user": "U2", "ts": "1709640000.000300", "thread_ts": "1709632800.000100",
         "text": "In Brennholt."},
        {"subtype": "channel_join", "user": "U2", "ts": "1709640001.000400", "text": "joined"},
        {"subtype": "bot_message", "username": "clock", "ts": "1709640002.000500", "text": more},
    ]  # fmt: skip
    with zipfile.ZipFile(path, "w") as export:
        export.writestr("channels.json", json.dumps([{"id": "C1", "name": "cars"}]))
        users = [
            {"id": "U1", "name": "ida", "profile": {"real_name": "Ida Brenn"}},
            {"id": "U2", "name": "otto"},
        ]
        export.writestr("users.json", json.dumps(users))
        # Slack, as others do, writes no slash without a backslash.
        export.writestr("cars/2024-03-05.json", json.dumps(said).replace("/", "\\/"))
        export.writestr("cars/2024-03-06.json", json.dumps(said[3:4]))
    return path
