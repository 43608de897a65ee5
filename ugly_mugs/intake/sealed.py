"""A story under its report's own key: intake can close it, and only the desk or her code can open it."""

import json
from typing import Any
from uuid import UUID

from ..models import ReportKey
from ..vault import DataKey, Vault
from .new_report import Story

PAGE = 1024
"""Stories are padded to whole pages, so that a length says little."""
CONTACT = ("contact", "safe_times", "if_someone_else")
FORGOTTEN = "(forgotten)"
"""Stands where there was something, since who wants a call has to say where."""


def seal(story: Story, key: DataKey, *, report_id: UUID) -> bytes:
    """*story* as the sealed body of its report."""
    return _seal(story.model_dump_json(exclude_defaults=True).encode(), key, report_id=report_id)


def without_contact(body: bytes, key: DataKey, *, report_id: UUID) -> bytes:
    """*body* without how to reach her; everything else as it was, even what today's rules would refuse."""
    kept = told(body, key, report_id=report_id)
    for name in CONTACT:
        if kept.pop(name, ""):
            kept["contact"] = FORGOTTEN
    return _seal(json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode(), key, report_id=report_id)


def _seal(plain: bytes, key: DataKey, *, report_id: UUID) -> bytes:
    # JSON may end in spaces.
    return key.seal(plain.ljust(-(-len(plain) // PAGE) * PAGE), table="report", column="body", row=report_id)


def told(body: bytes, key: DataKey, *, report_id: UUID) -> dict[str, Any]:
    """What stands in *body*, unread; raise `CannotOpen` if it is not this report's."""
    found: dict[str, Any] = json.loads(key.open(body, table="report", column="body", row=report_id))
    return found


def unseal(body: bytes, key: DataKey, *, report_id: UUID) -> Story:
    """The story in *body*; raise `CannotOpen` if it is not this report's."""
    return Story.model_validate_json(key.open(body, table="report", column="body", row=report_id))


def keys_for(vault: Vault, key: DataKey, *, by_code: DataKey, report_id: UUID) -> ReportKey:
    """The report's *key*, sealed once for the desk and once for whoever has the return code."""
    return ReportKey(
        report_id=report_id,
        to_desk=vault.seal_to_desk(key.raw, table="report_key", column="to_desk", row=report_id),
        by_code=by_code.seal(key.raw, table="report_key", column="by_code", row=report_id),
    )


def key_at_desk(vault: Vault, row: ReportKey) -> DataKey:
    """The report's key, for a process that holds the desk's private half; others get `KeyNotHere`."""
    return DataKey(vault.open_at_desk(row.to_desk, table="report_key", column="to_desk", row=row.report_id))


def key_by_code(row: ReportKey, by_code: DataKey) -> DataKey:
    """The report's key, for whoever has the return code; raise `CannotOpen`."""
    return DataKey(by_code.open(row.by_code or b"", table="report_key", column="by_code", row=row.report_id))
