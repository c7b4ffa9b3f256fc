/* SPDX-License-Identifier: MIT */
/* Once through all of it, so that processes forked from this one find it warm. */
#ifndef VGPU_CC_WARM_UP_H
#define VGPU_CC_WARM_UP_H

/* vgpu_cc_warm_up - prepares a small kernel and makes code of it in every mode. What
 * fails is cold, no more. */
void vgpu_cc_warm_up(void);

#endif
