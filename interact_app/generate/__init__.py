"""Generation in the window: wishes, an object's path sketched by hand, candidates side by side, training losses."""
