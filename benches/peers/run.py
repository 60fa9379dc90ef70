#!/usr/bin/env python3
"""Holds kgq against other engines side by side; answers are compared before times.

usage: run.py KGQ FILE.nt QUERIES [--peers NAMES] [--runs N] [--cpu] [--json FILE]

FILE.nt is N-Triples; QUERIES a folder of `.rq` files, whose first line is a comment that says what the query asks. Lines
`# with: SELECT ...` give it parameters: the first solution's values take the places of `%name%`.

Each query is put to one peer after the other, several times each, and the least time counts (what takes ten seconds is asked once):
  oxigraph   the command line of PyPI's `oxigraph`, on its RocksDB store
  memory     PyPI's `pyoxigraph`, a store in memory; the query alone, without the load
  oxilite    cargo's `oxilite-cli`, on its SQLite file
  rdflib     PyPI's `rdflib` in memory; the query alone, without the load
  comunica   npm's `@comunica/query-sparql-file`; reads the file for every query, as it has no store of its own
With --cpu times are processor time, for a machine that has other work to do. A peer that fails on a query, or takes longer than
--patience, is left out of that line. Scratch files lie beside FILE.nt and are used again. Prints Markdown, and adds the figures
to a JSON file for `plot.py`.
"""

import argparse
import json
import math
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

# Seconds of a query that is asked once only.
ONCE = 10


def timed(command, patience=None):
    """Seconds, seconds of processor time and peak kilobytes of a process, and its output; None past the patience."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    # Neither `timeout` nor a thread, whose own start would count.
    signal.signal(signal.SIGALRM, lambda *_: process.kill())
    signal.setitimer(signal.ITIMER_REAL, patience or 0)
    output, errors = b"", b""
    with process.stdout as stdout, process.stderr as stderr:
        output = stdout.read()
        errors = stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    signal.setitimer(signal.ITIMER_REAL, 0)
    if patience and seconds >= patience:
        return None
    if status:
        sys.exit(f"failed: {' '.join(command)}\n{errors.decode(errors='replace')}")
    return {"wall": seconds, "cpu": usage.ru_utime + usage.ru_stime, "kb": usage.ru_maxrss, "output": output.decode()}


def lexical(cell):
    """A term of a table as its lexical form, since engines abbreviate and quote differently."""
    cell = cell.strip()
    quoted = re.fullmatch(r'"(.*)"(@[\w-]+|\^\^\S+)?', cell, re.DOTALL)
    text = quoted.group(1) if quoted else cell.strip("<>")
    text = text.replace("\\n", "\n").replace('\\"', '"').replace("\\t", "\t").replace("\\\\", "\\")
    return re.sub(r"^(-?\d+)\.0+$", r"\1", text)


def table(tsv):
    """The rows of a table in TSV, as a sorted list without its header."""
    return sorted(tuple(lexical(cell) for cell in line.split("\t")) for line in tsv.rstrip("\n").split("\n")[1:])


class Process:
    """An engine that is started for every query."""

    def __init__(self, name, build, files, ask, rows=table):
        self.name, self.files, self.ask, self.rows = name, files, ask, rows
        self.command = build

    def build(self, runs):
        """The figures of building its file, kept beside it for the next time; None where there is nothing to build."""
        if not self.command:
            return None
        kept = Path(str(self.files) + ".built.json")
        if runs == 0 and kept.exists() and self.files.exists():
            return json.loads(kept.read_text())
        best = None
        for _ in range(max(runs, 1)):
            shutil.rmtree(self.files) if self.files.is_dir() else self.files.unlink(missing_ok=True)
            figures = timed(self.command)
            if best is None or figures["wall"] < best["wall"]:
                best = figures
        parts = [self.files] if self.files.is_file() else [file for file in self.files.rglob("*") if file.is_file()]
        best["bytes"] = sum(file.stat().st_size for file in parts)
        del best["output"]
        kept.write_text(json.dumps(best))
        return best

    def query(self, text, patience):
        figures = timed(self.ask(text), patience)
        return figures and (figures, self.rows(figures["output"]))


def in_process(ask, patience):
    """The figures and rows of a query that runs in this process; None where it fails or takes too long."""

    def stop(*_):
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, patience)
    begun = time.perf_counter(), time.process_time()
    try:
        rows = ask()
    except (TimeoutError, RecursionError, RuntimeError):
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return {"wall": time.perf_counter() - begun[0], "cpu": time.process_time() - begun[1]}, rows


class InProcess:
    """A store in memory in this process: `load` makes it, `ask` gives the rows of a query, as terms."""

    def __init__(self, name, load, ask):
        self.name, self.ask = name, ask
        begun = time.perf_counter(), time.process_time()
        self.store = load()
        self.figures = {"wall": time.perf_counter() - begun[0], "cpu": time.process_time() - begun[1]}

    def build(self, runs):
        return self.figures

    def query(self, text, patience):
        answer = in_process(lambda: list(self.ask(self.store, text)), patience)
        return answer and (answer[0], sorted(tuple(value(term) for term in row) for row in answer[1]))


def pyoxigraph(data):
    import pyoxigraph

    store = pyoxigraph.Store()
    store.bulk_load(path=data, format=pyoxigraph.RdfFormat.N_TRIPLES)
    return store


def rdflib(data):
    import rdflib

    return rdflib.Graph().parse(data, format="nt")


def value(term):
    """A term of pyoxigraph or rdflib as its lexical form; both write IRIs bare, and rdflib's literals are strings."""
    if term is None:
        return ""
    return lexical(term.value if type(term).__module__.startswith("pyoxigraph") else str(term))


def json_rows(output):
    """The rows of SPARQL's JSON results."""
    answer = json.loads(output)
    names = answer["head"]["vars"]
    rows = answer["results"]["bindings"]
    return sorted(tuple(lexical('"' + row[name]["value"] + '"') if name in row else "" for name in names) for row in rows)


def native(command):
    """The path of a program, behind the shims that version managers put before it: they cost more than a query."""
    found = shutil.which(command) or sys.exit(f"no {command}: see docs/benchmarks.md for what to install")
    if shutil.which("pyenv"):
        found = subprocess.run(["pyenv", "which", command], capture_output=True, text=True).stdout.strip() or found
    return found


def engines(arguments):
    kgq, data = arguments.kgq, arguments.data
    packed, rocks, sqlite = Path(data + ".kgq"), Path(data + ".oxigraph"), Path(data + ".sqlite")
    yield Process(
        "kgq",
        [kgq, "pack", "-d", data, "-o", str(packed)],
        packed,
        lambda text: [kgq, "-d", str(packed), "query", "-f", "tsv", "-q", text],
    )
    if "oxigraph" in arguments.peers:
        oxigraph = native("oxigraph")
        yield Process(
            "oxigraph",
            [oxigraph, "load", "--location", str(rocks), "--file", data],
            rocks,
            lambda text: [oxigraph, "query", "--location", str(rocks), "--results-format", "tsv", "-q", text],
        )
    if "oxilite" in arguments.peers:
        yield Process(
            "oxilite",
            ["oxilite", "load", "-l", str(sqlite), "-f", data],
            sqlite,
            lambda text: ["oxilite", "query", "-l", str(sqlite), "--results-format", "tsv", "-q", text],
        )
    if "comunica" in arguments.peers:
        source = str(Path(data).resolve())
        form = "application/sparql-results+json"
        yield Process(
            "comunica", None, None, lambda text: ["comunica-sparql-file", source, "-q", text, "-t", form], json_rows
        )
    # Last, since the peak memory of a process counts what its parent had when it was started.
    if "memory" in arguments.peers:
        yield InProcess("memory", lambda: pyoxigraph(data), lambda store, text: store.query(text))
    if "rdflib" in arguments.peers:
        yield InProcess("rdflib", lambda: rdflib(data), lambda graph, text: graph.query(text))


def parameters(text, engine):
    """A query with its parameters filled in."""
    lines = re.findall(r"^# with: (.*)$", text, re.MULTILINE)
    if not lines:
        return text
    prefixes = "\n".join(re.findall(r"^PREFIX .*$", text, re.MULTILINE))
    answer = timed(engine.ask(f"{prefixes}\n" + "\n".join(lines)))["output"].split("\n")
    for name, term in zip(answer[0].split("\t"), answer[1].split("\t")):
        text = text.replace(f"%{name.strip('?')}%", term)
    return text


def mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else None


def shown(number, digits=1):
    return "" if number is None else f"{number:,.{digits}f}"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("kgq")
    arguments.add_argument("data")
    arguments.add_argument("queries", type=Path)
    arguments.add_argument("--peers", default="oxigraph,memory")
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--builds", type=int, default=0, help="build so often; 0: once, and not again where it was")
    arguments.add_argument("--patience", type=float, default=60, help="seconds for one query")
    arguments.add_argument("--cpu", action="store_true")
    arguments.add_argument("--json", type=Path)
    arguments = arguments.parse_args()
    clock = "cpu" if arguments.cpu else "wall"

    begun = os.getloadavg()[0]
    peers, built = [], {}
    for peer in engines(arguments):
        peers.append(peer)
        built[peer.name] = peer.build(arguments.builds)
    ours, others = peers[0], peers[1:]
    print(
        f"{os.path.basename(arguments.data)}, {os.path.getsize(arguments.data) / 1e6:,.0f} MB, {platform.machine()}, "
        f"{os.cpu_count()} processors, {clock} time, load average {begun:.1f}\n"
    )
    print("| building | " + " | ".join(peer.name for peer in peers) + " |")
    print("| --- |" + " ---: |" * len(peers))
    for line, key, unit in [("seconds", "wall", 1), ("seconds of processor time", "cpu", 1), ("peak MB", "kb", 1e3), ("MB on disk", "bytes", 1e6)]:
        cells = [built[peer.name] and built[peer.name].get(key) for peer in peers]
        print(f"| {line} | " + " | ".join(shown(cell and cell / unit, 2 if unit == 1 else 0) for cell in cells) + " |")

    print("\n| query | kgq, ms |" + "".join(f" {peer.name}, ms | ratio |" for peer in others))
    print("| --- | ---: |" + " ---: | ---: |" * len(others))
    ratios = {peer.name: {} for peer in others}
    for file in sorted(arguments.queries.glob("*.rq")):
        text = parameters(file.read_text(), ours)
        title = re.match(r"# (.*)", text).group(1)
        times = {peer.name: [] for peer in peers}
        rows = {}
        # The runs of an engine follow one another: what the others leave in the caches is not its own time.
        for peer in peers:
            for _ in range(arguments.runs):
                answer = peer.query(text, arguments.patience)
                if answer is None:
                    times[peer.name].clear()
                    break
                times[peer.name].append(answer[0][clock])
                rows[peer.name] = answer[1]
                if times[peer.name][-1] > ONCE:
                    break
        for name, found in rows.items():
            if found != rows["kgq"]:
                sys.exit(f"{file.stem}: the answers differ:\nkgq {rows['kgq'][:5]}\n{name} {found[:5]}")
        line = f"| {file.stem} {title} | {shown(min(times['kgq']) * 1e3)} |"
        for peer in others:
            if not times[peer.name]:
                line += " no answer | |"
                continue
            least = min(times[peer.name])
            ratio = least / min(times["kgq"])
            ratios[peer.name][file.stem] = ratio
            line += f" {shown(least * 1e3)} | {shown(ratio)} |"
        print(line, flush=True)
    # Queries that begin with j are there for the planner, those with p for the start of a process.
    means = {name: mean([r for query, r in found.items() if query[0] == "q"]) for name, found in ratios.items()}
    print("| geometric mean of the q's | |" + "".join(f" | {shown(means[peer.name])} |" for peer in others))

    if arguments.json:
        all_runs = json.loads(arguments.json.read_text()) if arguments.json.exists() else {}
        build = {name: figures[clock] / built["kgq"][clock] for name, figures in built.items() if figures and name != "kgq"}
        all_runs[f"{arguments.queries.name} {os.path.basename(arguments.data)}"] = {"build": build, "queries": ratios, "mean": means}
        arguments.json.write_text(json.dumps(all_runs, indent=1) + "\n")


if __name__ == "__main__":
    main()
