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
import argparse
import json
import pathlib
import sys
import tempfile

from implementations import default_intel_folder, environments, install_intel
from servers import Server, choose_cores, geometric_mean, list_kernels, measure, ratios

NAMES = ("ours", "pocl", "intel")


def table_head(names):
    times = "".join(f"{name:>10}" for name in names)
    against = "".join(f"{name + '/' + names[0]:>12}" for name in names[1:])
    builds = "".join(f"{name:>10}" for name in names)
    return f"{'kernel':<20}{'class':<16}{times}{against}   build + first run, ms:{builds}"


def table_row(kernel, kind, known, names):
    cells = []
    for name in names:
        failed = "error" in known[name]
        cells.append(f"{'failed':>10}" if failed else f"{known[name]['min_ms']:10.3f}")
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
    failed = [(kernel, name, known[name]["error"]) for kernel, known in figures.items()
              for name in known if "error" in known[name]]
    for kernel, name, error in failed:
        print(f"FAILED on {name}: {kernel}: {error}")
    return bool(failed)


def parse_arguments():
    build = pathlib.Path(__file__).resolve().parent.parent / "build"
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-b", "--build", type=pathlib.Path, default=build, metavar="FOLDER",
                        help="build folder of vgpu (default: build beside bench)")
    parser.add_argument("-m", "--implementations", default=",".join(NAMES), metavar="NAMES",
                        help="which, separated by commas; ratios are to the first "
                             "(default: those installed of ours,pocl,intel)")
    parser.add_argument("-k", "--kernel", metavar="REGEX",
                        help="only kernels whose name or class matches")
    parser.add_argument("-r", "--rounds", type=int, default=5, metavar="COUNT",
                        help="times that each implementation has its turn (default: 5)")
    parser.add_argument("-n", "--repetitions", type=int, default=7, metavar="COUNT",
                        help="samples in a turn (default: 7)")
    parser.add_argument("-c", "--pin", metavar="CORES",
                        help="use only these cores, e.g. 0,1 (default: all this process may use)")
    parser.add_argument("-j", "--json", type=pathlib.Path, metavar="FILE",
                        help="write all figures to FILE")
    parser.add_argument("-t", "--tiny", action="store_true",
                        help="small sizes that show that it works, not how fast it is")
    parser.add_argument("--program", type=pathlib.Path, metavar="FILE",
                        help="the bench_opencl to run (default: the build folder's)")
    parser.add_argument("--install", action="store_true",
                        help="install Intel's CPU runtime from PyPI where it is not yet (700 MB)")
    parser.add_argument("--intel-folder", type=pathlib.Path, default=default_intel_folder(),
                        metavar="FOLDER",
                        help="where Intel's runtime is installed (default: %(default)s)")
    arguments = parser.parse_args()
    if arguments.rounds < 1 or arguments.repetitions < 1:
        parser.error("--rounds and --repetitions start at 1")
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
            log = open(folder / f"{name}.log", "w+", encoding="utf-8", errors="replace")
            servers.append(Server(name, [*command, "--serve"], found[name], log))
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
    command = [str(program.resolve()), "--repetitions", str(arguments.repetitions)]
    command += ["--tiny"] if arguments.tiny else []
    chosen = ["--kernel", arguments.kernel] if arguments.kernel else []
    kinds = dict(list_kernels([*command, *chosen]))
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
