"""The documents layer as a Django app."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "wangqian.documents"
    label = "documents"
