/* SPDX-License-Identifier: MIT */
/* Accesses of many cells, sixteen at a time. */
#ifndef VGPU_CHECK_CELLS_WIDE_H
#define VGPU_CHECK_CELLS_WIDE_H

#include "cells.h"

/* cells_wide_can - this processor has what the others need. */
bool cells_wide_can(void);

/* As those of cells.h. */
bool cells_wide_know(struct cells *cells, const struct order_view *view,
                     const struct cell_run *run);
bool cells_wide_read(struct cells *cells, const struct order_view *view,
                     const struct cell_run *run);
bool cells_wide_write(struct cells *cells, const struct order_view *view,
                      const struct cell_run *run);

#endif
