"""Fuzzers: whatever the input, an answer or an error that was meant, and never a traceback.

A fuzzer is a test with the fixture `fuzz` (ground.py). Its docstring says what it found, so that
the fault can be put back to see that it is found again.

    LIMINIX_GEN_FUZZ=100000  inputs of each fuzzer, in place of the few of `make test`
    LIMINIX_GEN_FUZZ_SEED=2  other inputs
    LIMINIX_GEN_FUZZ_FIRST=N the input to begin with: one that failed names its own
"""
