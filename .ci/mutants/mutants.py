"""Makes small mistakes in the code, one at a time, and sees whether the tests notice. See README.md."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

import sites
import tree

SAMPLE = int(os.environ.get("SAMPLE", "150"))
SEED = int(os.environ.get("SEED", "1"))
# So many seconds of tests run for each mutant before the rest run for those that are left.
QUICK = float(os.environ.get("QUICK", "30"))
# What is used by tests only is left out.
LEFT_OUT = ("/tests/", "/tests.rs", "src/store/fault.rs")
FOLDERS = ["plan", "site", "related", "routes", "store", "serve"]


@dataclass(frozen=True)
class Unit:
    """What is run by itself: a test, or one file of `tests/cases`."""

    program: str
    test: str
    case: str = ""

    def __str__(self) -> str:
        return f"cases {self.case}" if self.case else f"{self.program} {self.test}"


@dataclass
class Reached:
    """Which mutants a unit reaches, and how long it takes."""

    numbers: set[int]
    seconds: float


@dataclass
class Outcome:
    """What became of a mutant."""

    number: int
    mutant: sites.Mutant
    source: str
    # The units that have run, and how many reach it.
    tried: list[str] = field(default_factory=list)
    of: int = 0
    caught_by: str = ""

    def __str__(self) -> str:
        end = f"caught by {self.caught_by}" if self.caught_by else f"SURVIVES {len(self.tried)} of {self.of} tests"
        if self.of == 0:
            end = "SURVIVES, never reached"
        return f"{self.number} {self.mutant.file}:{self.mutant.line} {self.mutant.what}: {end}\n    {self.source}"


def main() -> None:
    if sys.argv[1:] == ["cases"]:
        return again()
    tree.clear()
    tree.prepare()
    files, chosen = choose()
    lines = {name: source.decode().splitlines() for name, source in files.items()}
    outcomes = [Outcome(number, mutant, lines[mutant.file][mutant.line - 1].strip()) for number, mutant in chosen]
    print(f"{len(chosen)} mutants; building", flush=True)
    programs = tree.build()
    reached = reach_all(programs, tests(programs) + cases())
    # Most are caught soon; what is left is known long before all tests have run for it.
    for seconds in (QUICK, float("inf")):
        left = [outcome for outcome in outcomes if not outcome.caught_by]
        print(f"\nrunning {len(left)} mutants, {seconds} s of tests for each", flush=True)
        each(lambda outcome: judge(programs, reached, outcome, seconds), left)
        save(outcomes, programs)
    report(outcomes)


def again() -> None:
    """Runs the cases as they are now for those that survived the last run."""
    state = json.loads((tree.WORK / "outcomes.json").read_text())
    outcomes = [Outcome(**{**o, "mutant": sites.Mutant(**o["mutant"])}) for o in state["outcomes"]]
    changed = [unit for unit in cases() if tree.put_case(unit.case)]
    reached = reach_all(state["programs"], changed)
    left = [outcome for outcome in outcomes if not outcome.caught_by]
    for outcome in left:
        outcome.tried = [tried for tried in outcome.tried if tried not in map(str, changed)]
    each(lambda outcome: judge(state["programs"], reached, outcome, float("inf")), left)
    save(outcomes, state["programs"])
    report(outcomes)


def each(do, things: list) -> list:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(do, things))


def choose() -> tuple[dict[str, bytes], list[tuple[int, sites.Mutant]]]:
    """The files with mutants, and a sample of those that compile, always the same for a seed."""
    names = sorted(
        str(path.relative_to(tree.COPY))
        for folder in os.environ.get("FOLDERS", " ".join(FOLDERS)).split()
        for path in (tree.COPY / "src" / folder).rglob("*.rs")
    )
    names = [name for name in names if not any(part in name for part in LEFT_OUT)]
    files = {name: (tree.ROOT / name).read_bytes() for name in names}
    found = [m for name, source in files.items() for m in sites.find(name, source)]
    print(f"{len(found)} places for mistakes in {len(files)} files")
    shuffled = random.Random(SEED).sample(list(enumerate(found)), len(found))
    # Some do not compile.
    chosen = tree.compiling(files, shuffled[: SAMPLE * 3 // 2])[:SAMPLE]
    tree.write(files, chosen)
    return files, chosen


def tests(programs: dict[str, str]) -> list[Unit]:
    units = []
    for name, program in programs.items():
        listed = subprocess.run([program, "--list", "--format=terse"], cwd=tree.COPY, capture_output=True, text=True)
        found = [line.removesuffix(": test") for line in listed.stdout.splitlines() if line.endswith(": test")]
        units += [Unit(name, test) for test in found if test != "cases::cases"]
    return units


def cases() -> list[Unit]:
    folder = tree.ROOT / "tests" / "cases"
    files = sorted(folder.rglob("*.txt"))
    return [Unit("suite", "cases::cases", str(file.relative_to(folder).with_suffix(""))) for file in files]


def reach_all(programs: dict[str, str], units: list[Unit]) -> dict[Unit, Reached]:
    print(f"{len(units)} tests and cases; which reach what?", flush=True)
    found = dict(zip(units, each(lambda unit: reach(programs, unit), units)))
    for unit in units:
        if found[unit] is None:
            print(f"not used, as it fails without mutants: {unit}")
    return {unit: reached for unit, reached in found.items() if reached is not None}


def reach(programs: dict[str, str], unit: Unit) -> Reached | None:
    """Which mutants a unit reaches; none if it fails by itself."""
    with tempfile.TemporaryDirectory(dir=tree.WORK / "runs") as folder:
        noted = Path(folder) / "reached"
        # Some tests look at the clock, and the machine may be busy.
        for _ in range(2):
            begin = time.monotonic()
            if run(programs, unit, {"MUTANTS_REACHED": str(noted)}, 600) == "passes":
                seconds = time.monotonic() - begin
                return Reached({int(n) for n in noted.read_text().split()} if noted.exists() else set(), seconds)
    return None


def judge(programs: dict[str, str], reached: dict[Unit, Reached], outcome: Outcome, most: float) -> None:
    """Runs the tests that reach a mutant, the quickest first, until one fails or the time is up."""
    units = [unit for unit, found in reached.items() if outcome.number in found.numbers]
    units = [unit for unit in units if str(unit) not in outcome.tried]
    units.sort(key=lambda unit: reached[unit].seconds)
    outcome.of = max(outcome.of, len(outcome.tried) + len(units))
    for unit in units:
        most -= reached[unit].seconds
        if most < 0:
            break
        limit = 3 * reached[unit].seconds + 10
        how = run(programs, unit, {"MUTANT": str(outcome.number)}, limit)
        # A test that looks at the clock may fail by itself, but not twice.
        if how != "passes" and reached[unit].seconds < 5:
            how = run(programs, unit, {"MUTANT": str(outcome.number)}, limit)
        outcome.tried.append(str(unit))
        if how != "passes":
            outcome.caught_by = f"{unit}, which {how}"
            break
    print(outcome, flush=True)


def run(programs: dict[str, str], unit: Unit, environment: dict[str, str], limit: float) -> str:
    """`passes`, `fails` or `takes too long`."""
    everything = {**os.environ, "PROPTEST_RNG_SEED": str(SEED), "CASE": unit.case, **environment}
    # It takes long, and others have work to do, too.
    command = ["nice", "-n", "10", programs[unit.program], "--exact", unit.test]
    with subprocess.Popen(
        command, cwd=tree.COPY, env=everything, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:  # fmt: skip
        try:
            return "passes" if process.wait(limit) == 0 else "fails"
        except subprocess.TimeoutExpired:
            # With the programs that it started.
            os.killpg(process.pid, signal.SIGKILL)
            return "takes too long"


def save(outcomes: list[Outcome], programs: dict[str, str]) -> None:
    state = {"programs": programs, "outcomes": [asdict(outcome) for outcome in outcomes]}
    (tree.WORK / "outcomes.json").write_text(json.dumps(state, indent=1))


def report(outcomes: list[Outcome]) -> None:
    survivors = [outcome for outcome in outcomes if not outcome.caught_by]
    print(f"\n{len(survivors)} of {len(outcomes)} survive:\n")
    for outcome in sorted(survivors, key=lambda o: (o.mutant.file, o.mutant.start)):
        print(outcome)


if __name__ == "__main__":
    main()
