"""Bytes to text."""

import codecs

import pytest

from index import UnreadableError
from index.sources.decode import decode

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00\x00\x10\x08\x06\x00\x00\x00"
GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03K\xcb\xcf\x07\x00!es\x8c\x03\x00\x00\x00"


def test_utf8_is_taken_as_it_is() -> None:
    assert decode("Où est l’usine? 工場".encode()) == ("Où est l’usine? 工場", "utf-8")


def test_nothing_is_empty_text() -> None:
    assert decode(b"") == ("", "utf-8")


@pytest.mark.parametrize(
    ("mark", "encoding", "name"),
    [
        (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
        (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32"),
    ],
)
def test_byte_order_mark_names_the_encoding(mark: bytes, encoding: str, name: str) -> None:
    assert decode(mark + "Usine à Liège\r\n".encode(encoding)) == ("Usine à Liège\n", name)


def test_utf16_cut_in_the_middle_of_a_character_loses_that_character_only() -> None:
    assert decode(codecs.BOM_UTF16_LE + "abc".encode("utf-16-le")[:-1])[0] == "ab\ufffd"


def test_lines_of_every_system_end_in_a_line_feed() -> None:
    assert decode(b"one\r\ntwo\rthree\nfour\r\n\r\n")[0] == "one\ntwo\nthree\nfour\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "L’usine a été fermée; où iront les garçons et les voitures à présent?",
        "A produção não parou; as fábricas são três.",
        "Die Größe der Fabrik überrascht; Müller sagte „schön“.",
        "The price was £5,000 in the “new” market – it’s café time.",
    ],
)
def test_western_text_is_read_as_cp1252(text: str) -> None:
    assert decode(text.encode("cp1252"))[0] == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Zażółć gęślą jaźń. Fabryka w Łodzi będzie większa niż wcześniej.", "cp1250"),
        ("Завод в Иллинойсе производит автомобили.", "cp1251"),
        ("Завод в Иллинойсе производит автомобили.", "koi8_r"),
        ("Το εργοστάσιο παράγει αυτοκίνητα στην Ελλάδα.", "cp1253"),
        ("工場は自動車を生産する。これは新しい。", "shift_jis"),
        ("공장은 자동차를 생산한다. 새로운 공장이다.", "euc_kr"),
    ],
)
def test_other_encodings_are_recognised_and_named(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == (text, encoding)


def test_damaged_utf8_keeps_the_rest_and_counts_what_was_replaced() -> None:
    data = "Où est l’usine? À Liège, près de la gare, où elle était déjà.".encode()
    text, encoding = decode(data[:3] + b"\xff" + data[3:])
    assert encoding == "utf-8 with 1 damaged characters replaced"
    assert text.count("\ufffd") == 1
    assert text.replace("\ufffd", "").encode() == data


@pytest.mark.parametrize("data", [PNG, GZIP, b"\x00", b"a\x00b\x00", bytes(range(256)) * 40])
def test_binary_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="binary file"):
        decode(data)


def test_lone_nul_in_a_long_text_is_replaced_as_sqlite_would_end_the_text_there() -> None:
    text, _ = decode(b"word " * 100 + b"\x00end")
    assert text == "word " * 100 + "\ufffdend"


def test_form_feed_is_text() -> None:
    assert decode(b"page one\x0cpage two")[0] == "page one\x0cpage two"


def test_bytes_of_no_encoding_are_refused_with_a_remedy() -> None:
    with pytest.raises(UnreadableError, match="save it as UTF-8"):
        decode(bytes(range(128, 256)) * 50)
