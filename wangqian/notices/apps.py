"""The notices layer as a Django app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "wangqian.notices"
    label = "notices"
