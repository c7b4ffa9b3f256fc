/* SPDX-License-Identifier: MIT */
/* Whether rows pay for a kernel. */
#ifndef VGPU_CC_ESTIMATE_H
#define VGPU_CC_ESTIMATE_H

#include "lockstep/row.h"

/* vgpu_cc_rows_pay - a row of items is likely to take less time than the same items one
 * after the other: what lock-step wins in arithmetic it does not lose by gathering each
 * item's own data. */
bool vgpu_cc_rows_pay(const struct vgpu_cc_row *row);

#endif
