#!/usr/bin/env python3
"""Holds kgq against Oxigraph, whole processes side by side; answers are compared before times.

usage: run.py KGQ FILE.nt QUERIES.tsv [--runs N] [--skip-memory] [--cpu]

With --cpu the times of queries are processor time, for a machine that has other work to do.

FILE.nt is N-Triples. QUERIES.tsv has a name and a query a line; lines that begin with # are comments. The peers are PyPI's
`oxigraph` (its command line) and `pyoxigraph` (its store in memory), as pip installs them. Runs alternate between the
peers, and the least time of each counts. Scratch files lie beside FILE.nt and are used again. Prints a Markdown table.
"""

import argparse
import math
import os
import platform
import shutil
import subprocess
import sys
import time

PREFIXES = """PREFIX b: <https://kgq.example/bench#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""


def timed(command, **options):
    """Seconds, seconds of processor time and peak kilobytes of a process, and its output."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    if status:
        sys.exit(f"failed: {' '.join(command)}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, output.decode()


def rows(tsv):
    """The rows of a table, as a multiset without its header."""
    return sorted(line.strip().replace("\"", "") for line in tsv.splitlines()[1:])


def mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("kgq")
    arguments.add_argument("data")
    arguments.add_argument("queries")
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--skip-memory", action="store_true")
    arguments.add_argument("--cpu", action="store_true")
    arguments = arguments.parse_args()
    clock = 1 if arguments.cpu else 0
    now = time.process_time if arguments.cpu else time.perf_counter
    packed = arguments.data + ".kgq"
    store = arguments.data + ".oxigraph"

    build = [arguments.kgq, "pack", "-d", arguments.data, "-o", packed]
    kgq_build = min((timed(build) for _ in range(arguments.runs)), key=lambda run: run[0])
    if not os.path.exists(store + ".time"):
        shutil.rmtree(store, ignore_errors=True)
        load = ["oxigraph", "load", "--location", store, "--file", arguments.data]
        seconds, cpu, memory, _ = timed(load)
        with open(store + ".time", "w") as file:
            file.write(f"{seconds} {cpu} {memory}")
    with open(store + ".time") as file:
        load = [float(number) for number in file.read().split()]
    size = sum(os.path.getsize(os.path.join(store, name)) for name in os.listdir(store))

    memory_store = None
    if not arguments.skip_memory:
        import pyoxigraph

        memory_store = pyoxigraph.Store()
        memory_store.bulk_load(path=arguments.data, format=pyoxigraph.RdfFormat.N_TRIPLES)

    version = subprocess.run(["oxigraph", "--version"], capture_output=True, text=True).stdout.strip()
    print(f"{os.path.basename(arguments.data)} ({os.path.getsize(arguments.data) / 1e6:.0f} MB), "
          f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors, {version}, "
          f"load average {os.getloadavg()[0]:.1f}\n")
    print("| | kgq | Oxigraph | ratio |")
    print("| --- | ---: | ---: | ---: |")
    print(f"| build, s | {kgq_build[0]:.2f} | {load[0]:.2f} | {load[0] / kgq_build[0]:.1f} |")
    print(f"| build, s of processor time | {kgq_build[1]:.2f} | {load[1]:.2f} | {load[1] / kgq_build[1]:.1f} |")
    print(f"| build, peak MB | {kgq_build[2] / 1e3:.0f} | {load[2] / 1e3:.0f} | {load[2] / kgq_build[2]:.1f} |")
    print(f"| file, MB | {os.path.getsize(packed) / 1e6:.0f} | {size / 1e6:.0f} | {size / os.path.getsize(packed):.1f} |")

    print("\n| query | kgq, ms | Oxigraph CLI, ms | ratio | in memory, ms | ratio |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    by_cli, by_memory = [], []
    with open(arguments.queries) as file:
        queries = [line.rstrip("\n").split("\t", 1) for line in file if line.strip() and line[0] != "#"]
    for name, query in queries:
        query = PREFIXES + query
        ours = [arguments.kgq, "-d", packed, "query", "-f", "tsv", "-q", query]
        theirs = ["oxigraph", "query", "--location", store, "--results-format", "tsv", "-q", query]
        kgq, cli = [], []
        for _ in range(arguments.runs):
            kgq.append(timed(ours))
            cli.append(timed(theirs))
        if rows(kgq[0][3]) != rows(cli[0][3]):
            sys.exit(f"{name}: the answers differ:\n{kgq[0][3]}\n{cli[0][3]}")
        ours, theirs = min(run[clock] for run in kgq), min(run[clock] for run in cli)
        line = f"| {name} | {ours * 1e3:.1f} | {theirs * 1e3:.1f} | {theirs / ours:.1f} |"
        if name.startswith("q"):
            by_cli.append(theirs / ours)
        if memory_store is not None:
            times = []
            for _ in range(arguments.runs):
                begun = now()
                for _ in memory_store.query(query):
                    pass
                times.append(now() - begun)
            line += f" {min(times) * 1e3:.1f} | {min(times) / ours:.1f} |"
            if name.startswith("q"):
                by_memory.append(min(times) / ours)
        print(line, flush=True)
    line = f"| geometric mean of q1 to q9 | | | {mean(by_cli):.1f} |"
    if by_memory:
        line += f" | {mean(by_memory):.1f} |"
    print(line)


if __name__ == "__main__":
    main()
