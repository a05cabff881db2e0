"""Create the tables for servers' rules, members' votes and the hash key."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "guilds",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("rules", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("greeted", sa.Integer, nullable=False),
    )
    op.create_table(
        "votes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("member", sa.String(64), nullable=False, index=True),
        sa.Column("guild", sa.BigInteger, nullable=True, index=True),
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("value", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("generation", sa.String(64), nullable=False),
        sa.Column("question", sa.Text, nullable=True),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("given", sa.DateTime(timezone=False), nullable=False, index=True),
        sa.UniqueConstraint("member", "reference", name="one_vote_a_member"),
    )
    op.create_table("keys", sa.Column("id", sa.Integer, primary_key=True), sa.Column("key", sa.String(64), nullable=False))
