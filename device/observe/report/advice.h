/* SPDX-License-Identifier: MIT */
/* Advice: sentences that say what a figure means and what to do about it. One table of
 * rules, advice.def, for the page and for terminals. */
#ifndef VGPU_REPORT_ADVICE_H
#define VGPU_REPORT_ADVICE_H

#include "figures.h"

#include <stdio.h>

/* vgpu_advice_of_kernel, vgpu_advice_of_program - what the rules say, the loudest first,
 * as a fresh array of {"rule", "title", "strong": bool, "text"} with, where one source
 * line is to blame, "file" and "line", and for a kernel's "kernel"; NULL where memory is
 * short. */
json_t *vgpu_advice_of_kernel(const struct vgpu_kernel_figures *kernel);
json_t *vgpu_advice_of_program(const struct vgpu_program_figures *program);

/* What the rules' files provide. A measure leaves the site to blame in `site_out` where
 * there is one; `say` writes the sentences, without a line end. */
#define VGPU_ADVICE_MEASURE_kernel(id)                       \
    double measure_##id(const struct vgpu_kernel_figures *f, \
                        const struct vgpu_site_figures **site_out)
#define VGPU_ADVICE_SAY_kernel(id)                                \
    void say_##id(FILE *out, const struct vgpu_kernel_figures *f, \
                  const struct vgpu_site_figures *site)
#define VGPU_ADVICE_MEASURE_program(id) \
    double measure_##id(const struct vgpu_program_figures *f)
#define VGPU_ADVICE_SAY_program(id) \
    void say_##id(FILE *out, const struct vgpu_program_figures *f)

#define ADVICE(id, scope, worth, strong, title) \
    VGPU_ADVICE_MEASURE_##scope(id);            \
    VGPU_ADVICE_SAY_##scope(id);
#include "advice.def"
#undef ADVICE

#endif
