"""Typed columns of a form, made from the same declaration: for lists, exports and statistics."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models

from wangqian.cases.act import Act
from wangqian.cases.forms import NAMED
from wangqian.cases.models import Terms
from wangqian.chart.fields import Field, Input, Need

UNIT = "employer_uscc"  # by which a reviewer is told what others called it (flows/warnings.py)
COLUMNS: dict[str, type[models.Model]] = {}


def columns_model(need: Need, name: str) -> type[models.Model]:
    """A one-to-one model of `Terms` with one typed column per question (two for a code: code and name), personal ones apart."""
    body: dict[str, Any] = {
        "__module__": "wangqian.flows.models",
        "__doc__": f"Typed columns of {need.name}.",
        "terms": models.OneToOneField(Terms, models.PROTECT, primary_key=True, related_name=f"{need.name}_columns"),
    }
    for field in kept(need):
        body[field.name] = column(field)
        if field.kind in NAMED:
            body[f"{field.name}_name"] = models.CharField(max_length=100, blank=True)
    COLUMNS[need.name] = made = type(name, (models.Model,), body)
    return made


def kept(need: Need) -> list[Field]:
    """The questions that have a column."""
    return [field for field in need.fields if not field.personal and field.kind is not Input.FILES]


def column(field: Field) -> models.Field[Any, Any]:
    if field.kind is Input.MONEY:
        return models.DecimalField(max_digits=12, decimal_places=2, null=True)
    if field.kind is Input.NUMBER:
        return models.PositiveIntegerField(null=True)
    if field.kind is Input.DATE:
        return models.DateField(null=True)
    if field.kind is Input.YESNO:
        return models.BooleanField(null=True)
    if field.kind is Input.LINES:
        return models.TextField(blank=True)
    return models.CharField(max_length=field.most, blank=True, db_index=field.name == UNIT)


def typed(field: Field, answer: str) -> object:
    """A canonical answer as its column's type."""
    if field.kind is Input.YESNO:
        return {"yes": True, "no": False}.get(answer)
    makers: dict[Input, Callable[[str], object]] = {
        Input.MONEY: Decimal,
        Input.NUMBER: int,
        Input.DATE: date.fromisoformat,
    }
    if field.kind in makers:
        return makers[field.kind](answer) if answer else None
    return answer


def keep_columns(need: Need) -> Callable[[Act], None]:
    """An effect that writes the typed columns of the version just made; what it does not ask stays empty."""

    def effect(act: Act) -> None:
        content = act.content()
        answers = content.get(need.name) or content.get("terms", content)
        values = {field.name: typed(field, answers.get(field.name, "")) for field in kept(need)}
        names = {f"{f.name}_name": answers.get(f"{f.name}_name", "") for f in kept(need) if f.kind in NAMED}
        COLUMNS[need.name]._default_manager.create(terms=act.latest_terms(), **values, **names)

    return effect
