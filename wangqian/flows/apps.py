"""The flows layer as a Django app; importing the flow files checks every chart."""

from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "wangqian.flows"
    label = "flows"

    def ready(self) -> None:
        from wangqian.flows import certification, online, online_termination, reopening, sweeps  # noqa: F401
