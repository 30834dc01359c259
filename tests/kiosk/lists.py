"""The list of procedures of a kiosk in a test: none, or that of the hub's acts in this process."""

import json

from kiosk.catalogue import Catalogue


def no_list(store):
    """A kiosk's list beside a hub that has none to fetch."""
    return Catalogue(store, lambda url: None)


def list_of(store, context, code):
    """A kiosk's list beside the hub's acts; `fetch_now()` reads what they have."""
    return Catalogue(
        store, lambda url: json.loads(context.catalogues.of(context.centre(code)).body)
    )
