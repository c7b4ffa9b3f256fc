/* SPDX-License-Identifier: MIT */
/* Transfers: what moved between host and devices. */
'use strict';

const TRANSFERS = {
  host_to_device: ['host to device', '\u2192'],
  device_to_host: ['device to host', '\u2190'],
  device_to_device: ['device to device', '\u2194'],
  copy: ['copy on the device', '\u21bb'],
  fill: ['fill', '\u25a6'],
  map: ['map', '\u2195'],
};

const transferName = kind => (TRANSFERS[kind] || [text(kind).replace(/_/g, ' ')])[0];
const transferArrow = kind => (TRANSFERS[kind] || ['', '\u2022'])[1];

function drawTransfers(data, section) {
  const rows = list(data.transfers).map(object);
  if (rows.length === 0) {
    section.append(empty('No transfer was seen.'));
    return;
  }
  const most = Math.max(...rows.map(row => number(row.bytes)));
  section.append(table('Transfers', [
    {head: 'Kind', cell: row => transferArrow(row.kind) + ' ' + transferName(row.kind)},
    {head: 'Commands', number: true, cell: row => figure(row.commands)},
    {head: 'Bytes', number: true, cell: row => bytes(row.bytes)},
    {head: 'Share', cell: row => bar(most ? number(row.bytes) / most : 0)},
    {head: 'On average', number: true, cell: row => row.commands ? bytes(row.bytes / row.commands) : '\u2013'},
    {head: 'Time', number: true, cell: row => row.time_us ? time(row.time_us) : '\u2013'},
    {head: 'Rate', number: true, cell: row => row.time_us ? bytes(row.bytes / row.time_us * 1e6) + '/s' : '\u2013'},
  ], rows));
}
