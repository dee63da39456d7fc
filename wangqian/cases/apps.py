"""The cases layer as a Django app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "wangqian.cases"
    label = "cases"
