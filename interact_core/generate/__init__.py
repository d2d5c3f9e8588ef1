"""Generation of interactions: one model for every task, its training, evaluation and what turns its output into clips."""
