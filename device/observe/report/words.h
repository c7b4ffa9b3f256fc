/* SPDX-License-Identifier: MIT */
/* A kernel's figures in words: each as title, value, and a sentence on what it means. */
#ifndef VGPU_REPORT_WORDS_H
#define VGPU_REPORT_WORDS_H

#include "figures.h"

/* vgpu_words_of - those that apply, as a fresh array of {"id", "title", "value",
 * "words"}. */
json_t *vgpu_words_of(const struct vgpu_kernel_figures *kernel);

#endif
