/* SPDX-License-Identifier: MIT */
/* The bank-conflict map: how requests to local memory fall on its 32 banks. */
'use strict';

const SHOWN_SITES = 12;
const BANK_KINDS = {local_load: 'read', local_store: 'write', load: 'read', store: 'write'};

function bankStrip(counts) {
  const most = Math.max(1, ...counts), height = 56, step = 20;
  return svg('svg', {class: 'banks', viewBox: '0 0 ' + counts.length * step + ' ' + (height + 16), role: 'img',
    'aria-label': 'requests by bank: ' + counts.map((count, bank) => bank + ': ' + figure(count)).join(', ')},
  counts.map((count, bank) => {
    const size = count > 0 ? Math.max(1.5, count / most * height) : 0;
    return svg('g', {}, svg('title', {}, 'bank ' + bank + ': ' + figure(count)),
      svg('rect', {class: 'slot', x: bank * step + 1, y: 0, width: step - 2, height}),
      svg('rect', {class: 'on', x: bank * step + 1, y: height - size, width: step - 2, height: size}),
      svg('text', {x: bank * step + step / 2, y: height + 12}, bank));
  }));
}

function bankSite(data, kernel, site) {
  const counts = list(site.banks).slice(0, 64).map(number);
  const used = counts.filter(count => count > 0).length;
  const lines = sourceLines(data, site.file || kernel.file) || [];
  const degree = number(site.conflict_degree);
  return el('figure', {class: 'bank-site'},
    el('figcaption', {}, el('b', {}, 'line ' + figure(site.line) + ', ' + (BANK_KINDS[site.kind] || text(site.kind) || 'access')),
      degree ? ' \u2014 conflict degree ' + figure(degree) + (degree > 1.005 ? ' \u25b2' : ', none') : '',
      ' \u2014 ' + plural(used, 'bank') + ' of ' + counts.length + ' in use', ' ',
      el('code', {}, text(lines[number(site.line) - 1]).trim())),
    bankStrip(counts));
}

function drawBanks(data, kernel) {
  const sites = list(kernel.banks).map(object).filter(site => list(site.banks).length > 0);
  if (sites.length === 0) return null;
  return [el('h4', {}, 'Local memory: use of the banks'),
    el('p', {class: 'quiet'}, 'Words that requests wanted of each bank. A few high ones mean that work-items queue up there. All alike is good where the conflict degree is 1 as well: sums over steps even out.'),
    sites.slice(0, SHOWN_SITES).map(site => bankSite(data, kernel, site)),
    sites.length > SHOWN_SITES ? empty(plural(sites.length - SHOWN_SITES, 'more place') + ' not shown.') : null];
}
