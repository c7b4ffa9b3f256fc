/* SPDX-License-Identifier: MIT */
/* The overview: counts, and the advice that matters most. */
'use strict';

const SHOWN_ADVICE = 8;

function adviceItem(advice, inKernel) {
  const where = [];
  if (advice.kernel && !inKernel) where.push(el('a', {href: '#' + kernelId(advice.kernel)}, advice.kernel));
  if (advice.line) where.push(' ', el('span', {class: 'place'}, fileName(advice.file) + ':' + advice.line));
  return el('li', {class: advice.strong ? 'advice strong' : 'advice'},
    el('p', {class: 'advice-head'},
      el('span', {class: 'mark'}, advice.strong ? '\u25b2 important' : '\u25cb worth a look'),
      el('strong', {}, advice.title), where.length ? el('span', {class: 'where'}, where) : null),
    el('p', {}, advice.text));
}

function adviceList(all, shown, inKernel) {
  if (all.length === 0) return null;
  const rest = all.slice(shown);
  return [el('ul', {class: 'advices'}, all.slice(0, shown).map(advice => adviceItem(advice, inKernel))),
    rest.length ? el('details', {class: 'more'}, el('summary', {}, plural(rest.length, 'more piece', 'more pieces') + ' of advice'),
      el('ul', {class: 'advices'}, rest.map(advice => adviceItem(advice, inKernel)))) : null];
}

function tile(value, words, href) {
  return el('li', {}, el('a', {href}, el('b', {}, value), ' ', el('span', {}, words)));
}

function drawOverview(data, section) {
  const kernels = list(data.kernels), findings = list(data.findings);
  const moved = list(data.transfers).reduce((sum, row) => sum + number(row.bytes), 0);
  const totals = object(object(data.timeline).totals);
  section.append(el('ul', {class: 'tiles'},
    tile(figure(kernels.length), kernels.length === 1 ? 'kernel' : 'kernels', '#kernels'),
    tile(figure(kernels.reduce((sum, k) => sum + number(k.launches), 0)), 'launches', '#kernels'),
    tile(figure(findings.length), findings.length === 1 ? 'finding' : 'findings', '#findings'),
    tile(bytes(moved), 'transferred', '#transfers'),
    totals.span_us ? tile(time(totals.span_us), 'first to last command', '#timeline') : null));
  section.append(el('h3', {}, 'What to do first'));
  if (findings.length)
    section.append(el('p', {}, 'See the ', el('a', {href: '#findings'}, findings.length === 1 ? 'finding' : plural(findings.length, 'finding')),
      ': what is wrong comes before what is slow.'));
  const advice = adviceList(list(data.advice), SHOWN_ADVICE);
  if (advice) section.append(...advice.filter(Boolean));
  else if (!findings.length) section.append(empty(kernels.length
    ? 'Nothing stands out: no rule of advice applies to this run.'
    : 'No kernel was seen, so there is nothing to advise. Did the program launch one, with VGPU_PROFILE or VGPU_REPORT set?'));
}
