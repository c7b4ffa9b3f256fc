#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What metrics and checks cost: runs the kernels of bench_opencl with no observer, with
VGPU_PROFILE and with VGPU_CHECK, and at tiny sizes under Oclgrind as well, in turn.

Each way to run has a bench_opencl process of its own, which is asked for one kernel in turn
(A B C A B C ...), so that a noisy moment meets all of them. Least times count. The first table has
the full sizes: how many times longer a kernel takes with an observer than without. The second one
has the tiny sizes, at which Oclgrind, an interpreter, ends within a person's patience: how many
times longer it takes than we do with metrics, and, with its checks for races and uninitialised
values, than we do with all of ours. Every round checks the kernel's results.
"""
import json
import os
import pathlib
import shutil
import statistics
import sys
import tempfile

from command_line import add_kernel_options, parse, runner_parser
from implementations import default_intel_folder, environments, loader_folder
from observers import OBSERVERS
from servers import (Server, bench_command, choose_cores, failures, geometric_mean, list_kernels,
                     measure, ratios, time_cell)

OCLGRIND_CHECKS = ("--data-races", "--uninitialized")
# Tables of ratios: the size, the ways to run, and which of them are set against which.
FULL = ("full sizes", ("off", "metrics", "checks"), (("metrics", "off"), ("checks", "off")))
TINY = ("tiny sizes", ("off", "metrics", "checks", "oclgrind", "oclgrind-checks"),
        (("oclgrind", "metrics"), ("oclgrind-checks", "checks")))


def observed(folder):
    """The variables of each of our ways to run."""
    return {"off": {}, "metrics": {"VGPU_PROFILE": str(folder / "profile.json")},
            "checks": {"VGPU_CHECK": "all"}}


def start_servers(names, arguments, program, threads, folder):
    """A process for each way to run; Oclgrind's are left out where it is not installed."""
    found, missing = environments(arguments.build.resolve(), default_intel_folder(), threads, folder)
    if "ours" not in found:
        sys.exit(f"observer_compare: {missing['ours']}")
    servers = []
    for name in names:
        if not name.startswith("oclgrind"):
            command, variables = program, {**found["ours"], **observed(folder)[name]}
        elif shutil.which("oclgrind") and loader_folder():
            checks = OCLGRIND_CHECKS if name.endswith("-checks") else ()
            command = ["oclgrind", "--num-threads", str(threads), *checks, *program]
            variables = {"LD_LIBRARY_PATH": str(loader_folder())}
        else:
            print(f"observer_compare: without {name}: install oclgrind and ocl-icd-libopencl1",
                  file=sys.stderr)
            continue
        servers.append(Server(name, command, variables, folder))
    for server in servers:
        server.start()
    return servers


def table_row(kernel, known, names, pairs):
    cells = [f"{kernel:<20}", *(time_cell(known[name], 17) for name in names)]
    for one, other in pairs:
        ratio = ratios({kernel: known}, other, one, "min_ms").get(kernel)
        cells.append(f"{'':>25}" if ratio is None else f"{ratio:25.2f}")
    return "".join(cells)


def summarise(figures, pairs):
    """Of each pair the ratios' median, geometric mean and ends."""
    summary = {}
    for one, other in pairs:
        found = ratios(figures, other, one, "min_ms")
        if not found:
            continue
        summary[f"{one}/{other}"] = {
            "kernels": len(found), "median": statistics.median(found.values()),
            "geometric_mean": geometric_mean(found.values()),
            "median_of_medians": statistics.median(
                ratios(figures, other, one, "median_ms").values()),
            "least": min((ratio, kernel) for kernel, ratio in found.items()),
            "most": max((ratio, kernel) for kernel, ratio in found.items()),
            "ratios": found,
        }
    return summary


def print_summary(summary):
    for pair, known in summary.items():
        print(f"\n{pair} over {known['kernels']} kernels: median {known['median']:.2f} "
              f"(of medians: {known['median_of_medians']:.2f}), "
              f"geometric mean {known['geometric_mean']:.2f}, "
              f"from {known['least'][0]:.2f} ({known['least'][1]}) "
              f"to {known['most'][0]:.2f} ({known['most'][1]})")


def run_table(table, tiny, arguments, threads, folder):
    """Measures one table's kernels; prints and returns its figures."""
    title, names, pairs = table
    program = bench_command(arguments.build / "bin" / "bench_opencl", arguments.repetitions, tiny)
    kernels = [name for name, _ in list_kernels(program, arguments.kernel)]
    servers = start_servers(names, arguments, program, threads, folder)
    names = [server.name for server in servers]
    pairs = [pair for pair in pairs if set(pair) <= set(names)]

    print(f"\n{title}, least times in ms, {threads} threads\n{'kernel':<20}"
          + "".join(f"{name:>17}" for name in names)
          + "".join(f"{one + '/' + other:>25}" for one, other in pairs))
    figures = {}
    for kernel in kernels:
        figures[kernel] = measure(kernel, servers, arguments.rounds)
        print(table_row(kernel, figures[kernel], names, pairs), flush=True)
    for server in servers:
        server.end()
    summary = summarise(figures, pairs)
    print_summary(summary)
    return {"implementations": {server.name: server.description for server in servers},
            "kernels": figures, "summary": summary}


def parse_arguments():
    parser = runner_parser(
        __doc__, (3, "times that each way to run has its turn"), (3, "samples in a turn"),
        "only the tiny sizes, for ratios to 'off' as well")
    add_kernel_options(parser)
    parser.add_argument("--without-oclgrind", action="store_true", help="only ourselves")
    return parse(parser)


def run(arguments, folder):
    threads = choose_cores(arguments.pin)
    tables = {} if arguments.tiny else {"full": FULL}
    if arguments.tiny:
        tables["tiny"] = (TINY[0], TINY[1], TINY[2] + FULL[2])
    elif not arguments.without_oclgrind:
        tables["tiny"] = TINY
    if arguments.without_oclgrind:
        tables = {size: (title, FULL[1], FULL[2]) for size, (title, _, _) in tables.items()}
    found = {size: run_table(table, size == "tiny", arguments, threads, folder)
             for size, table in tables.items()}
    if arguments.json:
        arguments.json.write_text(json.dumps(
            {"version": 1, "program": "observer_compare", "threads": threads, **found}, indent=2)
            + "\n")
    failed = [(size, *failure) for size, table in found.items()
              for failure in failures(table["kernels"])]
    for size, name, kernel, error in failed:
        print(f"FAILED, {size}, {name}: {kernel}: {error}")
    # Oclgrind has faults of its own; what it cannot run is told, and is no failure of ours.
    return any(not name.startswith("oclgrind") for _, name, _, _ in failed)


def main():
    arguments = parse_arguments()
    for name in OBSERVERS:
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(1 if run(arguments, pathlib.Path(folder)) else 0)


if __name__ == "__main__":
    main()
