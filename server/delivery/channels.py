"""The channels there are, made of the settings."""

from collections.abc import Callable

from ..config import Settings
from ..outside_keys import OutsideKeys
from ..store.engine import Store
from .http import Outside
from .mail import Mailer
from .message import Messages
from .run import Channel, Deliverer
from .web_push import WebPush
from .webhook import Webhooks

NOBODY = "mailto:nobody@localhost"


def deliverer(
    settings: Settings, store: Store, keys: OutsideKeys, clock: Callable[[], int]
) -> Deliverer:
    """The delivery of a house. Raises SettingError where a network is none."""
    outside = Outside(_words(settings.delivery_networks), settings.delivery_ca_file)
    channels: dict[str, Channel] = {
        "push": WebPush(outside, keys, _words(settings.push_services), _contact(settings)),
        "webhook": Webhooks(outside, keys),
        "email": Mailer(keys, settings.delivery_ca_file),
    }
    return Deliverer(store, channels, Messages(outside, keys), clock, settings.public_url)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _contact(settings: Settings) -> str:
    """Whom a push service may write to about our pushes: an address of mail, else the house's own
    page. Without either no phone can ask for pushes, which need https.
    """
    if settings.delivery_contact:
        return f"mailto:{settings.delivery_contact}"
    return settings.public_url if settings.public_url.startswith("https:") else NOBODY
