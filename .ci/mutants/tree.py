"""The copy of the repository below target/ that holds the mutants, and its builds."""

import bisect
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import sites

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "target" / "mutants"
COPY = WORK / "tree"
LIB = "src/lib.rs"


@dataclass
class Rendered:
    """A file with switches, and where in it each mutant's stands."""

    text: bytes
    places: list[tuple[int, int, int]]  # start, end, number


def render(source: bytes, chosen: list[tuple[int, sites.Mutant]]) -> Rendered:
    """Writes switches into a file. `chosen` are its mutants with their numbers, outer ones first."""
    places: list[tuple[int, int, int]] = []

    def span(start: int, end: int, inner: list, offset: int) -> bytes:
        out, at = b"", start
        while inner:
            number, mutant = inner[0]
            within = [m for m in inner[1:] if mutant.start <= m[1].start and m[1].end <= mutant.end]
            within = [m for m in within if mutant.start < mutant.end]
            inner = [m for m in inner[1:] if m not in within]
            out += source[at : mutant.start]
            begin = offset + len(out)
            before, *after = mutant.new.split("{old}")
            out += plain(before, number)
            if after:
                out += span(mutant.start, mutant.end, within, offset + len(out)) + plain(after[0], number)
            places.append((begin, offset + len(out), number))
            at = mutant.end
        return out + source[at:end]

    text = span(0, len(source), chosen, 0)
    return Rendered(text, places)


def plain(template: str, number: int) -> bytes:
    return template.format(on=f"crate::mutant::on({number})").encode()


def prepare() -> None:
    """Copies what git knows of, as it is in the working tree, and adds the switch."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True,
    ).stdout.decode()  # fmt: skip
    names = {name for name in listed.split("\0") if name and (ROOT / name).is_file()}
    for old in COPY.rglob("*"):
        if not old.is_dir() and str(old.relative_to(COPY)) not in names:
            old.unlink()
    for name in names:
        declared = b"\npub mod mutant;\n" if name == LIB else b""
        put(name, (ROOT / name).read_bytes() + declared)
    put("src/mutant.rs", (HERE / "mutant.rs").read_bytes())


def put(name: str, content: bytes) -> bool:
    """Writes a file of the copy unless it is so already: cargo looks at times."""
    path = COPY / name
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return True


def put_case(case: str) -> bool:
    """Takes over a case; whether it differs from the one in the copy."""
    name = f"tests/cases/{case}.txt"
    return put(name, (ROOT / name).read_bytes())


def write(files: dict[str, bytes], chosen: list[tuple[int, sites.Mutant]]) -> dict[str, Rendered]:
    """Writes all files that have mutants, with the switches of those that are chosen."""
    rendered = {}
    for name, source in files.items():
        mine = [m for m in chosen if m[1].file == name]
        mine.sort(key=lambda m: (m[1].start, -m[1].end))
        rendered[name] = render(source, mine)
        put(name, rendered[name].text)
    return rendered


def compiling(files: dict[str, bytes], chosen: list[tuple[int, sites.Mutant]]) -> list[tuple[int, sites.Mutant]]:
    """Those of the chosen that compile: asks the compiler, and drops what it complains about."""
    while True:
        rendered = write(files, chosen)
        blamed: set[int] = set()
        errors = [m for m in messages(["check", "--lib"]) if m["level"] == "error" and m["spans"]]
        for error in errors:
            for at in (s for s in error["spans"] if s["is_primary"]):
                blamed |= blame(rendered.get(at["file_name"]), at["byte_start"], at["byte_end"])
        if not errors:
            return chosen
        if not blamed:
            sys.exit("the copy does not compile, and no mutant is to blame:\n" + errors[0]["rendered"])
        print(f"{len(blamed)} mutants do not compile", flush=True)
        chosen = [m for m in chosen if m[0] not in blamed]


def blame(rendered: Rendered | None, start: int, end: int) -> set[int]:
    """The mutant that an error is in, else those in what the error is about, else the last before."""
    if rendered is None:
        return set()
    around = [p for p in rendered.places if p[0] <= start and end <= p[1]]
    if around:
        return {min(around, key=lambda p: p[1] - p[0])[2]}
    within = {p[2] for p in rendered.places if start <= p[0] and p[1] <= end}
    if within:
        return within
    places = sorted(rendered.places)
    before = bisect.bisect(places, (start, end, 0)) - 1
    return {places[before][2]} if before >= 0 else set()


def messages(command: list[str]) -> list[dict]:
    """What the compiler says."""
    return [m["message"] for m in cargo(command) if m["reason"] == "compiler-message"]


def build() -> dict[str, str]:
    """Builds the tests; their programs, by the name of the target."""
    made = cargo(["test", "--no-run", "--lib", "--test", "suite"], incremental="0")
    return {m["target"]["name"]: m["executable"] for m in made if m.get("executable") and m["profile"]["test"]}


def cargo(command: list[str], incremental: str = "1") -> list[dict]:
    environment = {
        **os.environ,
        "CARGO_TARGET_DIR": str(WORK / "build"),
        "CARGO_INCREMENTAL": incremental,
        # Each test runs many times.
        "CARGO_PROFILE_DEV_OPT_LEVEL": "1",
    }
    arguments = ["cargo", command[0], "--locked", "--message-format=json", *command[1:]]
    done = subprocess.run(arguments, cwd=COPY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 and command[0] != "check":
        sys.exit(f"`{' '.join(arguments)}` failed:\n{done.stderr}")
    return said


def clear() -> None:
    shutil.rmtree(WORK / "runs", ignore_errors=True)
    (WORK / "runs").mkdir(parents=True)
