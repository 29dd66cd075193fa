"""What is said about an answer beside it: that articles disagree, that one is old. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.agreement import Overtaken, Published, said
from bot.prompts import Prompt
from bot.reader import Reading
from bot.wording import one_line

MONTHS_OF_A_YEAR = 12
# Up to so many months, an age is told in months.
FEW_MONTHS = 23


def conflict_note(
    texts: Prompt,
    readings: tuple[Reading, Reading],
    numbers: Sequence[int],
    published: Published,
) -> str:
    """Say what two articles give as the answer, with their dates and their citations' numbers."""
    one, other = readings
    undated = texts.render("undated")
    dates = [published(each.hit.passage.article_id) or undated for each in (one, other)]
    return texts.render(
        "conflict",
        answer=one_line(said(one)),
        number=numbers[0],
        date=one_line(dates[0]),
        other=one_line(said(other)),
        other_number=numbers[1],
        other_date=one_line(dates[1]),
    )


def age_note(texts: Prompt, by: Overtaken) -> str:
    """Say how much older an answer's article is than a newer one on the subject."""
    if by.months <= FEW_MONTHS:
        age = texts.counted("months", by.months)
    else:
        age = texts.counted("years", round(by.months / MONTHS_OF_A_YEAR))
    return texts.render(
        "older",
        date=one_line(by.published),
        age=age,
        title=one_line(by.newer.title),
        newer=one_line(by.newer_published),
    )
