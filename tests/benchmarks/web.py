"""Looking at addresses again: what unchanged ones cost, in time and in requests.

Run it from the checkout: ``python -m tests.benchmarks.web --addresses 200``. The server runs in
threads of the same process, on loopback, so that its work is part of every figure.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

from index import Fetching, PassageIndex, update
from tests.benchmarks.sources import cpu_seconds, sentence
from tests.web_server import Page, WebServer, serving

SEED = 8
SENTENCES = 12


def page(number: int, chooser: random.Random, tag: str | None) -> Page:
    """Return a page, with a tag by which it can be asked whether it changed."""
    paragraphs = "".join(f"<p>{sentence(chooser)}</p>" for _ in range(SENTENCES))
    body = f"<html><title>Report {number}</title><article>{paragraphs}</article></html>"
    return Page(body.encode(), headers={"ETag": tag} if tag else {})


def look(index: PassageIndex, web: WebServer, addresses: list[str]) -> dict[str, object]:
    """Look at addresses once, and return what that took."""
    web.asked.clear()
    connections, cpu, clock = web.connections, cpu_seconds(), time.monotonic()
    report = update(index, addresses, fetching=Fetching(True))
    return {
        "seconds": round(time.monotonic() - clock, 2),
        "CPU s": round(cpu_seconds() - cpu, 2),
        "requests": len(web.asked),
        "connections": web.connections - connections,
        "added": len(report.added),
        "unchanged": len(report.unchanged),
        "skipped": len(report.skipped),
    }


def main() -> None:
    """Print what the first look and later ones take."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--addresses", type=int, default=200)
    count = options.parse_args().addresses
    with tempfile.TemporaryDirectory() as place, serving() as web:
        chooser = random.Random(SEED)
        for number in range(count):
            web.pages[f"/tagged/{number}"] = page(number, chooser, f'"{number}"')
            web.pages[f"/plain/{number}"] = page(number, chooser, None)
        listed = "".join(f"<url><loc>{web.at(f'/tagged/{n}')}</loc></url>" for n in range(count))
        web.pages["/sitemap.xml"] = Page(f"<urlset>{listed}</urlset>".encode(), "text/xml")
        index = PassageIndex(Path(place, "index"))
        tagged = [web.at(f"/tagged/{number}") for number in range(count)]
        plain = [web.at(f"/plain/{number}") for number in range(count)]
        figures = {
            "first look": look(index, web, tagged),
            "again, by tag": look(index, web, tagged),
            "again, by a sitemap": look(index, web, [web.at("/sitemap.xml")]),
            "first look, without tags": look(index, web, plain),
            "again, without tags": look(index, web, plain),
        }
        index.close()
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
