# The GPU of a phone or a small board: few units, the host's memory

name = Embedded GPU
type = gpu

cu = 4
sub_group = 16
lanes = 32
clock = 800MHz
work_group = 256

unit_sub_groups = 24
unit_work_groups = 16
unit_work_items = 384
unit_local = 32K
unit_private = 64K

mem = 2G
alloc = 512M
local = 32K
constant = 64K
private = 16K
cache = 512K
cache_line = 64
bandwidth = 15GB/s
latency = 250ns
images = no

memory = unified
link = instant
link_bandwidth = 15GB/s
link_delay = 1us
