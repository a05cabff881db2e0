"""The tables of the database. Migrations must lead to the same schema; a test compares them."""

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData()

guilds = Table(
    "guilds",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("rules", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("greeted", Integer, nullable=False),
)

# `member` is a keyed hash. Question and reason are set only if the member sends them.
votes = Table(
    "votes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("member", String(64), nullable=False, index=True),
    Column("guild", BigInteger, nullable=True, index=True),
    Column("reference", String(16), nullable=False),
    Column("value", Integer, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("generation", String(64), nullable=False),
    Column("question", Text, nullable=True),
    Column("reason", Text, nullable=True),
    Column("given", DateTime(timezone=False), nullable=False, index=True),
    UniqueConstraint("member", "reference", name="one_vote_a_member"),
)

# Numbers of questions, without texts and members.
usage = Table(
    "usage",
    metadata,
    Column("day", Date, primary_key=True),
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(16), primary_key=True),
    Column("outcome", String(16), primary_key=True),
    Column("number", Integer, nullable=False),
)

# A row for each server with a weekly digest: the Monday of the week whose digest was claimed last, and whether it is done.
digests = Table(
    "digests",
    metadata,
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("week", Date, nullable=False),
    Column("claimed", DateTime(timezone=False), nullable=False),
    Column("done", Integer, nullable=False),
)

# Tokens that a language model has used, of all processes together.
writer_tokens = Table(
    "writer_tokens",
    metadata,
    Column("day", Date, primary_key=True),
    Column("tokens", BigInteger, nullable=False),
)

# One row: the key of the member hashes.
keys = Table("keys", metadata, Column("id", Integer, primary_key=True), Column("key", String(64), nullable=False))
