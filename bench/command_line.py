# SPDX-License-Identifier: MIT
"""The options that all programs here share which run benchmarks and set their times side by side."""
import argparse
import pathlib


def runner_parser(description, rounds, repetitions, tiny):
    """A parser that knows the common options; `rounds` and `repetitions` are pairs of a default and
    a help text, `tiny` is one's help text."""
    build = pathlib.Path(__file__).resolve().parent.parent / "build"
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-b", "--build", type=pathlib.Path, default=build, metavar="FOLDER",
                        help="build folder of vgpu (default: build beside bench)")
    parser.add_argument("-r", "--rounds", type=int, default=rounds[0], metavar="COUNT",
                        help=f"{rounds[1]} (default: %(default)s)")
    parser.add_argument("-n", "--repetitions", type=int, default=repetitions[0], metavar="COUNT",
                        help=f"{repetitions[1]} (default: %(default)s)")
    parser.add_argument("-j", "--json", type=pathlib.Path, metavar="FILE",
                        help="write all figures to FILE")
    parser.add_argument("-t", "--tiny", action="store_true", help=tiny)
    return parser


def add_kernel_options(parser):
    """The options of programs that have bench_opencl measure kernels."""
    parser.add_argument("-k", "--kernel", metavar="REGEX",
                        help="only kernels whose name or class matches")
    parser.add_argument("-c", "--pin", metavar="CORES",
                        help="use only these cores, e.g. 0,1 (default: all this process may use)")


def parse(parser):
    arguments = parser.parse_args()
    if arguments.rounds < 1 or arguments.repetitions < 1:
        parser.error("--rounds and --repetitions start at 1")
    return arguments
