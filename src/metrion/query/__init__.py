"""The hot path: request -> permission -> plan -> cache -> engine -> result and receipt."""
