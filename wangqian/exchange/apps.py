"""The exchange layer as a Django app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "wangqian.exchange"
    label = "exchange"
