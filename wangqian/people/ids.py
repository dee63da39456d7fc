"""Keys made by the application: UUIDv7, ordered by time, safe to show in a URL."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    return uuid7()
