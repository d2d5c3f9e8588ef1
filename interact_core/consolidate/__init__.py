"""Raw downloads and released folders in, one canonical, validated dataset out: sources, stages, derived arrays."""
