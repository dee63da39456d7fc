"""The Jinja2 environment of our pages, and the renderer by which Django's forms are drawn with our parts."""

from pathlib import Path
from typing import Any

import django.forms
from django.forms.renderers import EngineMixin
from django.template.backends.jinja2 import Jinja2
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from jinja2 import Environment, StrictUndefined, Undefined

from wangqian.web import fields, wording

TEMPLATES = Path(__file__).parent / "templates"
DJANGO_WIDGETS = Path(django.forms.__file__).parent / "jinja2"


def url(name: str, *args: object, **kwargs: object) -> str:
    """The address of a named view; an unknown name is a bug and raises."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def environment(**options: Any) -> Environment:
    """Pages: autoescape on (Django sets it), `_()` from Django's catalogue, an undefined name raises."""
    options.setdefault("extensions", []).append("jinja2.ext.i18n")
    env = Environment(**options | {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True})
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext
    )
    env.globals |= {"static": static, "url": url, "now": timezone.now, "language": translation.get_language}
    env.globals |= {"field_kind": fields.kind, "field_anchor": fields.anchor, "control": fields.control}
    env.globals |= {"remaining": fields.remaining, "described_by": fields.described_by}
    env.globals |= {"field_errors": fields.sentences, "named_errors": fields.named, "places": fields.places}
    env.filters |= {name: getattr(wording, name) for name in ("clock", "day", "left", "since", "until")}
    env.filters |= {"money": wording.money, "masked": wording.masked}
    return env


def form_environment(**options: Any) -> Environment:
    """Widgets: as for pages, but Django's own templates ask for names that need not exist."""
    env = environment(**options)
    env.undefined = Undefined
    return env


class FormRenderer(EngineMixin, django.forms.renderers.BaseRenderer):
    """Our form template; Django's templates for the bare widgets. Needs nothing in INSTALLED_APPS."""

    form_template_name = "parts/form.page.html"
    field_template_name = "parts/field.page.html"

    @cached_property
    def engine(self) -> Jinja2:
        """The engine with our templates first."""
        return Jinja2(
            {
                "APP_DIRS": False,
                "DIRS": [TEMPLATES, DJANGO_WIDGETS],
                "NAME": "wangqian-forms",
                "OPTIONS": {"environment": "wangqian.web.jinja.form_environment"},
            }
        )
