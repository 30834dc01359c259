"""Centres and their documents."""

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from .base import metadata

centre = Table(
    "centre",
    metadata,
    Column("code", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("profile", Text, nullable=False),
    Column("waiting", Text),
    Column("managed_by", Text, nullable=False, server_default="browser"),
    Column("base_version", Integer),
)

#: Every document that was in force, by version: names and hours of a day that is over are read from
#: the one of then.
centre_document = Table(
    "centre_document",
    metadata,
    Column("centre", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("profile", Text, nullable=False),
    Column("actor", Text),
    Column("reason", Text),
    Column("source", Text),
    Column("digest", Text),
    PrimaryKeyConstraint("centre", "version"),
)

#: Changes of a centre's document that wait for their moment; `changes` is a list of places and
#: values as JSON, made of the document of version `made_of`.
planned_change = Table(
    "planned_change",
    metadata,
    Column("centre", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("made_of", Integer, nullable=False),
    Column("changes", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("outcome", Text),
    PrimaryKeyConstraint("centre", "id"),
    Index("ix_planned_change_due", "centre", "state", "due_at"),
)

#: What a person has changed on the pages of the settings and not applied yet.
settings_draft = Table(
    "settings_draft",
    metadata,
    Column("centre", Text, nullable=False),
    Column("staff", Text, nullable=False),
    Column("made_of", Integer, nullable=False),
    Column("changes", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("centre", "staff"),
)

#: The document a province shares among its centres, every version whole.
base_document = Table(
    "base_document",
    metadata,
    Column("version", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    Column("actor", Text),
    Column("reason", Text),
    Column("digest", Text, nullable=False),
    PrimaryKeyConstraint("version"),
)

#: The hub processes that share this database, by their last sign of life (the database's clock).
hub_process = Table(
    "hub_process",
    metadata,
    Column("name", Text, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("name"),
)
