"""Settings and where they come from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.config import (
    ChannelSettings,
    FetchSettings,
    LlmSettings,
    Settings,
    SlackSettings,
    load_settings,
)
from bot.errors import ConfigError


def settings_file(folder: Path, text: str) -> Path:
    """Write ``footnote.toml`` and return its folder."""
    (folder / "footnote.toml").write_text(text, encoding="utf-8")
    return folder


def test_sites_are_addresses_by_folder_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "footnote.toml").write_text('[sites]\ndocs = "https://d.example/{path}/"\n')
    settings = load_settings({}, tmp_path)
    assert settings.sites == {str(tmp_path / "docs"): "https://d.example/{path}/"}
    for wrong in ('sites = "x"', '[sites]\ndocs = "https://d.example/"', "[sites]\ndocs = 3"):
        (tmp_path / "footnote.toml").write_text(wrong + "\n")
        with pytest.raises(ConfigError, match=r"sites is .*; it must be a table of folders"):
            load_settings({}, tmp_path)


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
            "there is no setting treshold; there are calibration, fetch, index, language, llm, "
            "max_megabytes",
        ),
        (
            "index",
            "can't be read: Expected '=' after a key in a key/value pair (at end of document)",
        ),
        ("index = .footnote", "; mend it there; texts stand in quotation marks"),
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
    with pytest.raises(ConfigError, match=r"footnote\.toml can't be read: it is not UTF-8"):
        load_settings({}, tmp_path)


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "footnote.toml").mkdir()
    with pytest.raises(ConfigError, match=r"footnote\.toml can't be read \(Is a directory\); give"):
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
        with pytest.raises(ConfigError, match="it must be a list of files, folders and addresses"):
            load_settings({}, settings_file(tmp_path, wrong))


def test_fetching_has_a_table_and_variables(tmp_path: Path) -> None:
    text = '[fetch]\nallow_private = ["Wiki.local", "127.0.0.1:80"]\npages = 5\nseconds = 2.5\n'
    folder = settings_file(tmp_path, text)
    hosts = frozenset({"wiki.local", "127.0.0.1:80"})
    assert load_settings({}, folder).fetch == FetchSettings(hosts, 5, 2.5)
    variables = {"FOOTNOTE_FETCH_ALLOW_PRIVATE": "true", "FOOTNOTE_FETCH_PAGES": "7"}
    assert load_settings(variables, folder).fetch == FetchSettings(True, 7, 2.5)
    variables = {"FOOTNOTE_FETCH_ALLOW_PRIVATE": "a.local b.local:80"}
    assert load_settings(variables, tmp_path).fetch.allow_private == {"a.local", "b.local:80"}
    settings_file(tmp_path, "[fetch]\nallow_private = true")
    assert load_settings({}, tmp_path).fetch.allow_private is True


LLM = """
[llm]
model = "qwen3:8b"
base_url = "http://localhost:11434/v1/"
timeout = 60
max_tokens = 500
temperature = 0
retries = 1
concurrency = 2
structured = false
"""


def test_a_language_model_is_named_in_its_table(tmp_path: Path) -> None:
    found = load_settings({}, settings_file(tmp_path, LLM)).llm
    url = "http://localhost:11434/v1"
    assert found == LlmSettings("qwen3:8b", url, 60.0, 500, 0.0, 1, 2, False)
    variables = {"FOOTNOTE_LLM_MODEL": "openai:x", "FOOTNOTE_LLM_STRUCTURED": "true"}
    changed = load_settings(variables, tmp_path).llm
    assert (changed.model, changed.structured, changed.timeout) == ("openai:x", True, 60.0)


def test_a_provider_needs_no_address_and_a_key_is_no_setting(tmp_path: Path) -> None:
    environ = {"FOOTNOTE_LLM_MODEL": "anthropic:x", "FOOTNOTE_LLM_API_KEY": "sk-secret"}
    found = load_settings(environ, tmp_path).llm
    assert found == LlmSettings(model="anthropic:x")
    assert "sk-secret" not in repr(found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fetch = 1", "fetch is 1; it must be a table: [fetch]"),
        ("[fetch]\nproxy = 1", "fetch: there is no setting proxy; there are allow_private, pages"),
        ('[fetch]\nallow_private = ["http://a"]', "it must be true, false, or a list of hosts"),
        ('[fetch]\nallow_private = ["a b"]', "it must be true, false, or a list of hosts"),
        ("[fetch]\nallow_private = 3", "it must be true, false, or a list of hosts"),
        ("[fetch]\npages = 0", "it must be a whole number from 1 to 50000"),
        ("[fetch]\nseconds = 0", "it must be a number of seconds from 0.1 to 3600"),
    ],
)
def test_wrong_settings_of_fetching_are_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({}, settings_file(tmp_path, text))
    assert said in str(caught.value)


def test_addresses_among_the_sources_stay_as_they_are(tmp_path: Path) -> None:
    folder = settings_file(tmp_path, 'sources = ["articles", "https://example.org/feed"]')
    sources = load_settings({}, folder).sources
    assert sources == (str(tmp_path / "articles"), "https://example.org/feed")
    variables = {"FOOTNOTE_SOURCES": "articles https://example.org:8080/feed"}
    assert load_settings(variables, folder).sources == (
        "articles",
        "https://example.org:8080/feed",
    )
    variables = {"FOOTNOTE_SOURCES": f"a{os.pathsep}b"}
    assert load_settings(variables, folder).sources == ("a", "b")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("llm = 3", "it must be a table: [llm]."),
        ('[llm]\nmodel = "x"', "set base_url in [llm], or begin the model with openai:"),
        ('[llm]\nbase_url = "http://x"', "llm.base_url is set, and no model"),
        ('[llm]\nmodel = "openai:x"\nbase_url = "localhost"', "must be the address of a server"),
        ('[llm]\nmodel = "x"\nbase_url = "http://me:pw@x/v1"', "must be the address of a server"),
        ("[llm]\ntimeout = 0", "llm.timeout is 0; it must be a number of seconds"),
        ('[llm]\napi_key = "x"', "there is no setting api_key"),
    ],
)
def test_a_wrong_setting_of_a_language_model_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({}, settings_file(tmp_path, text))
    assert said in str(caught.value)


def test_a_password_in_an_address_is_not_repeated(tmp_path: Path) -> None:
    variables = {"FOOTNOTE_LLM_MODEL": "x", "FOOTNOTE_LLM_BASE_URL": "http://me:pa/ss@x/v1"}
    with pytest.raises(ConfigError, match=r"'http://…@x/v1'"):
        load_settings(variables, tmp_path)
