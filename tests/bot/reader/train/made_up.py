"""A small training set, written for the tests."""

from __future__ import annotations

from typing import Any

TORVANE = (
    "Torvane Motors was founded in 1921 by Ada Lind. It builds cars in Brennholt. The works make "
    "400 cars a week, more than any other plant in Norland."
)
MILL = (
    "The paper mill closed in 2009, before the plant opened. Two hundred people had worked there. "
    "Brennholt bought the land for three million crowns."
)


def asked(id: str, question: str, context: str, *answers: str) -> dict[str, Any]:
    """Return a question as SQuAD lays it out."""
    spans = [{"text": a, "answer_start": context.index(a)} for a in answers]
    return {"id": id, "question": question, "answers": spans, "is_impossible": not answers}


FOUNDERS = ("Ada Lind", "by Ada Lind", "Ada Lind")
SET = {
    "data": [
        {
            "title": "Torvane",
            "paragraphs": [
                {
                    "context": TORVANE,
                    "qas": [
                        asked("t1", "Who founded Torvane Motors?", TORVANE, *FOUNDERS),
                        asked("t2", "When was Torvane founded?", TORVANE, "1921"),
                        asked("t3", "Where does Torvane build cars?", TORVANE, "Brennholt"),
                        asked("t4", "How many cars does Torvane make a week?", TORVANE, "400"),
                        asked("t5", "Who bought Torvane?", TORVANE),
                    ],
                },
                {
                    "context": MILL,
                    "qas": [
                        asked("m1", "When did the paper mill of Brennholt close?", MILL, "2009"),
                        asked("m2", "What did Brennholt pay?", MILL, "three million crowns"),
                        asked("m3", "Why did the mill burn down?", MILL),
                    ],
                },
            ],
        },
    ]
}  # fmt: skip
