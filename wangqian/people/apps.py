"""The people layer: who there is and what they may see."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "wangqian.people"
    label = "people"
