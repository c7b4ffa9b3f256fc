# This machine: a unit for each core that the process may use

# What is not said here is asked of the machine: cu, lanes, clock, mem, cache, cache_line.
name = Virtual GPU
type = gpu

sub_group = 32
work_group = 1024

# What a compute unit of a GPU holds, as textbooks have it.
unit_sub_groups = 64
unit_work_groups = 32
unit_work_items = 2048
unit_local = 64K
unit_private = 256K

local = 64K
constant = 64M
private = 64M
bandwidth = 20GB/s
latency = 100ns
images = no

memory = unified
link = instant
link_bandwidth = 16GB/s
link_delay = 5us
