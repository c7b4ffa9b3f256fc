/* SPDX-License-Identifier: MIT */
/* Transfers: what moved between host and devices. */
'use strict';

const TRANSFERS = {
  write: ['write: host to device', '\u2192'],
  read: ['read: device to host', '\u2190'],
  copy: ['copy: from buffer to buffer', '\u21bb'],
  fill: ['fill', '\u25a6'],
  map: ['map: device to host', '\u2190'],
  unmap: ['unmap: host to device', '\u2192'],
  migrate: ['migrate', '\u2194'],
  create: ['create with contents: host to device', '\u2192'],
};

const transferName = kind => (Object.hasOwn(TRANSFERS, text(kind)) ? TRANSFERS[kind] : [text(kind)])[0];
const transferArrow = kind => (Object.hasOwn(TRANSFERS, text(kind)) ? TRANSFERS[kind] : ['', '\u2022'])[1];

function drawTransfers(data, section) {
  const rows = list(data.transfers).map(object);
  if (rows.length === 0) {
    section.append(empty('No transfer was seen.'));
    return;
  }
  const most = Math.max(...rows.map(row => number(row.bytes)));
  section.append(table('Transfers', [
    {head: 'Kind', cell: row => transferArrow(row.kind) + ' ' + transferName(row.kind)},
    {head: 'Commands', number: true, cell: row => row.commands ? figure(row.commands) : '\u2013'},
    {head: 'Bytes', number: true, cell: row => bytes(row.bytes)},
    {head: 'Share', cell: row => bar(most ? number(row.bytes) / most : 0)},
    {head: 'On average', number: true, cell: row => row.commands ? bytes(row.bytes / row.commands) : '\u2013'},
    {head: 'Time', number: true, cell: row => row.time_us ? time(row.time_us) : '\u2013'},
    {head: 'Rate', number: true, cell: row => row.time_us ? bytes(row.bytes / row.time_us * 1e6) + '/s' : '\u2013'},
  ], rows));
  drawMigrations(data, section);
  drawLinkEstimate(data, section);
}

/* drawMigrations - buffers that commands needed now here, now there. */
function drawMigrations(data, section) {
  const rows = list(data.migrations).map(object);
  if (rows.length === 0) return;
  section.append(el('h3', {}, 'Migrations'),
    el('p', {class: 'quiet'}, 'Buffers that were brought from one memory to another because a command needed them there. A buffer that often returns to where it came from is worth a look.'),
    table('Migrations', [
      {head: 'Buffer', cell: row => text(row.buffer)},
      {head: 'Pieces', number: true, cell: row => figure(row.pieces)},
      {head: 'Bytes', number: true, cell: row => bytes(row.bytes)},
      {head: 'Returned', number: true, cell: row => figure(row.returns)},
    ], rows));
}

/* drawLinkEstimate - transfers beside kernels, where a device has a link. */
function drawLinkEstimate(data, section) {
  const estimate = object(data.estimate), link = number(estimate.link_ns), kernels = number(estimate.kernels_ns);
  if (!(link > 0)) return;
  const most = Math.max(link, kernels);
  const row = (title, ns, bounds) => ({title, ns, bounds});
  section.append(el('h3', {}, 'Estimated time of transfers'),
    el('p', {class: 'quiet'}, 'An estimate for the links and profiles of the devices, no measurement. Together, one after the other, ', nanoseconds(estimate.ns),
      ': from ', nanoseconds(estimate.low_ns), ', where transfers and kernels overlap, to ', nanoseconds(estimate.high_ns), '. Kernels without figures are not in it.'),
    table('estimated time of transfers', [
      {head: '', cell: each => each.bounds ? [each.title, el('span', {class: 'bound'}, ' \u25c0 bound')] : each.title},
      {head: 'about', number: true, cell: each => nanoseconds(each.ns)},
      {head: '', cell: each => bar(each.ns / most)},
    ], [row('Transfers over the link', link, estimate.bound === 'link'), row('Kernels', kernels, estimate.bound === 'kernels')]));
}
