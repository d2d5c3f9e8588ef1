"""Changes by rule, before any solver: mirror, other time, other objects, another build. Pure functions on clips."""
