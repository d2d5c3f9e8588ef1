"""`python -m interact_core`: the command line, where the `interact` script is not on the path."""

from interact_core.cli.main import main

main()
