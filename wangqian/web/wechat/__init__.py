"""微信: what its server tells us, binding one's own, coming in by it."""
