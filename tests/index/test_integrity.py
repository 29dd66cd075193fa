"""The deep look: a byte that changed on the disk is found, or changes nothing."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index import Article, CorpusError, DamagedError, PassageIndex
from index.ledger import LEDGER

ARTICLES = [
    Article(
        f"a{n}",
        f"Title {n}",
        f"# Plants\n\nThe plant in town {n} closed in {1990 + n}. It made engines — éclairs, too."
        f"\n\nNobody works there. Sheep {n} graze on the hills.\n",
        url=f"https://a.example/{n}",
        published="2026-01-02",
    )
    for n in range(12)
]


@pytest.fixture
def folder(tmp_path: Path, hash_encoder: Any) -> Path:
    """Return the folder of an index, closed, with one article removed and one changed."""
    index = PassageIndex(tmp_path / "index", hash_encoder)
    index.add(ARTICLES)
    index.remove(["a3"])
    index.add([Article("a5", "New title", "The plant reopened. It makes buses.")])
    index.close()
    return tmp_path / "index"


def told(folder: Path, encoder: Any) -> list[Any]:
    """Return all that an index says, verified deeply."""
    index = PassageIndex(folder, encoder)
    try:
        index.verify(deep=True)
        articles = [index.article(info.id) for info in index.articles()]
        queries = ("Which plant made engines?", "sheep", "nobody reopened")
        return [articles, index.articles(), *(index.search(query, k=99) for query in queries)]
    finally:
        index.close()


def flip(path: Path, at: int, bit: int) -> None:
    """Change one bit of a file."""
    with path.open("r+b") as file:
        file.seek(at)
        (byte,) = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ 1 << bit]))


def flips_found(folder: Path, copy: Path, encoder: Any, flips: int) -> int:
    """Flip bits of the ledger, one at a time; return how many were found, none being told."""
    whole = told(folder, encoder)
    size = (folder / LEDGER).stat().st_size
    draw = random.Random(flips)
    found = 0
    for _ in range(flips):
        shutil.copytree(folder, copy)
        at, bit = draw.randrange(size), draw.randrange(8)
        flip(copy / LEDGER, at, bit)
        try:
            now = told(copy, encoder)
        except CorpusError as error:
            found += "\n" not in str(error)
        else:
            assert now == whole, (at, bit)
        shutil.rmtree(copy)
    return found


def test_flipped_bit_of_the_ledger_is_found_or_without_effect(
    folder: Path, tmp_path: Path, hash_encoder: Any
) -> None:
    assert flips_found(folder, tmp_path / "copy", hash_encoder, 100) > 10


@pytest.mark.slow
def test_thousands_of_flipped_bits_are_found_or_without_effect(
    folder: Path, tmp_path: Path, hash_encoder: Any
) -> None:
    assert flips_found(folder, tmp_path / "copy", hash_encoder, 5_000) > 500


def test_every_flipped_byte_of_a_named_row_is_found(
    folder: Path, tmp_path: Path, hash_encoder: Any
) -> None:
    index = PassageIndex(folder, hash_encoder)
    index.compact()  # after which every row is named
    index.close()
    matrix = folder / "vectors-2.f32"
    for at in range(0, matrix.stat().st_size, 97):
        flip(matrix, at, at % 8)
        with pytest.raises(DamagedError, match=r"the vectors of a\d+ in .* are damaged"):
            told(folder, hash_encoder)
        flip(matrix, at, at % 8)
    assert told(folder, hash_encoder)


def test_flipped_bit_of_a_code_is_found_and_put_right_by_its_remedy(
    folder: Path, hash_encoder: Any
) -> None:
    whole = told(folder, hash_encoder)
    (codes,) = folder.glob("codes-*.u64")
    flip(codes, 8 * 8, 3)  # a row of the second article
    with pytest.raises(DamagedError, match=r"codes-1\.u64 is damaged; delete this file"):
        told(folder, hash_encoder)
    codes.write_bytes(codes.read_bytes()[:-8])
    with pytest.raises(DamagedError, match=r"codes-1\.u64 is damaged; delete this file"):
        told(folder, hash_encoder)
    codes.unlink()
    assert told(folder, hash_encoder) == whole


def overwrite(path: Path, old: bytes, new: bytes) -> None:
    """Replace bytes wherever they stand, which must be somewhere."""
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"in town 7 closed", b"in town 7 opened"),
        (b"a.example/7", b"b.example/7"),
        (b"in town 7", b"in tow\xff 7"),
    ],
)
def test_changed_article_is_named_and_put_right_by_its_remedy(
    folder: Path, hash_encoder: Any, old: bytes, new: bytes
) -> None:
    overwrite(folder / LEDGER, old, new)
    with pytest.raises(
        DamagedError,
        match=r"the records of a7 in .* run footnote remove a7 and then footnote index a7, or "
        r"delete the folder",
    ):
        told(folder, hash_encoder)
    index = PassageIndex(folder, hash_encoder)
    index.remove(["a7"])
    index.add([ARTICLES[7]])
    index.close()
    assert told(folder, hash_encoder)


def test_damaged_vectors_are_put_right_by_their_remedy(folder: Path, hash_encoder: Any) -> None:
    flip(folder / "vectors-1.f32", 0, 0)
    with pytest.raises(DamagedError, match="run footnote remove a0 and then footnote index a0"):
        told(folder, hash_encoder)
    index = PassageIndex(folder, hash_encoder)
    index.remove(["a0"])
    index.add([ARTICLES[0]])
    index.close()
    assert told(folder, hash_encoder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE setting SET value = '9' WHERE name = 'terms'", "settings other than those"),
        ("DELETE FROM setting WHERE name = 'rows'", "settings other than those"),
        ("UPDATE article SET encoding = CAST(encoding AS BLOB) WHERE number = 1", "records of a0"),
        ("UPDATE article SET first_row = x'' WHERE number = 1", "records of a0"),
        ("UPDATE passage SET stop = stop - 1 WHERE number = 2", "the records of a0"),
        ("UPDATE sentence SET stop = stop - 1 WHERE article = 2", "the records of a1"),
        ("DELETE FROM sentence WHERE article = 2 AND ordinal = 0", "the records of a1"),
        ("INSERT INTO sentence VALUES (99, 0, 0, 1)", "sentences without an article"),
        ("INSERT INTO passage VALUES (999, 99, 0, '', 0, 1, 0, 1, 1)", "passages without"),
        ("INSERT INTO terms (rowid, body) VALUES (999, 'plant')", "words without a passage"),
        ("INSERT INTO seal VALUES (99, 1)", "checksums without an article"),
        ("DELETE FROM seal WHERE subject = 2", "the records of a1"),
        ("UPDATE terms SET body = 'other' WHERE rowid = 1", "the records of a0"),
        ("UPDATE terms_content SET c1 = 'other' WHERE id = 1", "is damaged"),
        ("DELETE FROM terms_docsize WHERE id = 1", "is damaged"),
        ("CREATE TABLE more (x)", "settings other than those"),
    ],
)
def test_ledger_changed_behind_its_back_is_found(
    folder: Path, hash_encoder: Any, change: str, said: str
) -> None:
    with closing(sqlite3.connect(folder / LEDGER)) as connection:
        connection.execute(change)
        connection.commit()
    with pytest.raises(DamagedError, match=said):
        told(folder, hash_encoder)


def test_sum_of_terms_must_be_that_of_the_passages(folder: Path, hash_encoder: Any) -> None:
    from index.seals import seal_settings

    with closing(sqlite3.connect(folder / LEDGER)) as connection:
        connection.execute("UPDATE setting SET value = '9' WHERE name = 'terms'")
        seal_settings(connection)
        connection.commit()
    with pytest.raises(DamagedError, match="another number of terms than was counted"):
        told(folder, hash_encoder)


def test_touched_article_keeps_its_checksum(folder: Path, hash_encoder: Any) -> None:
    index = PassageIndex(folder, hash_encoder)
    with index.writing() as writer:
        writer.touch("a1", 5, 6)
    index.close()
    assert told(folder, hash_encoder)


def test_folder_that_can_not_be_written_is_looked_at_deeply(
    open_folder: Path, as_nobody: Callable[..., str], hash_encoder: Any
) -> None:
    index = PassageIndex(open_folder / "index", hash_encoder)
    index.add(ARTICLES[:2])
    index.close()
    program = "print(index.PassageIndex(sys.argv[1], Encoder()).verify(deep=True))"
    assert as_nobody(program, open_folder / "index") == "4\n"
    overwrite(open_folder / "index" / LEDGER, b"town 1 closed", b"town 1 opened")
    failing = program.replace("print", "try:\n    print") + (
        "\nexcept index.DamagedError as error:\n    print(error)"
    )
    assert "the records of a1" in as_nobody(failing, open_folder / "index")
