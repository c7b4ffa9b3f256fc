#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the same OpenCL C kernels on several OpenCL implementations in turn, and sets their times
side by side.

Each implementation has a bench_opencl process of its own, with as many threads as the others. For
each kernel they are asked in turn (A B C A B C ...), so that a noisy moment meets all of them. The
table gives each one's least time and how many times longer the others take than the first;
geometric means follow. Every round checks the kernel's results. Times to build are reported apart:
clBuildProgram from source and the first run, without kernels in a cache.
"""
import json
import pathlib
import sys
import tempfile

from command_line import add_kernel_options, parse, runner_parser
from implementations import default_intel_folder, environments, install_intel
from servers import (Server, bench_command, choose_cores, failures, geometric_mean, list_kernels,
                     measure, ratios, time_cell)

NAMES = ("ours", "pocl", "intel")


def table_head(names):
    times = "".join(f"{name:>10}" for name in names)
    against = "".join(f"{name + '/' + names[0]:>12}" for name in names[1:])
    builds = "".join(f"{name:>10}" for name in names)
    return f"{'kernel':<20}{'class':<16}{times}{against}   build + first run, ms:{builds}"


def table_row(kernel, kind, known, names):
    cells = [time_cell(known[name], 10) for name in names]
    for name in names[1:]:
        one = ratios({kernel: known}, names[0], name, "min_ms").get(kernel)
        cells.append(f"{'':>12}" if one is None else f"{one:12.2f}")
    cells.append(" " * 25)
    for name in names:
        failed = "error" in known[name]
        cells.append(f"{'':>10}" if failed else
                     f"{known[name]['build_ms'] + known[name]['first_ms']:10.0f}")
    return f"{kernel:<20}{kind:<16}" + "".join(cells)


def summarise(figures, kinds, names):
    """Geometric means for each class and all kernels, by least times and by medians."""
    summary = {}
    for name in names[1:]:
        least = ratios(figures, names[0], name, "min_ms")
        median = ratios(figures, names[0], name, "median_ms")
        if not least:
            continue
        classes = {}
        for kernel, value in least.items():
            classes.setdefault(kinds[kernel], []).append(value)
        slowest = min(least, key=least.get)
        summary[name] = {
            "kernels": len(least), "geometric_mean": geometric_mean(least.values()),
            "geometric_mean_of_medians": geometric_mean(median.values()),
            "least": {"kernel": slowest, "ratio": least[slowest]},
            "below_one": sorted(kernel for kernel, value in least.items() if value < 1.0),
            "classes": {kind: geometric_mean(values) for kind, values in classes.items()},
        }
    return summary


def print_summary(summary, names):
    for name, known in summary.items():
        print(f"\n{name} / {names[0]}, geometric mean over {known['kernels']} kernels: "
              f"{known['geometric_mean']:.2f} "
              f"(of medians: {known['geometric_mean_of_medians']:.2f})")
        print("  " + ", ".join(f"{kind} {value:.2f}" for kind, value in known["classes"].items()))
        print(f"  least: {known['least']['kernel']} {known['least']['ratio']:.2f}; below 1: "
              f"{', '.join(known['below_one']) or 'none'}")


def print_failures(figures):
    failed = failures(figures)
    for name, kernel, error in failed:
        print(f"FAILED on {name}: {kernel}: {error}")
    return bool(failed)


def parse_arguments():
    parser = runner_parser(
        __doc__, (5, "times that each implementation has its turn"), (7, "samples in a turn"),
        "small sizes that show that it works, not how fast it is")
    add_kernel_options(parser)
    parser.add_argument("-m", "--implementations", default=",".join(NAMES), metavar="NAMES",
                        help="which, separated by commas; ratios are to the first "
                             "(default: those installed of ours,pocl,intel)")
    parser.add_argument("--program", type=pathlib.Path, metavar="FILE",
                        help="the bench_opencl to run (default: the build folder's)")
    parser.add_argument("--install", action="store_true",
                        help="install Intel's CPU runtime from PyPI where it is not yet (700 MB)")
    parser.add_argument("--intel-folder", type=pathlib.Path, default=default_intel_folder(),
                        metavar="FOLDER",
                        help="where Intel's runtime is installed (default: %(default)s)")
    arguments = parse(parser)
    arguments.chosen = arguments.implementations.split(",")
    unknown = set(arguments.chosen) - set(NAMES)
    if unknown:
        parser.error(f"'{unknown.pop()}' is none of {', '.join(NAMES)}")
    return arguments


def start_servers(arguments, command, threads, folder):
    found, missing = environments(arguments.build.resolve(), arguments.intel_folder.resolve(),
                                  threads, folder)
    servers = []
    for name in arguments.chosen:
        if name in found:
            servers.append(Server(name, command, found[name], folder))
        else:
            print(f"opencl_compare: without {name}: {missing[name]}", file=sys.stderr)
    if not servers:
        sys.exit("opencl_compare: nothing to measure")
    for server in servers:
        server.start()
        about = server.description
        print(f"{server.name}: {about['platform']}, {about['version']}, {about['driver']}; "
              f"{about['device']}, {about['compute_units']} compute units")
    return servers


def run(arguments, folder):
    threads = choose_cores(arguments.pin)
    program = arguments.program or arguments.build / "bin" / "bench_opencl"
    command = bench_command(program, arguments.repetitions, arguments.tiny)
    kinds = dict(list_kernels(command, arguments.kernel))
    servers = start_servers(arguments, command, threads, folder)
    names = [server.name for server in servers]

    figures = {}
    print(table_head(names))
    for kernel, kind in kinds.items():
        figures[kernel] = measure(kernel, servers, arguments.rounds)
        print(table_row(kernel, kind, figures[kernel], names), flush=True)
    for server in servers:
        server.end()
    summary = summarise(figures, kinds, names)
    print_summary(summary, names)
    if arguments.json:
        report = {"version": 1, "program": "opencl_compare", "threads": threads,
                  "implementations": {server.name: server.description for server in servers},
                  "classes": kinds, "kernels": figures, "against_" + names[0]: summary}
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")
    return print_failures(figures)


def main():
    arguments = parse_arguments()
    if arguments.install and not (arguments.intel_folder / "lib" / "libintelocl.so").exists():
        install_intel(arguments.intel_folder.resolve())
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(1 if run(arguments, pathlib.Path(folder)) else 0)


if __name__ == "__main__":
    main()
