"""Libraries that read PDF: what of a page's text each gets right, and how fast.

``python -m tests.benchmarks.pdf``; ``pypdf`` and ``pdfminer.six`` are left out if not installed.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.benchmarks.measuring import heading, installed, number, publish, table
from tests.index.sources.making import Line, make_pdf

ROUNDS = 5
PAGES = 40
LEFT = [
    "The plant in Turin was",
    "closed in March, after",
    "forty years of work,",
    "and nobody knew why.",
]
RIGHT = [
    "In Ostrava, trams are",
    "built for forty towns,",
    "in three halls of steel",
    "and of old brick.",
]


def lines(texts: list[str], left: int = 72, top: int = 700) -> list[Line]:
    """Set texts below each other."""
    return [(top - 14 * row, text, left) for row, text in enumerate(texts)]


# Each page, and what a reader of it reads.
CASES: Mapping[str, tuple[list[Line], str]] = {
    "lines in order": (lines(LEFT), " ".join(LEFT)),
    "order of place, not of the file": (
        [*reversed(lines(LEFT))],
        " ".join(LEFT),
    ),
    "two columns": ([*lines(LEFT), *lines(RIGHT, 320)], " ".join([*LEFT, *RIGHT])),
    "two columns, written line by line": (
        [line for pair in zip(lines(LEFT), lines(RIGHT, 320), strict=True) for line in pair],
        " ".join([*LEFT, *RIGHT]),
    ),
    "ligatures": (
        lines([r"The \001rst \002oor of the of\001ce."]),
        "The first floor of the office.",
    ),
    "hyphens at line ends": (lines(["The com-", "pany closed."]), "The company closed."),
    "words apart": (lines(["The   plant", "closed."]), "The plant closed."),
}


def by_footnote(path: Path) -> str:
    """Read as Footnote does."""
    from index.sources.pdf import parse_pdf

    return parse_pdf(path, id="a", title="A")[0].text


def by_pypdfium2(path: Path) -> str:
    """Read by pypdfium2 alone."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def by_pypdf(path: Path) -> str:
    """Read by pypdf."""
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def by_pdfminer(path: Path) -> str:
    """Read by pdfminer.six."""
    from pdfminer.high_level import extract_text

    return str(extract_text(path))


READERS: Mapping[str, tuple[str, Callable[[Path], str]]] = {
    "Footnote (pypdfium2)": ("pypdfium2", by_footnote),
    "pypdfium2": ("pypdfium2", by_pypdfium2),
    "pypdf": ("pypdf", by_pypdf),
    "pdfminer.six": ("pdfminer", by_pdfminer),
}


def milliseconds(read: Callable[[Path], str], path: Path) -> float:
    """Return the CPU time of a page, in milliseconds: the least of five rounds."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        read(path)
        rounds.append(1000 * (time.process_time() - started) / PAGES)
    return min(rounds)


def main() -> None:
    """Print which reader reads which page right, and what a page costs."""
    readers = {n: read for n, (package, read) in READERS.items() if installed(package)}
    with tempfile.TemporaryDirectory() as place:
        rows: list[list[str]] = []
        for name, (page, wanted) in CASES.items():
            path = make_pdf(Path(place, "case.pdf"), [page])
            read = [" ".join(read(path).split()) == wanted for read in readers.values()]
            rows.append([name, *("yes" if right else "no" for right in read)])
        text = [(720 - 14 * row, " ".join(LEFT)) for row in range(45)]
        path = make_pdf(Path(place, "long.pdf"), [text] * PAGES)
        costs = {name: milliseconds(read, path) for name, read in readers.items()}
        rows.append(["a page of 45 lines, CPU ms", *(number(cost) for cost in costs.values())])
    about = heading(["pypdfium2", "pypdf", "pdfminer.six"])
    publish("Reading PDF", about, table(["", *readers], rows), costs, None)


if __name__ == "__main__":
    main()
