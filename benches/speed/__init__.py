"""How fast ssot is, beside tools that do a part of the same: see `benches/run.py`."""
