"""The WSGI entry point gunicorn serves."""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wangqian.settings")
application = get_wsgi_application()
import_module("wangqian.urls")  # by whoever starts, not by the first visitor of each worker
