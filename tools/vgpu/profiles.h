/* SPDX-License-Identifier: MIT */
/* What `vgpu info` tells of profiles, without any device. */
#ifndef VGPU_TOOL_PROFILES_H
#define VGPU_TOOL_PROFILES_H

/* Each prints to standard output, and returns the program's exit status.
 * list_profiles: those that vgpu comes with, a line each; list_keys: what can be said of
 * a device; print_profile: one, as the text of a profile file. It is given as
 * VGPU_DEVICES gives a device. */
int list_profiles(void);
int list_keys(void);
int print_profile(const char *text);

#endif
