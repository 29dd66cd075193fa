"""Footnote in Slack: answers where people ask, once, cited, and never silent."""
