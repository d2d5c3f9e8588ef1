"""The published networks from a user's own checkpoint files: stock torch layers, sizes read from the tensors."""
