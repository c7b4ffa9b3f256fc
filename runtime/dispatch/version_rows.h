/* SPDX-License-Identifier: MIT */
/* The names of one version node: libOpenCL.map.in includes this once per node. */
#define CORE(version, result, name, parameters, arguments) IN_##version(name)
#define ABSENT                                             CORE
#include "dispatch/entry_points.def"
