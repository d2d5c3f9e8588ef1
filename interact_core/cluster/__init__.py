"""Work over a whole dataset, on this machine or many: specs, executors, and what is finished and must not be repeated."""
