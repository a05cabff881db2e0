"""Create the table of the weekly digests."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("guild", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("week", sa.Date, nullable=False),
        sa.Column("claimed", sa.DateTime(timezone=False), nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
    )
