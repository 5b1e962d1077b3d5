"""How fast the product is beside what else could be used; `make bench` writes RESULTS.md."""
