"""The people layer: who there is and what they may see."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "wangqian.people"
    label = "people"

    def ready(self) -> None:
        from wangqian.people.models.kept import make_kept_key

        post_migrate.connect(make_kept_key, sender=self)
