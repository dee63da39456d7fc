"""生源信息 in: columns → headers → check → staging → confirmation. Pages use `wangqian.exchange.roster.desk`."""
