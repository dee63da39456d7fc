"""微信服务号: a thin client of our own, its token, its templates, what its callback says."""

import wangqian.notices.channels  # noqa: F401  the two packages need each other: whoever is asked for first, they load in this order
