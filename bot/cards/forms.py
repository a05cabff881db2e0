"""What arrives when a member sends a form."""

from collections.abc import Mapping
from typing import Any


def sent(data: Any, prefix: str) -> tuple[str, Mapping[str, str]] | None:
    """The last part of a form's custom_id `prefix:language:key`, and its fields by name; None for another form."""
    kind, _, rest = str(data.get("custom_id", "")).partition(":")
    if kind != prefix:
        return None
    fields = (component.get("component", {}) for component in data["components"])
    values = {str(field["custom_id"]): str(field.get("value") or "") for field in fields if "custom_id" in field}
    return rest.partition(":")[2], values
