"""The web layer: pages."""

from allauth.account.signals import user_logged_in
from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "wangqian.web"
    label = "web"

    def ready(self) -> None:
        """allauth looks through all of a person's sessions at every login; the adapter writes down the new one instead."""
        from allauth.usersessions import signals

        user_logged_in.disconnect(receiver=signals.on_user_logged_in)
