"""The clips of the demo project, one file each."""
