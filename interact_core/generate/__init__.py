"""Generation: one masked diffusion model for text, action, object-to-human, human-to-object, prediction and in-betweening."""
