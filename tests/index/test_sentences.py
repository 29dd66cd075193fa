"""Sentences of several languages end where a reader of them ends them."""

import time

import pytest

from index import Article, Block, Span, split_article
from index.sentences import count_words, split_sentences


def sentences(text: str, language: str = "en") -> list[str]:
    """Split a text that is one paragraph."""
    block = Block("paragraph", Span(0, len(text)))
    return [span.of(text) for span in split_sentences(text, block, language)]


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("en", ["It rose 3.5 p.c. to Fig. 3 of No. 5.", "The U.S. Army came.", "Dr. Smith left."]),
        ("en", ["The plant closed.[1]", "It was old.[2]", "Then it reopened."]),
        (
            "de",
            ["Das Werk kostete z. B. 3,5 Mio. Euro.", "Am 3. März schloss es.", "Dr. Ott ging."],
        ),
        ("de", ["Es schloss am 24. Dezember 2024.", "Es war ca. 40 Jahre alt, d.h. alt."]),
        ("fr", ["M. Dupont a payé 3,5 M€.", "L’usine a fermé !", "Pourquoi ?", "Elle rouvrira."]),
        ("es", ["El Sr. García pagó 3.5 millones.", "¿Por qué?", "La Dra. López se fue."]),
        ("it", ["Il Sig. Rossi pagò 3,5 milioni.", "Perché?", "L'ing. Bianchi uscì."]),
        ("ja", ["工場は閉鎖された。", "なぜ？", "誰も知らない！", "三・五パーセント増えた。"]),
        ("zh", ["工厂关闭了。", "为什么？", "没有人知道！", "那是2024年，3.5倍。"]),
        ("ar", ["أُغلق المصنع في مارس.", "لماذا؟", "لا أحد يعرف!", "كان عمره ٤٠ عاما."]),
        ("ur", ["کارخانہ بند ہو گیا۔", "کیوں؟", "کوئی نہیں جانتا۔"]),
        ("hi", ["कारखाना बंद हो गया।", "क्यों?", "यह 3.5 लाख का था।"]),
        ("ko", ["공장은 3월에 문을 닫았다.", "왜?", "3.5퍼센트 늘었다."]),
        ("xx", ["It closed.", "He left."]),
    ],
)
def test_abbreviations_decimals_dates_and_marks_of_many_scripts(
    language: str, parts: list[str]
) -> None:
    joined = ("" if language in {"ja", "zh"} else " ").join(parts)
    assert sentences(joined, language) == parts


def test_quotations_come_apart_and_keep_their_marks() -> None:
    assert sentences("„Es schloss. Wir gingen.“ So war es.", "de") == [
        "„Es schloss.",
        "Wir gingen.“",
        "So war es.",
    ]
    assert sentences("他说：“我们走吧。”然后离开了。", "zh") == [
        "他说：“我们走吧。”",
        "然后离开了。",
    ]


def test_the_article_s_language_decides_where_its_sentences_end() -> None:
    text = "Das Werk schloss am 24. Dezember."
    assert len(split_article(Article("a", "", text))[0].sentences) == 2
    assert len(split_article(Article("a", "", text, language="de"))[0].sentences) == 1


@pytest.mark.parametrize(
    "text",
    [
        "工厂" * 5_000,
        "โรงงานในตูรินปิดตัวลงในเดือนมีนาคม" * 300,
        "စက်ရုံပိတ်သွားပြီ" * 500,
        "QUJD" * 3_000,
        "ｶﾀ𠀀" * 3_000,
    ],
)
def test_no_script_without_spaces_makes_a_passage_without_end(text: str) -> None:
    passages = split_article(Article("a", "", text))
    assert max(len(passage.text) for passage in passages) <= 4_000
    assert "".join(passage.text for passage in passages) == text
    assert count_words("工厂ｶ𠀀 plant " + "x" * 80) == 7


@pytest.mark.parametrize("language", ["de", "fr", "ja", "zh", "ar", "hi", "ru", "th"])
def test_time_grows_with_length_in_every_language(language: str) -> None:
    text = "Das Werk schloss, 工厂关闭了。 कारखाना बंद। " * 6_000
    begun = time.process_time()
    assert split_article(Article("a", "", text, language=language))
    assert time.process_time() - begun < 20
