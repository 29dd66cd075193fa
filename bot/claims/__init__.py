"""Holds a claim against the words that it rests on: what isn't there was made up."""

from bot.claims.check import Evidence, Fault, fault_of
from bot.claims.orders import first_order

__all__ = ["Evidence", "Fault", "fault_of", "first_order"]
