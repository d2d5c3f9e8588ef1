"""How generated interactions are measured: every metric of the field on plain arrays, an evaluator, tables with intervals."""
