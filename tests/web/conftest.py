"""A hall of the acts for pages that need no hub."""

from tests.acts.claims_test import claim_hall  # noqa: F401  (its fixtures)
from tests.acts.conftest import make_hall, thu_duc_profile  # noqa: F401  (its fixtures)
