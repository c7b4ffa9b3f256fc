/* SPDX-License-Identifier: MIT */
/* Lines of watched.c that observers tell of. */
#ifndef VGPU_BUILD_TIME_WATCHED_LINES_H
#define VGPU_BUILD_TIME_WATCHED_LINES_H

#define BW_LOAD_LINE   11
#define BW_STORE_LINE  12
#define BW_BEYOND_LINE 28

#endif
