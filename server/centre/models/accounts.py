"""How the centre's people come in beside their password: `accounts`."""

from .types import Section


class Accounts(Section):
    """Whether clerks may come in by a PIN at the machine of a counter; off unless it is said."""

    pin: bool = False
