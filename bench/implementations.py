# SPDX-License-Identifier: MIT
"""Where the OpenCL implementations lie that benchmarks are run on: ours in a build folder,
others behind the system's ICD loader."""
import ctypes.util
import os
import pathlib
import subprocess
import sys
import venv

VENDORS = pathlib.Path("/etc/OpenCL/vendors")
# Intel's CPU runtime, and the libraries it is linked with though the package does not say so.
INTEL_PACKAGES = ("intel-opencl-rt", "intel-cmplr-lib-rt")


def loader_folder():
    """The folder of the system's libOpenCL.so.1, or None."""
    name = ctypes.util.find_library("OpenCL")
    if not name:
        return None
    try:
        ctypes.CDLL(name)
    except OSError:
        return None
    maps = pathlib.Path("/proc/self/maps").read_text().split()
    return next((pathlib.Path(word).parent for word in maps if "/libOpenCL.so" in word), None)


def default_intel_folder():
    """Where Intel's runtime is installed to, unless another folder is named."""
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(cache) / "vgpu-bench" / "intel-opencl-rt"


def install_intel(folder):
    """Installs Intel's CPU runtime from PyPI. It needs a virtual environment: with --target, pip
    leaves out the libraries, which the package keeps beside site-packages."""
    print(f"installing {' '.join(INTEL_PACKAGES)} in {folder}", file=sys.stderr)
    venv.create(folder, with_pip=True)
    subprocess.run([str(folder / "bin" / "pip"), "install", "--quiet", *INTEL_PACKAGES], check=True)


def environments(build, intel_folder, threads, caches):
    """For each implementation that is installed, what has to be in a program's environment for it
    to meet that implementation, with `threads` threads and caches of kernels in the folder
    `caches`; for each that is not, a sentence that says what to do."""
    found, missing = {}, {}
    ours = build / "lib"
    if (ours / "libOpenCL.so.1").exists():
        found["ours"] = {"LD_LIBRARY_PATH": str(ours), "VGPU_DEVICES": f"cu={threads}",
                         "VGPU_CACHE_DIR": str(caches / "ours")}
    else:
        missing["ours"] = (f"'{ours}' holds no libOpenCL.so.1; build vgpu, or name its build "
                           "folder with --build")

    loader = loader_folder()
    if not loader:
        missing["pocl"] = missing["intel"] = "no ICD loader; install ocl-icd-libopencl1"
        return found, missing
    pocl = VENDORS / "pocl.icd"
    if pocl.exists():
        found["pocl"] = {"LD_LIBRARY_PATH": str(loader), "OCL_ICD_VENDORS": str(pocl),
                         "POCL_CACHE_DIR": str(caches / "pocl"),
                         "POCL_MAX_PTHREAD_COUNT": str(threads)}
    else:
        missing["pocl"] = f"no '{pocl}'; install pocl-opencl-icd"
    intel = intel_folder / "lib" / "libintelocl.so"
    if intel.exists():
        found["intel"] = {"LD_LIBRARY_PATH": str(loader), "OCL_ICD_VENDORS": str(intel),
                          "CL_CONFIG_CPU_TBB_NUM_WORKERS": str(threads)}
    else:
        missing["intel"] = f"no '{intel}'; give --install, or name its folder with --intel-folder"
    return found, missing
