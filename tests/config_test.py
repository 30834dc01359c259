"""Settings: unknown names, wrong kinds and odd values are errors that say the mend."""

import pytest

from server.config import SETTINGS, SettingError, load


def settings(environ=None, toml=None, tmp_path=None, **given):
    file = tmp_path / "luot.toml"
    if toml is not None:
        file.write_text(toml, "utf-8")
    return load(environ or {}, file, **given)


def test_without_any_setting_the_defaults(tmp_path):
    assert {s.name: getattr(settings(tmp_path=tmp_path), s.name) for s in SETTINGS} == {
        s.name: s.default for s in SETTINGS
    }


def test_each_setting_says_what_it_is():
    assert all(s.help.endswith(".") and len(s.help) > 15 for s in SETTINGS)
    assert len({s.name for s in SETTINGS}) == len(SETTINGS)


def test_the_command_line_before_the_environment_before_the_file(tmp_path):
    toml = "port = 1\nhost = '0.0.0.0'\nundo_seconds = 30\n"
    read = settings({"LUOT_PORT": "2", "LUOT_HOST": "10.0.0.1"}, toml, tmp_path, port=3, host=None)
    assert (read.port, read.host, read.undo_seconds) == (3, "10.0.0.1", 30)


@pytest.mark.parametrize(
    ("environ", "toml", "given", "sentence"),
    [
        (
            {"LUOT_PROT": "8100"},
            None,
            {},
            r"unknown setting 'prot' in the environment; `luot settings`",
        ),
        ({}, "prot = 8100", {}, r"unknown setting 'prot' in .*luot\.toml"),
        ({}, None, {"prot": 1}, "unknown setting 'prot' in the command line"),
        (
            {"LUOT_PORT": "eighty"},
            None,
            {},
            "port is 'eighty' in the environment; it must be a whole number",
        ),
        ({"LUOT_SECURE_COOKIES": "perhaps"}, None, {}, "must be true or false"),
        ({}, "port = true", {}, "must be a whole number"),
        ({}, "port = [", {}, r"luot\.toml: .*mend that line"),
        ({"LUOT_ASYNC_MODE": "magic"}, None, {}, "use one of eventlet, gevent, threading"),
        ({"LUOT_HOURS": "never"}, None, {}, "use centre or always"),
    ],
)
def test_a_mistake_is_refused_with_its_mend(tmp_path, environ, toml, given, sentence):
    with pytest.raises(SettingError, match=sentence):
        settings(environ, toml, tmp_path, **given)


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("1", True), ("YES", True), ("false", False), ("0", False), ("no", False)],
)
def test_true_and_false_in_words(tmp_path, text, value):
    assert settings({"LUOT_SECURE_COOKIES": text}, None, tmp_path).secure_cookies is value


def test_the_kiosks_own_settings_are_left_to_it_but_its_address(tmp_path):
    assert (
        settings(
            {"LUOT_KIOSK_PRINTER": "virtual:", "LUOT_KIOSK_URL": "http://10.0.0.5:8101"},
            None,
            tmp_path,
        ).kiosk_url
        == "http://10.0.0.5:8101"
    )


def test_another_file_can_be_named(tmp_path):
    (tmp_path / "other.toml").write_text("port = 9", "utf-8")
    assert load({"LUOT_CONFIG": str(tmp_path / "other.toml")}).port == 9
