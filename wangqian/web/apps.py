"""The web layer as a Django app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "wangqian.web"
    label = "web"
