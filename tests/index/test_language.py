"""What language a text is in."""

import pytest

from index.language import detect_language

TEXTS = {
    "en": "The plant in Turin was closed in March after forty years, and nobody had expected it.",
    "de": "Das Werk in Turin wurde im März nach vierzig Jahren geschlossen, was niemand so ahnte.",
    "fr": "L’usine de Turin a fermé en mars après quarante ans, et personne ne s’y attendait ici.",
    "es": "La fábrica de Turín cerró en marzo después de cuarenta años, y nadie lo esperaba aquí.",
    "ja": "トリノの工場は四十年の歴史を経て三月に閉鎖された。",
    "zh": "都灵的工厂在运营四十年后于三月关闭，没有人预料到。",
    "ar": "أُغلق المصنع في تورينو في مارس بعد أربعين عاما ولم يتوقع أحد من العمال هذه النهاية."
    " لم يعرف أحد السبب.",
    "hi": "ट्यूरिन का कारखाना चालीस वर्षों के बाद मार्च में बंद कर दिया गया और किसी ने इसकी उम्मीद नहीं की थी।",
}


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_the_language_of_a_sentence_or_two_is_told(language: str) -> None:
    assert detect_language(TEXTS[language]) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The plant closed.",
        "4711 2022 1,200 " * 20,
        "x = foo(bar); y = baz[qux]; print(y) if z else None; import os, sys, re; a, b = c, d",
        "SKU-1 A4 B7 XJ 90 QQ 17 ZZ 4 RT 9 PL 3 MM 2 LK 8",
    ],
)
def test_a_short_text_and_what_is_no_language_stay_of_none(text: str) -> None:
    assert detect_language(text) == ""
