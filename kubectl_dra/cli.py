"""Words of the command line → text and an exit code: finds the subcommand, runs it, prints. The only place that prints or exits."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import TYPE_CHECKING, NoReturn, TextIO

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from kubectl_dra.commands.command import Answer, Command
    from kubectl_dra.commands.parser import Parser
    from kubectl_dra.rendering.layout import Layout
    from kubectl_dra.rendering.style import Style

USAGE, NOT_ANSWERED, INTERRUPTED = 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is as in ``kubectl dra --help``."""
    # Objects are trees that live until the end: looking for cycles in 40,000 devices costs half a second and finds none.
    gc.disable()
    # Threads that talk to the server get their turn in the midst of imports; with Python's 5 ms, answers would wait until all are done.
    sys.setswitchinterval(0.001)
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(words)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has seen enough. Nothing may be flushed into the closed pipe on the way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001  (the one place that turns what went wrong into a sentence)
        return _tell(error, words)


def program() -> NoReturn:
    """The installed program: ``main``, and out at once, because freeing 40,000 devices one by one takes a tenth of a second."""
    _replace_closed_streams()
    # msgspec imports it where it finds it, for Pythons older than ours; it would be a tenth of the time of a small answer.
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]  # None is how Python is told that there is none
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):  # closed, or never there
            stream.flush()
    os._exit(code)


def _replace_closed_streams() -> None:
    """What was closed by whoever started us (``>&-``) is the null device: else the next socket took its number, and with it our words."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


def completer() -> NoReturn:
    """The program ``kubectl_complete-dra``, which kubectl calls with the words behind ``dra``."""
    sys.argv[1:1] = ["__complete"]
    program()


def _complete(words: list[str]) -> int:
    from kubectl_dra.completion import complete  # noqa: PLC0415  (only completion needs it)

    return _write(complete(words), "")


def _run(words: list[str]) -> int:
    if words[:1] == ["__complete"]:
        return _complete(words[1:])
    from kubectl_dra.commands.words import split_command  # noqa: PLC0415  (completion splits by itself)

    name, rest = split_command(words)
    if name in {"", "help", "options"}:
        return _help(name, rest)
    from kubectl_dra.commands.loading import load_command  # noqa: PLC0415  (plain help needs no command)

    command = load_command(name)
    parser = _parser(command)
    options = parser.parse(rest)
    if options.help:
        from kubectl_dra.commands.helptext import command_help  # noqa: PLC0415  (only help needs it)

        return _write(command_help(command, parser), "")
    return _answer(command, options)


def _parser(command: Command) -> Parser:
    from kubectl_dra.commands.flags import add_shared_flags  # noqa: PLC0415  (plain help needs no flags)
    from kubectl_dra.commands.parser import Parser  # noqa: PLC0415

    parser = Parser(command.name)
    add_shared_flags(parser, command)
    command.add_flags(parser)
    return parser


def _help(name: str, rest: list[str]) -> int:
    from kubectl_dra.commands import helptext  # noqa: PLC0415  (only help needs it)

    if name == "options":
        from kubectl_dra.commands.flags import add_connection_flags  # noqa: PLC0415
        from kubectl_dra.commands.parser import Parser  # noqa: PLC0415

        parser = Parser("options")
        add_connection_flags(parser)
        return _write(helptext.options_help(parser), "")
    topic = next((word for word in rest if not word.startswith("-")), "")
    if topic:
        return _run([topic, "--help"])
    if "--version" in rest:
        return _run(["version"])
    unknown = [word for word in rest if word not in {"-h", "--help"}]
    if unknown:
        from kubectl_dra.commands.command import UsageError  # noqa: PLC0415

        raise UsageError(f"{unknown[0]} stands without a command; kubectl dra --help lists the commands")
    return _write(helptext.overall_help(), "")


def _answer(command: Command, options: Namespace) -> int:
    from kubectl_dra.commands.command import Text  # noqa: PLC0415

    with _patience(is_wanted=command.reads_cluster):
        answer = command.run(options)
    if isinstance(answer, Text):
        return _write(answer.output, answer.talk) or answer.exit_code
    return _show(answer, options)


_PATIENCE = 3.0
"""Seconds after which a person at a terminal is told that nothing hangs."""


@contextlib.contextmanager
def _patience(*, is_wanted: bool) -> Iterator[None]:
    """Say on standard error that reading takes long, at a terminal and only where it does."""
    if not is_wanted or not sys.stderr.isatty():
        yield
        return
    import threading  # noqa: PLC0415  (at a terminal only)

    timer = threading.Timer(_PATIENCE, _write, ("", "still reading; Ctrl-C ends it\n"))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _show(answer: Answer, options: Namespace) -> int:
    layout, style, talk_style = _layout(options), _style(options.color, sys.stdout), _style(options.color, sys.stderr)
    _write(*_render(answer, options.output, layout, style, talk_style))
    return answer.exit_code or _exit_code(answer, getattr(options, "fail_on", "never"))


def _render(answer: Answer, output: str, layout: Layout, style: Style, talk_style: Style) -> tuple[str, str]:
    notices = "".join(f"{notice}\n" for notice in answer.notices)
    if output == "json":
        from kubectl_dra.rendering.to_json import write_json  # noqa: PLC0415  (one renderer is imported, the one that is asked for)

        return write_json(answer.report.document()), notices
    if output == "yaml":
        from kubectl_dra.rendering.to_yaml import write_yaml  # noqa: PLC0415

        return write_yaml(answer.report.document()), notices
    if output == "name":
        from kubectl_dra.rendering.style import escape  # noqa: PLC0415

        return "".join(f"{escape(name)}\n" for name in answer.names()), notices
    document = answer.show(layout)
    if output == "markdown":
        from kubectl_dra.rendering.to_markdown import write_markdown  # noqa: PLC0415

        text = write_markdown(document)
    else:
        from kubectl_dra.rendering.text import write_document  # noqa: PLC0415

        text = write_document(document, layout, style)
    from kubectl_dra.rendering.text import write_lines  # noqa: PLC0415

    return text, notices + "".join(f"{line}\n" for line in write_lines(document.talk, talk_style))


def _exit_code(answer: Answer, threshold: str) -> int:
    if threshold == "never" or not answer.findings:
        return 0
    from kubectl_dra.findings.finding import Severity  # noqa: PLC0415  (most answers have no finding)

    return int(any(finding.severity.reaches(Severity(threshold)) for finding in answer.findings))


def _layout(options: Namespace) -> Layout:
    from kubectl_dra.rendering.layout import Layout  # noqa: PLC0415  (help needs none)

    is_wide = options.output == "wide"
    return Layout(
        width=_width(),
        wide=is_wide or options.output == "markdown",
        no_headers=getattr(options, "no_headers", False),
        truncate=not options.no_truncate and not is_wide,
        unicode=_speaks_unicode(sys.stdout),
    )


def _width() -> int:
    """The terminal's width; 0, which is unlimited, where nobody looks at a terminal and COLUMNS says nothing."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return max(int(columns), 20)
    try:
        return max(os.get_terminal_size(sys.stdout.fileno()).columns, 20)
    except (OSError, ValueError):
        return 0


def _speaks_unicode(stream: TextIO) -> bool:
    """Whether the stream is read as UTF-8. Python writes UTF-8 in the C locale too, whatever that says of the reader."""
    locales = [value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := os.environ.get(name, ""))]
    # in the C locale Python itself sets LC_CTYPE
    said = locales[1:] if locales[:1] == ["C.UTF-8"] and locales[1:] in (["C"], ["POSIX"]) else locales
    if said and said[0] in {"C", "POSIX"}:
        return False
    return (getattr(stream, "encoding", "") or "").lower().replace("-", "") in {"utf8", "cp65001", "utf16"}


def _style(color: str, stream: TextIO) -> Style:
    from kubectl_dra.rendering.style import COLORFUL, PLAIN  # noqa: PLC0415  (help needs none)

    if color == "auto":
        # https://no-color.org: set to anything but the empty string.
        wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and stream.isatty()
    else:
        wanted = color == "always"
    return COLORFUL if wanted else PLAIN


def _write(output: str, talk: str) -> int:
    if output:
        try:
            _print(sys.stdout, output)
        except BrokenPipeError:
            raise
        except OSError as error:
            from kubectl_dra.commands.command import NotAnswered  # noqa: PLC0415  (a full disk is rare)

            raise NotAnswered(f"standard output cannot be written: {error.strerror}") from error
    if talk:
        with contextlib.suppress(OSError):  # nobody is left to be told
            _print(sys.stderr, talk)
    return 0


def _print(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
    except UnicodeEncodeError:
        stream.write(text.encode(stream.encoding or "ascii", "backslashreplace").decode(stream.encoding or "ascii"))
    stream.flush()


def _tell(error: Exception, words: list[str]) -> int:
    """One sentence about what went wrong, and the exit code that it means."""
    from kubectl_dra.commands.mistakes import describe  # noqa: PLC0415  (only mistakes need it)

    sentence, code = describe(error, words)
    _write("", f"error: {sentence}\n")
    return code
