"""New interactions out of one: things are moved, the person follows, the same hands hold the same places."""
