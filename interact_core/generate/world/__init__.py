"""The demo world without end: varied interactions by formula, hundreds a second, to train and test generation on.

Where `interact_core.demo` solves a few hand-written scenarios with care, this draws any number at once, array by array.
"""
