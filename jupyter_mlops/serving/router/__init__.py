"""One process before an endpoint's replicas: it takes every request, and gives it to a replica that can answer."""
