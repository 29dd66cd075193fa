"""Settings and where they come from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.config import ChannelSettings, Settings, SlackSettings, load_settings
from bot.errors import ConfigError


def settings_file(folder: Path, text: str) -> Path:
    """Write ``footnote.toml`` and return its folder."""
    (folder / "footnote.toml").write_text(text, encoding="utf-8")
    return folder


def test_without_file_and_variables_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path) == Settings()
    assert Settings().index == ".footnote"


def test_the_file_comes_before_the_defaults(tmp_path: Path) -> None:
    text = 'index = "there"\nmodel = "m"\nthreshold = 0.5\npassages = 7\nmax_megabytes = 1\n'
    assert load_settings({}, settings_file(tmp_path, text)) == Settings(
        index=str(tmp_path / "there"),
        model="m",
        reader="default",
        threshold=0.5,
        passages=7,
        max_megabytes=1.0,
    )


def test_variables_come_before_the_file(tmp_path: Path) -> None:
    folder = settings_file(tmp_path, "threshold = 0.5\npassages = 7\n")
    settings = load_settings({"FOOTNOTE_THRESHOLD": "0.125"}, folder)
    assert (settings.threshold, settings.passages) == (0.125, 7)


def test_every_setting_has_a_variable(tmp_path: Path) -> None:
    variables = {
        "FOOTNOTE_INDEX": "i",
        "FOOTNOTE_MODEL": "m",
        "FOOTNOTE_READER": "none",
        "FOOTNOTE_THRESHOLD": "1",
        "FOOTNOTE_PASSAGES": "50",
        "FOOTNOTE_MAX_MEGABYTES": "0.5",
        "FOOTNOTE_CALIBRATION": "c.json",
    }
    assert load_settings(variables, tmp_path) == Settings("i", "m", "none", 1.0, 50, 0.5, "c.json")


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    assert load_settings({"FOOTNOTE_INDEX": ""}, tmp_path) == Settings()


def test_an_index_in_the_file_is_relative_to_the_file(tmp_path: Path) -> None:
    folder = settings_file(tmp_path, 'index = "../there"')
    assert load_settings({}, folder).index == f"{tmp_path}/../there"


def test_a_tilde_in_the_file_is_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    folder = settings_file(tmp_path, 'index = "~/there"')
    assert load_settings({}, folder).index == "/home/anna/there"


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    assert load_settings({}, settings_file(tmp_path, "\ufeffpassages = 7")).passages == 7


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("index = 3", "index is 3; it must be the path of a folder"),
        ('index = " "', "index is ' '; it must be the path of a folder"),
        ('index = "a\\u0000b"', "it must be the path of a folder"),
        ("model = true", "model is True; it must be the name or the folder"),
        ("reader = 1", 'reader is 1; it must be "default", "none", or the name'),
        ("threshold = 2", "threshold is 2; it must be a number from 0 to 1"),
        ("threshold = nan", "it must be a number from 0 to 1"),
        ("threshold = true", "threshold is True; it must be a number"),
        ("threshold = []", "threshold is []; it must be a number"),
        (f"threshold = 1{'0' * 400}", "it must be a number from 0 to 1"),
        ("passages = 0", "passages is 0; it must be a whole number from 1 to 50"),
        ("passages = 2.5", "passages is 2.5; it must be a whole number"),
        ("passages = inf", "passages is inf; it must be a whole number"),
        ("passages = false", "passages is False; it must be a whole number"),
        ("max_megabytes = 0", "max_megabytes is 0; it must be a number above 0"),
        ("max_megabytes = 1979-05-27", "it must be a number above 0"),
        (
            "treshold = 0.5",
            "there is no setting treshold; there are calibration, index, language, max_megabytes",
        ),
        ("index", "can't be read"),
        ("a = 1\na = 2", "can't be read"),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_the_file(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(ConfigError) as error:
        load_settings({}, settings_file(tmp_path, text))
    assert f"{tmp_path}/footnote.toml" in str(error.value)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FOOTNOTE_THRESHOLD", "high"),
        ("FOOTNOTE_PASSAGES", "5.5"),
        ("FOOTNOTE_INDEX", " "),
        ("FOOTNOTE_MAX_MEGABYTES", "-1"),
        ("FOOTNOTE_READER", " "),
    ],
)
def test_a_wrong_variable_is_one_sentence_that_names_it(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(ConfigError, match=rf"^{name} is '{value}'; it must be .*\.?$"):
        load_settings({name: value}, tmp_path)


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "footnote.toml").write_bytes(b'index = "\xff"')
    with pytest.raises(ConfigError, match=r"footnote\.toml can't be read"):
        load_settings({}, tmp_path)


def test_slack_is_set_for_every_channel_and_for_single_ones(tmp_path: Path) -> None:
    text = """
[slack]
state = "memory.sqlite"
owners = ["U012AB3CD", "S012AB3CD"]

[slack.channels.C012AB3CD]
when = "every question"
answers = "private"
"""
    owners = ("U012AB3CD", "S012AB3CD")
    slack = load_settings({}, settings_file(tmp_path, text)).slack
    assert slack == SlackSettings(
        state=str(tmp_path / "memory.sqlite"),
        everywhere=ChannelSettings(owners=owners),
        channels={"C012AB3CD": ChannelSettings("every question", "private", owners)},
    )
    assert slack.of("C012AB3CD").answers == "private"
    assert slack.of("C0OTHER").answers == "public"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("slack = 1", r"slack is 1; it must be a table: \[slack\]"),
        ("[slack]\nowner = 1", "slack: there is no setting owner; there are answers, channels, "),
        ('[slack]\nwhen = "always"', "slack.when is 'always'; it must be \"mentioned\" or"),
        ('[slack]\nanswers = ["x"]', 'slack.answers is .*; it must be "public" or'),
        ('[slack]\nowners = ["Ada"]', r"slack.owners is \['Ada'\]; it must be a list of ids"),
        ('[slack]\nowners = "U012AB3CD"', "slack.owners is 'U012AB3CD'; it must be a list"),
        ("[slack]\nowners = [1]", r"slack.owners is \[1\]; it must be a list"),
        ('[slack]\nstate = ""', "slack.state is ''; it must be the path of a file"),
        ("[slack]\nchannels = 1", "slack.channels is 1; write a table for each"),
        ('[slack.channels."#help"]', "slack.channels: #help is no channel's id; it begins with"),
        ("[slack.channels]\nC012AB3CD = 1", "slack.channels.C012AB3CD is 1; it must be a table"),
        ("[slack.channels.C012AB3CD]\nstate = 1", "slack.channels.C012AB3CD: there is no setting"),
    ],
)
def test_what_slack_is_wrongly_set_to_is_said_in_a_sentence(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        load_settings({}, settings_file(tmp_path, text))


def test_sources_are_relative_to_the_file_that_lists_them(tmp_path: Path) -> None:
    folder = settings_file(tmp_path, 'sources = ["articles", "/w/b.pdf"]')
    assert load_settings({}, folder).sources == (f"{folder}/articles", "/w/b.pdf")
    several = {"FOOTNOTE_SOURCES": os.pathsep.join(["a", "b"])}
    assert load_settings(several, folder).sources == ("a", "b")
    for wrong in ("sources = [1]", "sources = 1", 'sources = [""]'):
        with pytest.raises(ConfigError, match="it must be a list of files and folders"):
            load_settings({}, settings_file(tmp_path, wrong))
