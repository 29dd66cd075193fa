"""Measures answers against gold sets: questions whose answers somebody wrote down."""
