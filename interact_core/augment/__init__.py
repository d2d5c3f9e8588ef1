<<<<<<< HEAD
"""New interactions out of one: things are moved, the person follows, the same hands hold the same places."""
=======
"""New clips from old ones: the object or the person changes a little, the hands hold the same places."""
>>>>>>> w-aug
