/* SPDX-License-Identifier: MIT */
/* The device as a drawing: host, link, compute units with sub-groups and local memory, global memory. */
'use strict';

const SHOWN_UNITS = 16;

/* busyOf - by device and unit: the share of the time from the first command to the last. */
function unitLanes(data, device) {
  return list(object(data.timeline).lanes).filter(lane => lane.kind === 'unit' && number(lane.device) === device);
}

function unitBox(device, index, lane, span) {
  const lanes = Math.max(1, Math.min(64, number(device.sub_group_size) || 32));
  const share = lane && span > 0 ? number(lane.busy_us) / span : null;
  return el('li', {class: 'unit'},
    el('b', {}, 'unit ' + index),
    el('span', {class: 'lanes', style: '--lanes:' + lanes, 'aria-hidden': 'true'}),
    el('span', {}, 'sub-group: ' + lanes + ' lanes'),
    el('span', {class: 'local'}, 'local ' + bytes(device.local_memory)),
    share === null ? null : el('span', {class: 'busy'}, bar(share), ' busy ' + percent(share)));
}

function hostBox(data) {
  const rows = list(data.transfers).filter(row => number(row.bytes) > 0);
  return el('div', {class: 'host'}, el('b', {}, 'Host'),
    el('ul', {class: 'links'}, rows.map(row => el('li', {},
      el('span', {class: 'arrow', 'aria-hidden': 'true'}, transferArrow(row.kind)), ' ' + text(row.kind) + ' ' + bytes(row.bytes)))),
    rows.length ? null : el('span', {class: 'quiet'}, 'no bytes moved'));
}

/* linkBox - the link of a device that has its own memory: what went each way, as modelled and as it was here. */
function linkBox(device) {
  const link = object(device.link);
  if (!device.link) return null;
  const way = (arrow, words, counts) => el('li', {}, el('span', {class: 'arrow', 'aria-hidden': 'true'}, arrow), ' ' + words + ' ' + bytes(counts.bytes) + ' in ' + plural(number(counts.transfers), 'transfer')
    + (number(counts.transfers) ? ': modelled ' + time(number(counts.modelled_ns) / 1000) + ', here ' + time(number(counts.real_ns) / 1000) : ''));
  return el('div', {class: 'link'}, el('b', {}, 'Link'), ' ' + (number(link.bandwidth) ? scaled(number(link.bandwidth), 1000, ['bytes', 'kB', 'MB', 'GB', 'TB']) + '/s each way' : 'without a limit')
    + ', delay ' + time(number(link.delay_ns) / 1000) + (link.paced ? ', paced' : ''),
    el('ul', {class: 'links'}, way('\u2192', 'in', object(link.to_device)), way('\u2190', 'out', object(link.from_device))));
}

function deviceBox(data, device, index) {
  const units = Math.max(0, Math.min(4096, number(device.compute_units)));
  const lanes = unitLanes(data, index);
  const span = number(object(object(data.timeline).totals).span_us);
  const boxes = Array.from({length: Math.min(units, SHOWN_UNITS)}, (_, i) => unitBox(device, i, lanes[i], span));
  if (units > SHOWN_UNITS) boxes.push(el('li', {class: 'unit rest'}, 'and ' + (units - SHOWN_UNITS) + ' more units'));
  return el('figure', {class: 'device'},
    el('figcaption', {}, el('b', {}, text(device.name) || 'Device ' + index), ' \u2014 ' + plural(units, 'compute unit')
      + (device.max_work_group_size ? ', work-groups of up to ' + figure(device.max_work_group_size) + ' work-items' : '')),
    linkBox(device),
    el('ul', {class: 'units'}, boxes),
    el('div', {class: 'global'}, el('b', {}, 'Global memory'), ' ' + bytes(device.global_memory)));
}

function drawDevice(data, section) {
  const devices = list(data.devices);
  if (devices.length === 0) {
    section.append(empty('The documents this page was made from name no device.'));
    return;
  }
  section.append(el('div', {class: 'machine'}, hostBox(data), el('div', {class: 'devices'},
    devices.map((device, index) => deviceBox(data, object(device), index)))));
}
