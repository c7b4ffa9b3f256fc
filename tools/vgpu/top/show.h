/* SPDX-License-Identifier: MIT */
/* The pictures of `vgpu top`. */
#ifndef VGPU_TOP_SHOW_H
#define VGPU_TOP_SHOW_H

#include "top/figures.h"
#include "top/screen.h"

/* top_show_text - all processes as text. `only` as for top_scan. */
void top_show_text(const struct top_list *list, const struct top_list *before,
                   enum top_order order, pid_t only, struct top_screen *screen);

/* top_show_json - the same as one JSON object, with all counters. 0, or 1 after a
 * message. */
int top_show_json(const struct top_list *list, const struct top_list *before,
                  enum top_order order);

#endif
