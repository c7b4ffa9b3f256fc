/* SPDX-License-Identifier: MIT */
/* What kernels of programs that are traced share with those programs. */
#ifndef EVENTS_KERNELS_H
#define EVENTS_KERNELS_H

#include <stdatomic.h>

/* 0: the kernel events_hold ends at once. 1: it makes that 2, and waits until it is 0. */
extern atomic_int events_hold_state;

#endif
