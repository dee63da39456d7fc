"""The operating layer as a Django app."""

from django.apps import AppConfig


class OperatingConfig(AppConfig):
    name = "wangqian.operating"
    label = "operating"
