"""The project's own benchmarks: ratios, each measured within one run, so that a slow machine changes little."""
