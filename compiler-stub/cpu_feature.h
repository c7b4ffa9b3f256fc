/* SPDX-License-Identifier: MIT */
/* Features of processors that code made at build time may need. */
#ifndef VGPU_CPU_FEATURE_H
#define VGPU_CPU_FEATURE_H

#include <stdbool.h>

/* vgpu_cpu_has_features - this machine's processor has all of these, words of
 * cpu_feature.def with spaces between them; words that are not there count as missing. */
bool vgpu_cpu_has_features(const char *words);

#endif
