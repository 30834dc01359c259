"""Commands on the store: making it, loading a centre, holding it against its journal, keeping
copies.
"""

import json
import sys
from pathlib import Path

import click

from domain.languages import COMMAND_LINE

from .. import acts, config
from ..centre import CentreDocument, read_stored, with_list_of
from ..centre.changes import changes
from ..centre.sentences import in_words
from ..centre.yaml_file import read_centre
from ..clock import now_ms
from ..reports import report_centre, rollups
from ..store import archive, backup_copies, centres, chain, journal
from ..store import migrate as migrations
from ..store.database_file import faults_of
from ..texts import area, languages
from .common import (
    as_admin,
    centre_option,
    context_of,
    data_option,
    one_line_errors,
    only_centre,
    opened,
    or_exit,
    press,
)
from .procedures import load_procedures
from .restoring import restored


@click.command()
@data_option
@one_line_errors
def init(data: str | None) -> None:
    """Make the data folder and its database."""
    settings, store = opened(data)
    migrations.migrate(store)
    click.echo(f"ready: {settings.database_url or Path(settings.data).resolve()}")


@click.command()
@data_option
@one_line_errors
def migrate(data: str | None) -> None:
    """Bring the database to the newest schema; the old file is kept beside it."""
    _, store = opened(data)
    before, after = migrations.migrate(store)
    click.echo(f"schema {after}" if before == after else f"schema {before or 'none'} -> {after}")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False), required=False)
@data_option
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option(
    "--services",
    metavar="LIST",
    type=click.Path(dir_okay=False),
    help="A list of procedures (.xlsx or .csv) instead of FILE: say what it changes.",
)
@click.option("--apply", is_flag=True, help="With --services: put the list in force.")
@click.option(
    "--field",
    "called",
    metavar="NAME=B",
    multiple=True,
    help='With --services: the field that the list calls NAME; "NAME=-" leaves it out. Remembered.',
)
@click.option(
    "--remove", is_flag=True, help="With --services: take away procedures the list does not hold."
)
@centre_option
@click.option(
    "--lang",
    type=click.Choice(languages().for_staff()),
    default=COMMAND_LINE,
    help="Language of what is said.",
)
@one_line_errors
def load(
    file: str | None,
    data: str | None,
    dry_run: bool,
    services: str | None,
    apply: bool,
    called: tuple[str, ...],
    remove: bool,
    centre: str | None,
    lang: str,
) -> None:
    """Put a centre's file in force.

    A running hub takes it up at once; open tickets stay as they are, and what would leave one
    without a line is refused. Another time zone, reset time or form of numbers takes effect when
    the open service day ends.

    With --services a spreadsheet of procedures is held against the list in force: columns, doubtful
    rows and differences are said, and nothing is changed without --apply.
    """
    if file is None and services is None:
        raise click.UsageError("Missing argument 'FILE'", click.get_current_context())
    if file is not None and services is not None:
        sys.exit("luot: name one of FILE and --services LIST")
    if services is not None:
        load_procedures(services, data, centre, called, remove, apply and not dry_run, lang)
        return
    if apply or called or remove or centre:
        sys.exit("luot: --apply, --field, --remove and --centre go with --services LIST")
    assert file is not None
    document = read_centre(file, lang)
    code = document.code
    for section in document.not_in_use():
        click.echo(f"# {area(lang, 'centre')['not_in_use'].format(section=section)}")
    settings = config.load(data=data)
    if dry_run and not settings.database_url and not (Path(settings.data) / "luot.db").exists():
        _say_what_changes(None, document)
        return
    _, store = opened(data)
    if migrations.current(store) is None and not dry_run:
        migrations.migrate(store)
    with store.read() as conn:
        stored = centres.stored(conn, code) if migrations.current(store) else None
        in_force = read_stored(json.loads(stored[1]))[0] if stored else None
        if in_force is not None:
            document = _with_list_in_force(document, in_force, file, lang)
        waiting = centres.waiting(conn, code) if in_force else None
        consequences = acts.consequences(conn, now_ms(), in_force, document) if in_force else []
    changed = _say_what_changes(in_force, document)
    for consequence in consequences:
        if not consequence.refuses:
            click.echo(f"! {consequence.sentence(lang)}")
    refusals = [consequence.sentence(lang) for consequence in consequences if consequence.refuses]
    if refusals:
        sys.exit("\n".join(f"luot: {reason}" for reason in refusals))
    if dry_run:
        return
    if in_force and not changed and waiting is None:
        click.echo(f"{code}: already in force")
        return
    context = context_of(settings, store)
    answer = acts.load_centre(context, as_admin(code), press(), document)
    if answer.get("error") == "load_refused":
        sys.exit(
            "\n".join(
                f"luot: {in_words('consequences', row['code'], row['params'], lang)}"
                for row in answer["params"]["reasons"]
            )
        )
    later = or_exit(answer)["later"]
    click.echo(f"{code}: in force" + (f", save {', '.join(later)}" if later else ""))


def _with_list_in_force(
    document: CentreDocument, in_force: CentreDocument, file: str, lang: str
) -> CentreDocument:
    """The document; with the procedures in force where it says nothing of procedures."""
    whole, mistakes = with_list_of(document, in_force)
    if whole is None:
        plain = document.plain()
        sys.exit("\n".join(f"luot: {file}: {m.sentence(plain, lang)}" for m in mistakes))
    return whole


def _say_what_changes(in_force: CentreDocument | None, document: CentreDocument) -> bool:
    """Print the differences, or that the centre is new; whether there are any."""
    if in_force is None:
        click.echo(
            f"+ centre {document.code}: {len(document.fields)} fields,"
            f" {len(document.counters)} counters; it is not loaded yet"
        )
        return True
    differences = changes(in_force.whole(), document.whole())
    for line in differences or [f"{document.code}: nothing changes"]:
        click.echo(line)
    return bool(differences)


@click.command()
@data_option
@centre_option
@click.option(
    "--head",
    metavar="HEAD",
    help="A head from paper, as it is printed: is all that it sealed still there?",
)
@one_line_errors
def verify(data: str | None, centre: str | None, head: str | None) -> None:
    """Read every page of the database, hold every row of the journal and the audit against its
    seal, fold the journal anew and compare it with the rows. Exit code 1 when a page is damaged, a
    row was touched, or they differ.
    """
    _, store = opened(data)
    if store.sqlite and (faults := faults_of(store.file)):
        for fault in faults:
            click.echo(fault, err=True)
        sys.exit(
            f"luot: {store.file} is damaged; stop the hub and put back the newest backup with"
            " `luot restore FILE`"
        )
    if head is not None:
        centre = only_centre(store, centre)
    with store.read() as conn:
        codes = [centre] if centre else centres.codes(conn)
        touched = [f"{code}: {problem}" for code in codes for problem in chain.verify(conn, code)]
        if head is not None:
            try:
                touched += [
                    f"{centre}: {problem}" for problem in chain.compare(conn, codes[0], head)
                ]
            except chain.BadHead as bad:
                sys.exit(f"luot: {bad}")
        heads = {code: chain.head_of(conn, code) for code in codes}
        problems = [
            f"{code}: {problem}" for code in codes for problem in journal.verify(conn, code)
        ]
        loaded = [code for code in codes if centres.stored(conn, code) is not None]
    for code in loaded:
        centre_then = report_centre(store, code)
        problems += [
            f"{code}: {problem}" for problem in rollups.differences(store, centre_then, now_ms())
        ]
    for problem in [*touched, *problems][:50]:
        click.echo(problem, err=True)
    if touched:
        sys.exit(
            f"luot: {len(touched)} chains of hashes are broken: somebody changed what may only"
            " grow; keep this database as it is, compare it with backups and with heads on paper"
        )
    if problems:
        sys.exit(
            f"luot: {len(problems)} differences; `luot rebuild` writes the rows anew from the"
            " journal, `luot rebuild --rollups` the folded days of reports"
        )
    click.echo("rows and journal agree: " + (", ".join(codes) or "no centre is loaded"))
    for code, sealed in heads.items():
        click.echo(f"{code}: sealed up to {sealed}")


@click.command()
@click.option("--rollups", "folds", is_flag=True, help="Only the folded days of reports.")
@data_option
@centre_option
@one_line_errors
def rebuild(folds: bool, data: str | None, centre: str | None) -> None:
    """Write a centre's rows anew from its journal, which is not touched."""
    _, store = opened(data)
    code = only_centre(store, centre)
    if folds:
        days = rollups.roll_up(store, report_centre(store, code), now_ms(), anew=True)
        click.echo(f"{code}: {days} closed days folded from the journal")
        return
    with store.change() as conn:
        written = journal.rebuild(conn, code)
    click.echo(f"{code}: {written} tickets written from the journal")


@click.command()
@click.argument("target", type=click.Path())
@data_option
@click.option(
    "--keep",
    type=click.IntRange(1),
    metavar="N",
    help="TARGET is a folder: keep its N newest backups, take older ones away.",
)
@one_line_errors
def backup(target: str, data: str | None, keep: int | None) -> None:
    """Copy the running hub whole (database, media, voices, recordings, accounts of LED boards and
    pads)
    to the file TARGET, or into the folder TARGET under a name made of the time, and read the copy
    back.
    """
    settings, store = opened(data)
    now, folder = now_ms(), Path(target).is_dir()
    if keep and not folder:
        sys.exit(f"luot: --keep needs a folder, and {target} is none; make it first")
    recipient = settings.backup_recipient
    name = archive.name_at(now) + (backup_copies.SUFFIX if recipient else "")
    file = Path(target) / name if folder else Path(target)
    try:
        files, size = archive.backup(store, settings.data, file, now, recipient)
        pruned = archive.prune(target, keep, file) if keep else []
    except archive.BackupError as error:
        sys.exit(f"luot: no backup was made: {error}")
    if settings.backup_copy_to:
        try:
            copied_to = backup_copies.copy_away(file, settings.backup_copy_to)
        except backup_copies.CopyError as error:
            sys.exit(f"luot: {file} was made, but not copied away: {error}")
        click.echo(f"copied away to {copied_to}")
    click.echo(
        f"copied and checked: {file} ({files} files, {size / 1024**2:.1f} MB)"
        + "".join(f"; {old.name} taken away" for old in pruned)
    )


@click.command()
@click.argument("source", type=click.Path(dir_okay=False, exists=True))
@data_option
@click.option(
    "--identity",
    metavar="FILE",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="The file with the key of an encrypted backup (AGE-SECRET-KEY-…).",
)
@one_line_errors
def restore(source: str, data: str | None, identity: Path | None) -> None:
    """Put a backup in the place of the database, media, voices, recordings and accounts.
    Stop the hub first; what was there is kept as *.before-restore. No number of today is given
    again.
    """
    from .hub import _hold

    settings = config.load(data=data)
    folder = Path(settings.data)
    folder.mkdir(parents=True, exist_ok=True)
    _hold(folder / "hub.lock")
    try:
        restored(settings, source, identity)
    except archive.BackupError as error:
        sys.exit(f"luot: nothing was restored: {error}")
    click.echo(
        f"restored from {source}; today's numbers go on after those that may be on paper; now run"
        " `luot verify`"
    )
