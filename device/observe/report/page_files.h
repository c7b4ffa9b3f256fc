/* SPDX-License-Identifier: MIT */
/* The page's parts as the build makes them of page/: see cmake/vgpu_embed.cmake. */
#ifndef VGPU_REPORT_PAGE_FILES_H
#define VGPU_REPORT_PAGE_FILES_H

#include <stddef.h>

extern const char vgpu_page_template[], vgpu_page_style[], vgpu_page_script[];
extern const size_t vgpu_page_template_size, vgpu_page_style_size, vgpu_page_script_size;

#endif
