"""Every page and route of the hub."""

from flask import Flask

from .account import account
from .admin import admin
from .announcements import announcements
from .api import api
from .audit import audit
from .auth import auth
from .booking_pages import booking_pages
from .bookings import bookings_api
from .catalogue import catalogue
from .centres_now import centres_now
from .city import city_pages
from .claim_pages import claim_pages, door_pages
from .clock import clock as clock_pages
from .compare import compare
from .delivery import delivery_pages
from .devices import devices
from .doctor import doctor
from .draw_pages import draw_pages
from .draws import draws_api
from .exports import exports
from .files import files
from .firmware import firmware_pages
from .first_run import first_run
from .health import health
from .manager import manager
from .media import media
from .open_figures import open_pages
from .openapi import openapi
from .pages import pages
from .passkeys import passkeys
from .person import person
from .phone import phone
from .phrases import phrases
from .plan import plan_pages
from .previews import previews
from .procedures import procedures
from .province import province
from .rating_tablet import rating_tablet
from .ratings import ratings_api, ratings_pages
from .reach_pages import reach_pages
from .rejoin_pages import rejoin_pages
from .reports import reports
from .settings import settings
from .sign_in_service import sign_in_service
from .staff_bookings import staff_bookings
from .studio import studio
from .voice_packs import voice_packs
from .voices import voices
from .ways_in import ways_in


def add_pages(app: Flask) -> None:
    """Let the hub answer at all its addresses."""
    for blueprint in (
        auth,
        audit,
        openapi,
        api,
        catalogue,
        city_pages,
        clock_pages,
        announcements,
        bookings_api,
        booking_pages,
        draws_api,
        draw_pages,
        claim_pages,
        door_pages,
        *reach_pages,
        rejoin_pages,
        rating_tablet,
        ratings_api,
        ratings_pages,
        files,
        first_run,
        health,
        pages,
        devices,
        firmware_pages,
        doctor,
        media,
        manager,
        phone,
        plan_pages,
        previews,
        phrases,
        procedures,
        compare,
        centres_now,
        delivery_pages,
        exports,
        open_pages,
        reports,
        settings,
        staff_bookings,
        admin,
        account,
        ways_in,
        passkeys,
        person,
        sign_in_service,
        province,
        studio,
        voice_packs,
        voices,
    ):
        app.register_blueprint(blueprint)
