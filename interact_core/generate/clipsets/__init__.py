"""Clips of a user's data set as what the model learns from and is measured on."""
