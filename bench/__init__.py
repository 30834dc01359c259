"""Benchmarks: every figure is printed beside a floor measured in the same run on the same machine,
and as a ratio to it.
"""
