"""A stage on which chosen unique constraints are missing, for red controls; they are back before the next test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, models

from tests.cast import Cast
from wangqian.cases.models import Case, Event, Receipt

MODELS: tuple[type[models.Model], ...] = (Case, Event, Receipt)
CONSTRAINTS = {constraint.name: (model, constraint) for model in MODELS for constraint in model._meta.constraints}


@pytest.fixture
def dropped(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Drop the constraints named by the parameter; put them back once the tables are empty again."""
    names = request.param
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        for name in names:
            editor.remove_constraint(*CONSTRAINTS[name])
    yield
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        for name in names:
            editor.add_constraint(*CONSTRAINTS[name])


@pytest.fixture
def loose_stage(dropped: None, stage: Cast) -> Cast:
    """The cast on tables without the dropped constraints: set up after dropping, so emptied before they return."""
    return stage
