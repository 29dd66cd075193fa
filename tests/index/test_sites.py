"""Addresses at which the files of a folder can be read."""

import pytest

from index.sites import address_of, is_at

SITES = {
    "/docs": "https://docs.example.com/{path}/",
    "/docs/api": "https://github.com/o/r/blob/main/docs/api/{file}",
}


@pytest.mark.parametrize(
    ("source", "named", "address"),
    [
        ("/docs/guide/install.md", None, "https://docs.example.com/guide/install/"),
        ("/docs/guide/README.md", None, "https://docs.example.com/guide/"),
        ("/docs/index.md", None, "https://docs.example.com/"),
        ("/docs/guide/a b.md", None, "https://docs.example.com/guide/a%20b/"),
        ("/docs/guide/install.md", "set-up", "https://docs.example.com/guide/set-up/"),
        ("/docs/guide/install.md", "/start", "https://docs.example.com/start/"),
        ("/docs/guide/install.md", "../../up", "https://docs.example.com/up/"),
        ("/docs/a.md", "https://elsewhere.example/a", "https://elsewhere.example/a"),
        ("/docs/api/x.rst", None, "https://github.com/o/r/blob/main/docs/api/x.rst"),
        ("/docs/api/x.rst", "slug", "https://github.com/o/r/blob/main/docs/api/x.rst"),
        ("/documents/a.md", None, None),
        ("/documents/a.md", "slug", None),
        ("/documents/a.md", "/east.html", None),
        ("/documents/a.md", "www.example.org/a", "www.example.org/a"),
        ("/docs/a.md", "v1.2", "https://docs.example.com/v1.2/"),
    ],
)
def test_the_innermost_folder_makes_the_address(
    source: str, named: str | None, address: str | None
) -> None:
    assert address_of(source, named, SITES) == address


def test_an_address_of_another_site_is_noticed() -> None:
    assert is_at(None, "/documents/a.md", SITES)
    assert is_at("https://docs.example.com/a/", "/docs/a.md", SITES)
    assert not is_at("https://old.example.com/a/", "/docs/a.md", SITES)
    assert not is_at(None, "/docs/a.md", SITES)
    assert is_at("https://docs.example.com/slug/", "/docs/a.md", SITES)
    assert not is_at("https://docs.example.com/a.html", "/docs/a.md", SITES)
    assert not is_at("https://docs.example.com/api/x/", "/docs/api/x.rst", SITES)
    assert not is_at("https://docs.example.com/a.md/", "/docs/a.md", SITES)
