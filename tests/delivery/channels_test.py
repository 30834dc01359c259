"""Whom the services that carry pushes may write to."""

import pytest

from server import config
from server.delivery.channels import _contact


@pytest.mark.parametrize(
    ("mail", "url", "contact"),
    [
        ("", "https://so.thuduc.gov.vn", "https://so.thuduc.gov.vn"),
        ("it@thuduc.gov.vn", "https://so.thuduc.gov.vn", "mailto:it@thuduc.gov.vn"),
        ("", "http://10.0.0.5:8100", "mailto:nobody@localhost"),
        ("", "", "mailto:nobody@localhost"),
    ],
)
def test_a_push_names_the_house_or_its_mail_address(mail, url, contact):
    settings = config.load(environ={}, delivery_contact=mail, public_url=url)
    assert _contact(settings) == contact
