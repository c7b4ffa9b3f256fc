/* SPDX-License-Identifier: MIT */
/* A kernel's estimated time on a GPU: what each bound would take alone, and how sure that is. */
'use strict';

const ESTIMATE_TERMS = [
  ['memory', 'Memory', 'bytes at the bandwidth of global memory'],
  ['arithmetic', 'Arithmetic', 'instructions, and turns of memory requests, in the compute units'],
  ['latency', 'Latency', 'waiting for global memory, as far as other sub-groups do not hide it'],
];

const nanoseconds = ns => time(number(ns) / 1000);

/* rangeBar - from low to high, with a mark where it is most likely; the numbers stand beside it. */
function rangeBar(low, likely, high, most) {
  const place = ns => (Math.max(0, Math.min(1, number(ns) / most)) * 100).toFixed(1);
  return el('span', {class: 'range', 'aria-hidden': 'true'},
    el('span', {class: 'likely', style: 'width:' + place(likely) + '%'}),
    el('span', {class: 'between', style: 'left:' + place(low) + '%;right:' + (100 - place(high)).toFixed(1) + '%'}));
}

function estimateRow(estimate, most, [id, title, words]) {
  const prefix = id ? id + '_' : '';
  const [ns, low, high] = ['ns', 'low_ns', 'high_ns'].map(end => number(estimate[prefix + end]));
  const bounds = id && id === estimate.bound;
  return el('tr', {class: id ? null : 'sum'},
    el('th', {scope: 'row'}, title, bounds ? el('span', {class: 'bound'}, ' \u25c0 bound') : null),
    el('td', {class: 'number'}, nanoseconds(ns)),
    el('td', {}, rangeBar(low, ns, high, most)),
    el('td', {class: 'number'}, nanoseconds(low)), el('td', {class: 'number'}, nanoseconds(high)),
    el('td', {class: 'quiet'}, words));
}

function drawEstimate(kernel) {
  const estimate = object(kernel.estimate);
  if (!(number(estimate.ns) > 0)) return null;
  const most = Math.max(number(estimate.ns), ...ESTIMATE_TERMS.map(([id]) => number(estimate[id + '_high_ns'])), number(estimate.high_ns));
  const here = number(kernel.time_us);
  return [el('h4', {}, 'Estimated time for the profile ', text(estimate.profile)),
    el('p', {class: 'quiet'}, 'An estimate, no measurement: how long a GPU with the figures of ', text(estimate.device) || 'the device',
      ' would take for all launches, from what was counted here. The longest of three times bounds it; each is what would be needed if the other two took none.',
      here > 0 ? ' Here, on this machine and while it was watched, it took ' + time(here) + '.' : '',
      estimate.sampled ? ' Scaled up from a sample of work-groups.' : '',
      estimate.cached ? ' The buffers fit into the cache, so each is taken to be moved once.' : ''),
    el('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'estimated time'},
      el('table', {class: 'estimate'},
        el('thead', {}, el('tr', {}, ['', 'about', '', 'from', 'to', ''].map((head, i) =>
          el('th', {scope: 'col', class: i % 2 || i === 4 ? 'number' : null}, head)))),
        el('tbody', {}, ESTIMATE_TERMS.map(term => estimateRow(estimate, most, term)),
          estimateRow(estimate, most, ['', 'The kernel', 'from: the best of caches, and all waiting hidden. to: no cache, and nothing at the same time']))))];
}
