/* SPDX-License-Identifier: MIT */
/* Whether kernels are watched: what the front end and the stages behind it agree on. */
#ifndef VGPU_CC_WATCH_H
#define VGPU_CC_WATCH_H

/* See traced/traced.h. */
enum vgpu_cc_watch {
    VGPU_CC_WATCH_NOTHING,
    VGPU_CC_WATCH_COUNTS, /* blocks and accesses are counted */
    VGPU_CC_WATCH_CHECKS  /* and each access is checked before it takes place */
};

#endif
