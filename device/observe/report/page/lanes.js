/* SPDX-License-Identifier: MIT */
/* Divergence: which lanes of a sub-group take part in each step, from top to bottom. */
'use strict';

const SHOWN_STEPS = 400;
const CELL = 9;

function population(mask) {
  let count = 0;
  for (let rest = mask; rest > 0n; rest &= rest - 1n) count++;
  return count;
}

function readMask(hex) {
  return /^(0x)?[0-9a-f]{1,16}$/i.test(text(hex)) ? BigInt('0x' + text(hex).replace(/^0x/i, '')) : 0n;
}

/* mergeSteps - equal steps in a row become one with a count. */
function mergeSteps(steps) {
  const merged = [];
  for (const step of steps) {
    const line = lineNumber(step[0]), mask = readMask(step[1]), last = merged[merged.length - 1];
    if (last && last.line === line && last.mask === mask) last.count += number(step[2]) || 1;
    else merged.push({line, mask, count: number(step[2]) || 1});
  }
  return merged;
}

/* laneRow - the lanes of one step: a run of active lanes is a dashed line, a box for each; the others are dots. */
function laneRow(mask, width) {
  const boxes = [];
  for (let lane = 0; lane < width;) {
    const active = (mask >> BigInt(lane)) & 1n;
    let end = lane + 1;
    while (end < width && ((mask >> BigInt(end)) & 1n) === active) end++;
    if (active) boxes.push(svg('line', {class: 'on', x1: lane * CELL, x2: end * CELL, y1: 6, y2: 6, 'stroke-dasharray': (CELL - 1) + ' 1'}));
    else for (let i = lane; i < end; i++) boxes.push(svg('circle', {class: 'off', cx: i * CELL + CELL / 2, cy: 6, r: 1}));
    lane = end;
  }
  return svg('svg', {class: 'mask', width: width * CELL, height: CELL + 3, viewBox: '0 0 ' + width * CELL + ' ' + (CELL + 3),
    role: 'img', 'aria-label': 'lanes ' + mask.toString(16).padStart(Math.ceil(width / 4), '0')}, boxes);
}

function laneTable(data, kernel, sample, width) {
  const steps = mergeSteps(list(sample.steps));
  const lines = sourceLines(data, sample.file || kernel.file) || [];
  const rows = steps.slice(0, SHOWN_STEPS);
  const part = table('Lanes of a sub-group, step by step', [
    {head: 'Line', number: true, cell: row => row.line || '\u2013'},
    {head: 'Lanes 0 to ' + (width - 1), cell: row => laneRow(row.mask, width)},
    {head: 'Active', number: true, cell: row => population(row.mask) + '/' + width},
    {head: 'Steps', number: true, cell: row => row.count > 1 ? '\u00d7' + figure(row.count) : ''},
    {head: 'Source', cell: row => el('code', {}, text(lines[row.line - 1]).trim())},
  ], rows);
  part.classList.add('lane-table');
  return steps.length > SHOWN_STEPS ? [part, empty('The first ' + SHOWN_STEPS + ' of ' + steps.length + ' steps.')] : part;
}

function drawLanes(data, kernel) {
  const samples = list(kernel.lanes).map(object).filter(sample => list(sample.steps).length > 0);
  if (samples.length === 0) return null;
  const size = number(object(list(data.devices)[0]).sub_group_size) || 32;
  const width = Math.max(1, Math.min(64, number(samples[0].lanes) || size));
  const place = el('div', {});
  const show = index => place.replaceChildren(...[laneTable(data, kernel, samples[index], width)].flat());
  const label = sample => 'work-group ' + ids(sample.group) + ', sub-group ' + figure(sample.sub_group);
  show(0);
  return [el('h4', {}, 'Divergence: lanes over time'),
    el('p', {class: 'quiet'}, 'From top to bottom, the steps of one sub-group. A box is a lane that takes part, a dot one that waits.'),
    samples.length > 1 ? el('label', {class: 'choose'}, 'Sub-group: ',
      el('select', {onchange: event => show(event.target.selectedIndex)}, samples.map(sample => el('option', {}, label(sample)))))
      : el('p', {class: 'quiet'}, label(samples[0])),
    place];
}
