"""Gold sets as tests, one item a question; figures and comparison at the session's end."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from threadpoolctl import threadpool_limits

from bot.answer import Answerer
from bot.bootstrap import make_answerer, open_index
from bot.config import Settings, load_settings
from bot.errors import FootnoteError
from bot.evaluation.command import read_floors
from bot.evaluation.compare import compare
from bot.evaluation.gold import GoldCase, Problem, read_gold
from bot.evaluation.outcome import Outcome
from bot.evaluation.run import Examiner
from bot.evaluation.saved import load_run
from bot.evaluation.summary import Summary, summarise, text_lines
from bot.wording import one_line
from index import CorpusError, PassageIndex

NAME = "footnote-session"
PASSAGES = 3


class GoldSession:
    """What the gold sets of a pytest session share: the index, the baseline, the outcomes.

    Parameters
    ----------
    config : pytest.Config

    Raises
    ------
    pytest.UsageError
        If the baseline or a floor can't be used.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._examiner: Examiner | None = None
        self._index: PassageIndex | None = None
        self.outcomes: list[Outcome] = []
        baseline = config.getoption("--footnote-baseline")
        try:
            self._floors = read_floors(config.getoption("--footnote-fail-under"))
            self._baseline = load_run(Path(baseline))[1] if baseline else None
        except (ValueError, FootnoteError) as error:
            raise pytest.UsageError(str(error)) from error
        self._right_before = {each.id for each in self._baseline or () if each.right}

    def ask(self, case: GoldCase) -> Outcome:
        """Ask a question."""
        if self._examiner is None:
            # Its matrices are too small to share between threads, and workers have a core each.
            threadpool_limits(1, "blas")
            settings = settings_of(self._config)
            self._index = open_index(settings)
            self._index.check_model()
            self._examiner = Examiner(self._index, settings)
        return self._examiner.ask(case)

    def expected(self, outcome: Outcome) -> str:
        """Say why a wrong outcome fails no test by itself; empty if it does."""
        if self._baseline is not None:
            return "" if outcome.id in self._right_before else "not right in the baseline, either"
        return "counts in the figures that --footnote-fail-under names" if self._floors else ""

    def summary(self) -> Summary:
        """Return the figures of all questions asked so far, on every worker."""
        comparison = compare(self._baseline, self.outcomes) if self._baseline is not None else None
        # Workers finish in any order.
        outcomes = sorted(self.outcomes, key=lambda each: each.id)
        return summarise(outcomes, comparison=comparison, floors=self._floors)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take an outcome in, from this process or a worker."""
        record = getattr(report, "footnote", None)
        if record:
            self.outcomes.append(Outcome.of(json.loads(record)))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the session if the figures do."""
        if self._index:
            self._index.close()
        decides = not hasattr(self._config, "workerinput")
        if decides and self.outcomes and self.summary().failed and not session.exitstatus:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the figures."""
        if self.outcomes:
            terminalreporter.section("Footnote")
            for line in text_lines(self.summary()):
                terminalreporter.write_line(line)


class GoldFile(pytest.File):
    """A gold set."""

    def collect(self) -> Iterable[pytest.Item]:
        """Yield an item for each question, and one that fails for each line that is none."""
        try:
            cases, problems = read_gold([self.path])
        except FootnoteError as error:
            raise self.CollectError(str(error)) from error
        for problem in problems:
            yield ProblemItem.from_parent(self, name=f"line {problem.line}", problem=problem)
        for case in cases:
            yield GoldItem.from_parent(self, name=case.id, case=case)


class ProblemItem(pytest.Item):
    """A line of a gold set that can't be used."""

    def __init__(self, *, problem: Problem, **rest: Any) -> None:
        super().__init__(**rest)
        self.problem = problem

    def runtest(self) -> None:
        """Fail."""
        raise FootnoteError(str(self.problem))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """Say what is wrong."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Point to the line."""
        return self.path, max(0, self.problem.line - 1), self.name


class WrongAnswer(Exception):
    """A question went wrong."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.failure)
        self.outcome = outcome


class GoldItem(pytest.Item):
    """A question."""

    def __init__(self, *, case: GoldCase, **rest: Any) -> None:
        super().__init__(**rest)
        self.case = case
        self.outcome: Outcome | None = None
        for tag in case.tags:
            self.extra_keyword_matches.add(tag)

    def runtest(self) -> None:
        """Ask, and fail unless it was answered rightly, or rightly refused."""
        session = self.config.pluginmanager.get_plugin(NAME)
        assert isinstance(session, GoldSession)
        self.outcome = session.ask(self.case)
        if self.outcome.right:
            return
        if reason := session.expected(self.outcome):
            pytest.xfail(f"{self.outcome.failure}; {reason}")
        raise WrongAnswer(self.outcome)

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> str | Any:
        """Say what was asked, what was wanted, what came, and why."""
        if isinstance(excinfo.value, WrongAnswer):
            return "\n".join(failure_lines(excinfo.value.outcome))
        if isinstance(excinfo.value, CorpusError | FootnoteError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the question."""
        return self.path, None, f"{self.case.id}: {self.case.question}"


class Recorder:
    """Hands outcomes on with the reports, which is how they come from a worker."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: Any) -> Any:
        """Put the outcome of a question into the report of its call."""
        report = yield
        if call.when == "call" and isinstance(item, GoldItem) and item.outcome:
            report.footnote = json.dumps(item.outcome.record())
        return report


def failure_lines(outcome: Outcome) -> Iterator[str]:
    """Yield what helps to see why a question went wrong."""
    yield outcome.question
    yield f"  wanted     {' / '.join(outcome.answers) if outcome.answerable else 'no answer'}"
    yield f"  came       {outcome.answer or '(refused)'}  (confidence {outcome.confidence:.2f})"
    yield f"  {outcome.failure}: {one_line(outcome.evidence)}"
    for article, quote in outcome.sources:
        yield f"  gold       “{one_line(quote)}” ({article})"
    for each in outcome.citations:
        yield f"  cited      “{one_line(each.quote)}” ({each.article})"
    for rank, hit in enumerate(outcome.hits[:PASSAGES], 1):
        gold = ", gold" if hit.places else ""
        yield f"  passage {rank}  {one_line(hit.text)} ({hit.article}{gold})"


def watch_session(config: pytest.Config) -> None:
    """Register what a session with gold sets needs."""
    config.pluginmanager.register(GoldSession(config), NAME)
    config.pluginmanager.register(Recorder())


def settings_of(config: pytest.Config) -> Settings:
    """Return the settings, ``--footnote-index`` before all."""
    settings = load_settings(os.environ, Path.cwd())
    folder = config.getoption("--footnote-index")
    return replace(settings, index=folder) if folder else settings


@contextmanager
def opened(config: pytest.Config) -> Iterator[PassageIndex]:
    """Open the index, and close it in the end."""
    index = open_index(settings_of(config))
    index.check_model()
    yield index
    index.close()


def answerer_of(config: pytest.Config, index: PassageIndex) -> Answerer:
    """Return what answers questions from an index."""
    return make_answerer(settings_of(config), index)
