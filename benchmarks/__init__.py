"""Speed and memory, each figure beside a named peer measured in the same run. `make bench` runs all of them."""
