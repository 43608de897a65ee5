"""The commands. `python -m ugly_mugs --help` lists them."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from . import logs
from .commands import bouncing, composing, desk, house, linking, redacting, schemes, serving
from .contract import MissingSetting

app = typer.Typer(
    help="Takes reports, moderates them, and warns the people who could meet the same man.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
keys = typer.Typer(help="Keys of this installation.", no_args_is_help=True)
moderator = typer.Typer(help="Accounts at the desk.", no_args_is_help=True)
scheme = typer.Typer(help="Regional schemes that read the feed.", no_args_is_help=True)
log = typer.Typer(help="The chained log of who did what.", no_args_is_help=True)
app.add_typer(keys, name="keys")
app.add_typer(moderator, name="moderator")
app.add_typer(scheme, name="scheme")
app.add_typer(log, name="audit")

REDACT_EXAMPLE = (
    "Example, to clean old reports: python -m ugly_mugs redact --text < old.jsonl > read.jsonl, where a line of"
    ' old.jsonl is {"id": 1, "text": "He rang from 07700 900417. Mei", "reporter": ["Mei"]}'
)
COMPOSE_EXAMPLE = (
    "Example: python -m ugly_mugs compose < alerts.jsonl > texts.jsonl, where a line of alerts.jsonl is"
    ' {"id": 1, "category": "robbery", "when": "2026-11-20 21:00", "district": "LS10", "place_kind": "incall",'
    ' "people": [{"age_min": 20, "age_max": 25, "marks": "gold tooth"}], "identifiers": [{"kind": "phone",'
    ' "value": "07700 900417"}], "advice": "Check the stairs.", "reference": "R7QC"}'
)
Parts = Annotated[str, typer.Option(help="Parts, with commas between them.")]
ALL_WEB, ALL_WORK = "intake,desk,member,hooks,feed", "deliver,desk,feed"


@app.command(epilog="Example: UGLY_MUGS_ENV=demo python -m ugly_mugs run")
def run() -> None:
    """Serve everything in one process; with UGLY_MUGS_ENV=demo, with a carrier, a mailbox and made-up people."""
    serving.run()


@app.command(epilog="Example: python -m ugly_mugs web --serve member,hooks")
def web(serve: Parts = ALL_WEB) -> None:
    """Serve some parts of the web: intake, desk, member, hooks, feed. The process holds only their keys."""
    serving.web(_parts(serve, serving.WEB, "--serve"))


@app.command(epilog="Example: python -m ugly_mugs worker --do deliver")
def worker(do: Parts = ALL_WORK) -> None:
    """Do some of the work: deliver, desk, feed. Any number of workers may run, on any number of machines."""
    serving.worker(_parts(do, serving.WORK, "--do"))


@app.command(epilog="Example: python -m ugly_mugs migrate --app-role app")
def migrate(
    app_role: Annotated[
        str, typer.Option(help="The PostgreSQL role the service runs under; it may only add to the audit log.")
    ] = "",
) -> None:
    """Bring the database to the tables this program expects."""
    house.migrate(app_role or None)


@app.command(epilog="Example: python -m ugly_mugs doctor --serve member,hooks")
def doctor(
    serve: Annotated[str, typer.Option(help="Parts of the web that run here.")] = "",
    do: Annotated[str, typer.Option(help="Parts of the work that are done here.")] = "",
) -> None:
    """Look at settings, keys, database, channels and log; say what is wrong. Exit code 1 if anything is.

    With --serve or --do only at what those parts need; else at everything.
    """
    if not serve and not do:
        serve, do = ALL_WEB, ALL_WORK
    web = _parts(serve, serving.WEB, "--serve") if serve else frozenset()
    work = _parts(do, serving.WORK, "--do") if do else frozenset()
    sys.exit(house.doctor(web=web, work=work))


@app.command(epilog="Example: python -m ugly_mugs bounce < message")
def bounce() -> None:
    """Take in a bounce or a complaint: for a mail server to call, with the mail on standard input.

    Exit code 75 asks the mail server to try again later; whatever is nothing of ours is dropped with 0.
    """
    sys.exit(bouncing.bounce(sys.stdin.buffer))


@app.command(epilog="Example: python -m ugly_mugs link --reasons why.jsonl < reports.jsonl > clusters.jsonl")
def link(
    reasons: Annotated[
        Path | None, typer.Option(help="Also write every link here, with its reasons in words, for its owner alone.")
    ] = None,
) -> None:
    """Find which reports are about one man: one JSON object a line in, {"id", "cluster"} a line out.

    A line has an "id" and whatever is known of phone, vrm (a registration), email, handle, name, age, height (in
    inches, or as "5ft 10"), eth, build, hair, acc, mark and town; a text, a list of texts, or null. In a partial
    number ? is one unknown character and * any number of them. Reports of one cluster have the id of its first.

    Nothing is written unless every line can be read; exit code 1 then, and the line is named. No keys are needed.
    """
    if sys.stdin.isatty():
        raise typer.BadParameter("reports are read from standard input: python -m ugly_mugs link < reports.jsonl")
    linking.link(sys.stdin.buffer, sys.stdout, reasons=reasons)


@app.command(epilog=REDACT_EXAMPLE)
def redact(
    text: Annotated[
        bool, typer.Option("--text", help="Also give the text, with what is hers or a colleague's hidden.")
    ] = False,
) -> None:
    """Say what in a report names somebody, and whose it is: a JSON object a line in, a line out.

    In: {"id", "text", "about_them": {"phone": [], "vrm": [], "email": [], "handle": [], "name": []}, "reporter": []}.
    Only "id" and "text" must be there. "about_them" is what the form says of him; "reporter" is what you know of her.

    Out: {"id", "spans": [{"start", "end", "label", "role", "norm", "score", "why"}]}. The role is R for hers, T for
    somebody on her side, S for the suspect's, N for nobody's. R and T are suggested for hiding.

    Every answer is a suggestion: somebody has to read the text before it leaves your hands. Nothing is stored or sent.
    A line that is no report is named on standard error and left out, and the exit code is 1.
    """
    if sys.stdin.isatty():
        raise typer.BadParameter("reports are read from standard input: python -m ugly_mugs redact < reports.jsonl")
    redacting.redact(sys.stdin.buffer, sys.stdout, redacted=text)


@app.command(epilog=COMPOSE_EXAMPLE)
def compose() -> None:
    """Write the text of a warning from its fields, as the desk drafts it: a JSON object a line in, a line out.

    In: {"id", "category", "attempted", "when", "district", "place_kind", "people": [{"age_min", "age_max", "height",
    "build", "hair", "accent", "marks", "clothing", "way"}], "vehicle": {"vrm", "make", "model", "colour", "features"},
    "identifiers": [{"kind", "value", "partial"}], "advice", "reference"}. Only "id", "category" and "reference" must
    be there. In a partial value ? is one unknown character and * any number of them.

    Out: {"id", "text", "segments", "encoding"}. The encoding is GSM-7, or UCS-2 where a letter has no other way.

    The text is a draft: dates, places and words are as given, and somebody has to read it before it is sent.
    A line that is no alert is named on standard error and left out, and the exit code is 1. No keys are needed.
    """
    if sys.stdin.isatty():
        raise typer.BadParameter("alerts are read from standard input: python -m ugly_mugs compose < alerts.jsonl")
    composing.compose(sys.stdin.buffer, sys.stdout)


@keys.command("new", epilog="Example: UGLY_MUGS_KEYS=/srv/notes/keys python -m ugly_mugs keys new")
def keys_new() -> None:
    """Make the keys that are missing in UGLY_MUGS_KEYS; existing ones stay."""
    house.new_keys()


@moderator.command("add", epilog="Example: python -m ugly_mugs moderator add Robin --lead")
def moderator_add(
    name: str,
    lead: Annotated[bool, typer.Option("--lead", help="The named safeguarding lead.")] = False,
) -> None:
    """Add a moderator: asks for a password, shows the secret for the phone once.

    The first two are open at once; every later one waits until somebody at the desk agrees.
    """
    desk.add(name, lead=lead)


@moderator.command("list", epilog="Example: python -m ugly_mugs moderator list")
def moderator_list() -> None:
    """Name every account, with its state and its roles."""
    desk.everybody()


@moderator.command("close", epilog="Example: python -m ugly_mugs moderator close Robin")
def moderator_close(name: str) -> None:
    """Close an account at once; whoever sits at the desk under this name is out."""
    desk.close(name)


@scheme.command(
    "add", epilog='Example: python -m ugly_mugs scheme add "Northern scheme" force:cleveland district:DL1+15'
)
def scheme_add(
    name: str,
    areas: Annotated[list[str], typer.Argument(help="force:ID, region:NAME, district:CODE+MILES or national.")],
    police_force: Annotated[str, typer.Option(help="The police force that will hold the token, if one does.")] = "",
    reports: Annotated[bool, typer.Option("--reports", help="It may also hand in reports.")] = False,
) -> None:
    """Add a scheme and print its token, which cannot be shown again."""
    schemes.add(name, areas, police_force=police_force or None, reports=reports)


@scheme.command("token", epilog='Example: python -m ugly_mugs scheme token "Northern scheme"')
def scheme_token(
    name: str,
    reports: Annotated[bool, typer.Option("--reports", help="It may also hand in reports.")] = False,
) -> None:
    """Make another token for a scheme, to change over without a gap; at most two are live."""
    schemes.new_token(name, reports=reports)


@scheme.command("list", epilog="Example: python -m ugly_mugs scheme list")
def scheme_list() -> None:
    """Name every scheme, its areas, and the ids of its live tokens."""
    schemes.everything()


@scheme.command("revoke", epilog='Example: python -m ugly_mugs scheme revoke "Northern scheme"')
def scheme_revoke(
    which: Annotated[str, typer.Argument(metavar="NAME|TOKEN-ID", help="A scheme, for all its tokens, or one token.")],
) -> None:
    """End a token, or every token of a scheme, at once."""
    schemes.revoke(which)


@log.command("verify", epilog="Example: python -m ugly_mugs audit verify")
def audit_verify() -> None:
    """Walk the whole chain; print its head, to be written down elsewhere. Exit code 1 if it was changed."""
    sys.exit(house.verify_audit())


def _parts(given: str, known: frozenset[str], option: str) -> frozenset[str]:
    parts = frozenset(part.strip() for part in given.split(",") if part.strip())
    if not parts or parts - known:
        raise typer.BadParameter(f"must be some of {', '.join(sorted(known))}", param_hint=option)
    return parts


def main() -> None:
    """Run a command; a bad setting ends it with its name and exit code 2."""
    logs.configure()
    try:
        app()
    except MissingSetting as error:
        print(error, file=sys.stderr)  # noqa: T201 -- for the person at the terminal
        sys.exit(2)


if __name__ == "__main__":
    main()
