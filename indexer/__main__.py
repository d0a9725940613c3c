"""The `nizu` command. It imports the parts it needs where it needs them: `--help` and worker processes stay light.

Exit codes: 0 done; 1 some inputs could not be read (each is named, the rest is indexed); 2 wrong use; 3 the index or
the model is unusable.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from search.errors import DrawingError, IndexUnusable, NizuError, UsageError

if TYPE_CHECKING:
    from search.encoder import Encoder

SOME_UNREADABLE, WRONG_USE, UNUSABLE, INTERRUPTED = 1, 2, 3, 130

app = typer.Typer(
    name="nizu",
    help="Search engine for engineering drawings: the drawing itself is the query.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


annotate = typer.Typer(help="Sheets out to be labelled, and labels back.", no_args_is_help=True)
app.add_typer(annotate, name="annotate")


class Device(StrEnum):
    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"


IndexOption = Annotated[Path, typer.Option("--index", help="Folder of the index.")]
EncoderOption = Annotated[str, typer.Option(help="nizu, a .safetensors file, or MODEL/TAG of open_clip.")]
DeviceOption = Annotated[Device, typer.Option(help="Where the encoder and the vector search run.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on stdout, nothing else.")]


@app.command()
def rebuild(
    drawings: Annotated[list[Path], typer.Argument(help="Folders or files: PDF, PNG, JPEG, TIFF, DXF.")],
    index: IndexOption,
    device: DeviceOption = Device.AUTO,
    workers: Annotated[int, typer.Option(min=1, help="Reading processes.")] = os.cpu_count() or 1,
    encoder: EncoderOption = "nizu",
    as_json: JsonOption = False,  # noqa: FBT002 (a flag)
) -> None:
    """Index drawings. What was indexed before and did not change is taken from the cache."""
    from indexer.console import BarProgress, print_json, print_report
    from indexer.rebuild import rebuild as run
    from search.symbols.detector import packaged_detector

    loaded = _encoder(encoder, device)
    with BarProgress() as progress:
        report = run(drawings, index, loaded, workers, progress, detector=packaged_detector())
    if as_json:
        print_json(report)
    else:
        print_report(report, index)
    if report.failures:
        raise typer.Exit(SOME_UNREADABLE)


@app.command()
def search(
    index: IndexOption,
    file: Annotated[Path | None, typer.Argument(help="The query: a drawing, a scan, a cropped view.")] = None,
    text: Annotated[str | None, typer.Option(help="Instead of a drawing: words, 'flange with 6 holes'.")] = None,
    page: Annotated[int, typer.Option(min=1, help="Page of the query.")] = 1,
    box: Annotated[str | None, typer.Option(help="x0,y0,x1,y1 as fractions: search for this part of the page.")] = None,
    top_k: Annotated[int, typer.Option(help="How many sheets.")] = 10,
    mirror: Annotated[bool, typer.Option(help="Try the mirror image, too.")] = True,  # noqa: FBT002
    symbols: Annotated[str, typer.Option(help="Only sheets with these: 'fillet_weld>=2, !spot_weld'.")] = "",
    symbol_weight: Annotated[
        float | None, typer.Option(help="What agreement in symbols adds to the visual similarity; 0 for nothing.")
    ] = None,
    encoder: EncoderOption = "nizu",
    device: DeviceOption = Device.AUTO,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Print the nearest sheets of the index."""
    from indexer.console import print_answer, print_json
    from search.engine import SYMBOL_WEIGHT, Engine, Query
    from search.prepare import box_of
    from search.symbols.detector import packaged_detector
    from search.symbols.filters import parse_requirements

    if (file is None) == (text is None):
        raise UsageError("file", f"give either a drawing or --text, not {'neither' if file is None else 'both'}")
    required = parse_requirements(symbols)
    weight = SYMBOL_WEIGHT if symbol_weight is None else symbol_weight
    part = None if box is None else box_of(box, "box")
    query = Query(file, page, part, top_k, mirror, required, weight) if file else None
    gpu = False if device is Device.CPU else None
    engine = Engine.open(index, _encoder(encoder, device), detector=packaged_detector(), gpu=gpu)
    with _naming(file):
        answer = engine.search(query) if query else engine.find(text or "", top_k, required)
    if as_json:
        print_json(answer)
    else:
        print_answer(answer)


@app.command()
def serve(
    index: IndexOption,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    root_path: Annotated[str, typer.Option(help="Prefix that a proxy in front takes away, as in /drawings.")] = "",
    encoder: EncoderOption = "nizu",
) -> None:
    """Serve the API and the web page."""
    import api

    api.serve(index, host, port, encoder, root_path)


@app.command()
def inspect(
    file: Annotated[Path, typer.Argument(help="A drawing.")],
    png: Annotated[Path | None, typer.Option(help="Write the sheet with regions and symbols drawn over it.")] = None,
    page: Annotated[int, typer.Option(min=1, help="Page of the drawing.")] = 1,
) -> None:
    """Show what nizu sees on a sheet: its size, its regions, its symbols, its text."""
    from indexer.console import print_inspection
    from indexer.inspect import draw_findings
    from search.reading import read_sheet
    from search.regions import layout_of
    from search.symbols.detector import loaded, packaged_detector

    with _naming(file):
        sheet = read_sheet(file, page)
    detector = packaged_detector()
    layout = layout_of(sheet.pixels)
    symbols = loaded(detector).detect(layout) if detector else ()
    print_inspection(sheet, layout, symbols)
    if png is not None:
        draw_findings(sheet, layout, symbols, png)


@app.command()
def info(index: IndexOption, as_json: JsonOption = False) -> None:  # noqa: FBT002
    """Print what the serving generation holds."""
    from indexer.console import print_json, print_manifest
    from search.generation import Manifest, current_folder

    manifest = Manifest.read(current_folder(index))
    if as_json:
        print_json(manifest)
    else:
        print_manifest(manifest)


@app.command()
def verify(index: IndexOption, as_json: JsonOption = False) -> None:  # noqa: FBT002
    """List every sheet without vectors and every file whose checksum is wrong."""
    from indexer.console import print_findings, print_json
    from indexer.verify import verify as run

    findings = run(index)
    if as_json:
        print_json(findings)
    else:
        print_findings(findings)
    if findings.damaged:
        raise typer.Exit(UNUSABLE)
    if findings.missing:
        raise typer.Exit(SOME_UNREADABLE)


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where sample drawings and their index go.")] = Path("demo"),
    serve: Annotated[bool, typer.Option(help="Serve API and page afterwards.")] = True,  # noqa: FBT002
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Make sample drawings, index them, print one search answer, serve the web page."""
    from indexer.demo import run

    run(folder)
    if serve:
        import api

        api.serve(folder / "index", "127.0.0.1", port, "nizu")


@annotate.command("export")
def annotate_export(
    drawings: Annotated[list[Path], typer.Argument(help="Folders or files: PDF, PNG, JPEG, TIFF, DXF.")],
    out: Annotated[Path, typer.Option(help="A new folder for the pictures and the lists.")],
    at_least: Annotated[
        float | None, typer.Option(min=0.01, max=0.99, help="The least score of a box; that of searches by default.")
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Detector weights; the packaged ones by default.")
    ] = None,
) -> None:
    """Write sheets with the symbols found on them, for Label Studio or any tool that reads COCO."""
    from indexer.annotate import Look, export_sheets
    from indexer.console import BarProgress, note, print_exported
    from search.symbols.detector import AT_LEAST, packaged_detector

    detector = weights or packaged_detector()
    if detector is None:
        note("no detector is packaged: the sheets are exported without boxes (--weights FILE names a detector)")
    with BarProgress() as progress:
        look = Look(detector, AT_LEAST if at_least is None else at_least)
        exported = export_sheets(drawings, out, look, os.cpu_count() or 1, progress)
    print_exported(exported, out)
    if exported.failures:
        raise typer.Exit(SOME_UNREADABLE)


@annotate.command("import")
def annotate_import(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A COCO file, or Label Studio's export as JSON.")
    ],
    out: Annotated[Path, typer.Option(dir_okay=False, help="The labels, a COCO file.")],
    merge: Annotated[bool, typer.Option("--merge", help="Keep what the labels hold of other sheets.")] = False,  # noqa: FBT002
) -> None:
    """Take corrected sheets as labels for the detector's training."""
    from indexer.annotate import import_labels
    from indexer.console import print_imported

    print_imported(import_labels(file, out, merge=merge), out)


@contextmanager
def _naming(file: Path | None) -> Iterator[None]:
    """Says which file cannot be read."""
    try:
        yield
    except DrawingError as error:
        raise DrawingError(error.reason, f"{file} {error}") from error


def _encoder(name: str, device: Device) -> Encoder:
    import torch

    from search.encoder import load_encoder

    cuda = torch.cuda.is_available()
    if device is Device.CUDA and not cuda:
        raise UsageError("device", "there is no CUDA device on this machine: use --device cpu")
    return load_encoder(name, device="cuda" if cuda and device is not Device.CPU else "cpu")


def exit_code(error: NizuError) -> int:
    """The exit code of an error that ends the command."""
    if isinstance(error, DrawingError):
        return SOME_UNREADABLE
    return UNUSABLE if isinstance(error, IndexUnusable) else WRONG_USE


def main() -> None:
    """Run the command; an error of the user's is one line, not a traceback."""
    try:
        app()
    except NizuError as error:
        sys.stderr.write(f"nizu: {error}\n")
        sys.exit(exit_code(error))
    except SystemExit as end:
        if end.code == INTERRUPTED:  # Typer's, without a word
            sys.stderr.write("nizu: stopped; what was finished is kept\n")
        raise


if __name__ == "__main__":
    main()
