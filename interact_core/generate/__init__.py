"""Generation of interactions: one masked diffusion model for every task, its training, evaluation, and bodies from markers."""
