"""The hub of a demo: `python -m server.demo.hub FILE --host H --port P --data DIR`.

The real hub with one page more (server/web/demo.py), whose facts FILE holds (JSON, for its owner's
eyes only). gunicorn makes the application (server/demo/app.py) and finds FILE in its environment.
"""

import os
from pathlib import Path

import click

from ..commands.hub import serve

FILE = "DEMO_PAGE_FILE"


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, exists=True))
@click.option("--host", required=True)
@click.option("--port", type=int, required=True)
@click.option("--data", required=True)
def main(file: str, host: str, port: int, data: str) -> None:
    """Run it until it is stopped."""
    os.environ[FILE] = str(Path(file).resolve())
    # whoever tries it sees every page there is
    os.environ.setdefault("LUOT_COMPARING_CENTRES", "*")
    serve(data, host, port, "server.demo.app:create_demo()")


if __name__ == "__main__":
    main()
