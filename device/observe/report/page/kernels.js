/* SPDX-License-Identifier: MIT */
/* Kernels: a line for each, which opens to its figures, advice, source, lanes and banks. */
'use strict';

const FILTER_FROM = 12;

function kernelId(name) {
  return 'kernel-' + encodeURIComponent(text(name).replace(/[\ud800-\udfff]/g, '_')).slice(0, 200);
}

const chipsOf = ['simt_efficiency', 'global_load', 'global_store', 'local_load', 'occupancy'];

/* Where devices differ, kernels of one name are told apart by the profile. */
function profileChip(data, kernel) {
  const profiles = new Set(list(data.devices).map(device => text(object(device).profile)));
  return profiles.size > 1 && kernel.profile ? el('span', {class: 'chip'}, el('span', {class: 'quiet'}, 'profile'), ' ', text(kernel.profile)) : null;
}

function kernelSummary(data, kernel, place) {
  const words = new Map(list(kernel.words).map(row => [row.id, row]));
  const advice = list(kernel.advice);
  return el('summary', {}, el('span', {class: 'rank'}, place + 1), el('b', {class: 'kernel-name'}, kernel.name),
    el('span', {class: 'chips'}, profileChip(data, kernel),
      kernel.traced === false ? el('span', {class: 'chip'}, 'no figures: no traced build') : null,
      chipsOf.filter(id => words.has(id)).map(id => el('span', {class: 'chip'},
        el('span', {class: 'quiet'}, words.get(id).title), ' ', words.get(id).value.replace(' sectors per request', '').replace('conflict degree ', '\u00d7'))),
      advice.length ? el('span', {class: advice[0].strong ? 'chip strong' : 'chip'}, el('span', {class: 'mark'}, advice[0].strong ? '\u25b2 ' : '\u25cb '),
        advice[0].title, advice.length > 1 ? ' +' + (advice.length - 1) : '') : null));
}

/* How well something is used, from 0 to 1: the longer the bar, the better. */
const inverse = value => value > 0 ? 1 / value : 0;
const measured = {
  simt_efficiency: kernel => number(kernel.simt_efficiency),
  branches: kernel => kernel.branches ? 1 - number(kernel.divergent_branches) / kernel.branches : 0,
  global_load: kernel => sectorsUsed(object(kernel.global_load)),
  global_store: kernel => sectorsUsed(object(kernel.global_store)),
  constant_load: kernel => inverse(object(kernel.constant_load).sectors_per_request),
  local_load: kernel => inverse(object(kernel.local_load).conflict_degree),
  local_store: kernel => inverse(object(kernel.local_store).conflict_degree),
  atomics: kernel => inverse(object(kernel.atomics).contention),
  occupancy: kernel => number(object(kernel.occupancy).fraction),
};

/* The sectors that would do, of those touched: a sub-group that reads one value needs one. */
function sectorsUsed(access) {
  const touched = number(access.sectors_per_request), useful = number(access.useful_bytes_fraction);
  return touched > 0 && useful > 0 ? Math.max(1, touched * useful) / touched : 0;
}

function wordsTable(kernel) {
  const rows = list(kernel.words);
  if (rows.length === 0) return null;
  return el('table', {class: 'words'}, rows.some(row => measured[row.id]) ? el('caption', {class: 'quiet'}, 'Bars: how well it is used; the longer, the better.') : null, el('tbody', {}, rows.map(row => el('tr', {},
    el('th', {scope: 'row'}, row.title),
    el('td', {class: 'value'}, row.value),
    el('td', {class: 'meter'}, measured[row.id] ? bar(measured[row.id](kernel)) : null),
    el('td', {}, row.words)))));
}

function kernelBody(data, kernel) {
  const parts = [];
  if (kernel.traced === false)
    parts.push(empty('This kernel has no traced build, so only its launches are known. Compile it with vgpu-cc (vgpu_add_kernels in CMake), or write it in OpenCL C, and its figures appear here.'));
  if (kernel.profiled === false)
    parts.push(empty('Only the timeline tells of this kernel. A profile (VGPU_PROFILE, VGPU_REPORT) has its figures.'));
  const advice = list(kernel.advice);
  parts.push(advice.length ? adviceList(advice, 10, true)
    : kernel.traced === false || kernel.profiled === false ? null : empty('No rule of advice applies: nothing stands out.'));
  parts.push(wordsTable(kernel), drawEstimate(kernel), drawSource(data, kernel), drawLanes(data, kernel), drawBanks(data, kernel));
  return parts.flat(Infinity).filter(Boolean);
}

function kernelEntry(data, kernel, place) {
  const body = el('div', {class: 'kernel-body'});
  const entry = el('details', {class: 'kernel', id: kernelId(kernel.name)}, kernelSummary(data, kernel, place), body);
  entry.draw = () => {
    if (!body.hasChildNodes()) body.append(...kernelBody(data, kernel));
  };
  entry.addEventListener('toggle', () => entry.open && entry.draw());
  return entry;
}

function filterBox(entries) {
  const input = el('input', {type: 'search', id: 'filter', autocomplete: 'off'});
  const said = el('span', {class: 'quiet', 'aria-live': 'polite'});
  input.addEventListener('input', () => {
    const part = input.value.toLowerCase();
    let left = 0;
    for (const entry of entries) {
      entry.hidden = !entry.querySelector('.kernel-name').textContent.toLowerCase().includes(part);
      left += !entry.hidden;
    }
    said.textContent = part ? ' ' + left + ' of ' + entries.length : '';
  });
  return el('p', {class: 'choose'}, el('label', {for: 'filter'}, 'Show kernels whose name has '), input, said);
}

function openEntry(entry) {
  entry.open = true;
  entry.draw();
}

function openLinked() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target && target.matches('details.kernel')) {
    openEntry(target);
    target.scrollIntoView();
  }
}

function drawKernels(data, section) {
  const entries = list(data.kernels).map((kernel, i) => kernelEntry(data, object(kernel), i));
  if (entries.length === 0) {
    section.append(empty('No kernel was launched.'));
    return;
  }
  if (entries.length >= FILTER_FROM) section.append(filterBox(entries));
  section.append(...entries);
  openEntry(entries[0]);
  window.addEventListener('hashchange', openLinked);
  window.addEventListener('beforeprint', () => entries.slice(0, 10).forEach(openEntry));
  openLinked();
}
