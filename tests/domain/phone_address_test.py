"""Which addresses people's phones reach; every QR code of the project goes by this one rule."""

import pytest

from domain.phone_address import PhoneProblem, for_phones, phone_problem


@pytest.mark.parametrize(
    "address",
    [
        "https://luot.thuduc.gov.vn",
        "http://luot.thuduc.gov.vn/t/abc",
        "https://luot.thuduc.gov.vn:8443/t/abc",
        "https://LUOT.ThuDuc.gov.VN./t/abc",
        "https://một-cửa.vn/t/abc",
        "http://192.168.50.1:8100/t/abc",  # whoever is in the hall's wireless network
        "http://10.0.0.7/t/abc",
        "http://172.31.255.1:8100",
        "http://192.0.2.2:8100",  # a room for tests
        "http://[fd12:3456::1]:8100/t/abc",
        "https://8.8.8.8/t/abc",
        "https://hub.lan.vn/t/abc",  # only the last word of a name says whose it is
        "https://home.thuduc.vn/t/abc",
        "https://a.2b.vn/t/abc",
        "https://2b.thuduc.vn/t/abc",
        "https://luot.v9/t/abc",
        "http://[2001:4860:4860::8888]/t/abc",
    ],
)
def test_a_phone_opens(address):
    assert phone_problem(address) is None
    assert for_phones(address) == address


@pytest.mark.parametrize(
    "address, why",
    [
        ("", "no_address"),
        ("/t/abc", "no_address"),
        ("luot.thuduc.gov.vn/t/abc", "no_address"),
        ("ftp://luot.thuduc.gov.vn/", "no_address"),
        ("http://", "no_address"),
        ("http://:8100/t/abc", "no_address"),
        ("http://luot..vn/", "no_address"),
        ("http://luot.vn:port/", "no_address"),
        ("http://[::1/t", "no_address"),
        ("http://lan@luot.vn/", "no_address"),
        ("http://224.0.0.251/", "no_address"),
        ("http://255.255.255.255/", "no_address"),
        ("http://240.0.0.1/", "no_address"),
        ("http://127.0.0.1:8100/t/abc", "this_machine"),
        ("http://127.8.8.8/t/abc", "this_machine"),
        ("http://0.0.0.0:8100/t/abc", "this_machine"),
        ("http://[::1]:8100/t/abc", "this_machine"),
        ("http://[::]:8100/t/abc", "this_machine"),
        ("http://[::ffff:127.0.0.1]/t/abc", "this_machine"),
        ("https://localhost/t/abc", "this_machine"),
        ("https://LocalHost./t/abc", "this_machine"),
        ("http://kiosk.localhost:8100/", "this_machine"),
        ("http://169.254.10.1:8100/t/abc", "link_local"),
        ("http://[fe80::1]/t/abc", "link_local"),
        ("http://[fe80::1%25eth0]/t/abc", "link_local"),
        ("https://hub.lan/t/abc", "hall_name"),
        ("http://hub.lan:8100/t/abc", "hall_name"),
        ("http://hub/t/abc", "hall_name"),
        ("http://HUB.LOCAL/t/abc", "hall_name"),
        ("https://hub.home.arpa/", "hall_name"),
        ("https://luot.internal/", "hall_name"),
        ("https://luot.example/", "hall_name"),
        ("http://127.1/t/abc", "hall_name"),
        ("http://2130706433/t/abc", "hall_name"),
        ("https://192.168.50.1/t/abc", "no_certificate"),
        ("https://[fd12:3456::1]/t/abc", "no_certificate"),
    ],
)
def test_no_phone_opens(address, why):
    assert phone_problem(address) == PhoneProblem(why)
    assert for_phones(address) is None


def test_no_address_is_none_for_phones():
    assert for_phones(None) is None
