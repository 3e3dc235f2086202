"""Benchmarks: ratios on one machine, measured in pairs. `python -m bench` runs all; see docs/performance.md."""
