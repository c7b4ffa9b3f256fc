/* SPDX-License-Identifier: MIT */
/* Messages to the person who runs the program: one line each on stderr, `vgpu: text`. */
#ifndef VGPU_BASE_MESSAGE_H
#define VGPU_BASE_MESSAGE_H

#if defined(__GNUC__)
#define VGPU_PRINTF(format_index, first_arg) \
    __attribute__((format(printf, format_index, first_arg)))
#else
#define VGPU_PRINTF(format_index, first_arg)
#endif

/* vgpu_message - says what is wrong, with the value seen, and what to do about it.
 * Writes `vgpu: <text>\n` in one call, so that lines of several threads do not mix.
 * Keeps errno. Any thread. */
void vgpu_message(const char *format, ...) VGPU_PRINTF(1, 2);

#endif
