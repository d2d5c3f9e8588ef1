"""New clips from old ones: the object or the person changes a little, the hands hold the same places."""
