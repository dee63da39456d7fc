"""Coming in by another house: OpenID Connect (学信网, 一网通办, a campus), and what its way shares with WeChat's."""
