"""What data sets keep beside the motion, computed from it: one file an array, plain functions of plain arrays."""
