"""One adapter a source: what it says on disk, as clips in its own axes and rate."""
