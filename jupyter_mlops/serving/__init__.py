"""What runs inside an endpoint: router and replicas. Imports none of ours: it runs in any interpreter."""
