"""One body's motion on another body: pose carried, shape fitted in the rest pose, pose fitted where that is better."""
