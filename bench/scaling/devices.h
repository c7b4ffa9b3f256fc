/* SPDX-License-Identifier: MIT */
/* What a process measures whose devices VGPU_DEVICES names. */
#ifndef BENCH_DEVICES_H
#define BENCH_DEVICES_H

#include <stdbool.h>

enum quantity {
#define QUANTITY(name, unit, help) QUANTITY_##name,
#include "quantity.def"
#undef QUANTITY
    NUM_QUANTITIES
};

struct quantity_info {
    const char *name, *unit, *help;
};
extern const struct quantity_info quantity_infos[NUM_QUANTITIES];

/* devices_serve - starts up, which gives the first two quantities; then answers each name
 * of a quantity on standard input with a sample, until that ends. */
void devices_serve(bool tiny);

#endif
