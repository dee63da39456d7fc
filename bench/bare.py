"""The bare view: a Django without middleware whose only view runs a list of statements, with no rule, hash or page.

Same gunicorn, same database settings (psycopg, persistent connections with their health check), same transactions. What the
statements need comes with the form, so that nothing is computed. `BENCH_STATEMENTS` names the pickled list.
"""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import dj_database_url
import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from bench.recording import Statement

settings.configure(
    ALLOWED_HOSTS=["localhost"],
    DATABASES={"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=600, conn_health_checks=True)},
    ROOT_URLCONF=__name__,
    SECRET_KEY="of no use here",
    USE_TZ=True,
)
django.setup()

STATEMENTS: list[Statement] = pickle.loads(Path(os.environ["BENCH_STATEMENTS"]).read_bytes())


def view(request: HttpRequest) -> HttpResponse:
    """Run the statements with this request's values; answer as the real view does."""
    values: dict[str, Any] = dict(request.POST.items())
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            if statement.sql == "BEGIN":
                connection.set_autocommit(False)
            elif statement.sql == "COMMIT":
                connection.commit()
                connection.set_autocommit(True)
            else:
                cursor.execute(statement.sql, statement.args(values) or None)
                if cursor.description:
                    rows = cursor.fetchall()
                    if statement.returns:
                        values[statement.returns] = rows[0][0]
    answer = HttpResponse(status=302, headers={"Location": f"/cases/{values['case_id']}/"})
    answer["Content-Length"] = "0"
    return answer


urlpatterns = [path("accept/", view)]
application = get_wsgi_application()
