"""The option that sets one of many options."""

from typing import Annotated

import typer

SetOption = Annotated[
    list[str] | None, typer.Option("--set", help="One of the options, as the docs list them: name=value.", metavar="NAME=VALUE")
]
