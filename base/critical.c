/* SPDX-License-Identifier: MIT */
/* Stretches of the runtime that kernels call, and that must not be left half done. */
#include "critical.h"

_Thread_local volatile sig_atomic_t vgpu_critical;
