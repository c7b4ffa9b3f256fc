/* SPDX-License-Identifier: MIT */
/* The source listing, with a column of numbers and bars for each figure that is chosen. */
'use strict';

const LINES_BEFORE = 4, LINES_AFTER = 1;

/* value: what the bar is as long as. said: the number beside it, where it is another. */
const SOURCE_COLUMNS = [
  {id: 'issues', head: 'Steps', help: 'steps of sub-groups', value: site => number(site.issues)},
  {id: 'lost', head: 'Lanes idle', help: 'share of lanes that do not take part',
    value: site => site.simt_efficiency ? 1 - number(site.simt_efficiency) : 0, said: percent, most: 1},
  {id: 'divergent', head: 'Divergent', help: 'branches that sent a sub-group both ways', value: site => number(site.divergent_branches)},
  {id: 'read', head: 'Read', help: 'sectors per request of global reads', value: site => number(object(site.global_load).sectors_per_request), most: 32},
  {id: 'write', head: 'Write', help: 'sectors per request of global writes', value: site => number(object(site.global_store).sectors_per_request), most: 32},
  {id: 'bank', head: 'Banks', help: 'conflict degree of local memory',
    value: site => Math.max(number(object(site.local_load).conflict_degree), number(object(site.local_store).conflict_degree)), most: 32},
  {id: 'atomic', head: 'Atomics', help: 'work-items at one address', value: site => number(object(site.atomics).contention), most: 32},
];

function heatCell(column, site, most) {
  const value = site ? column.value(site) : 0;
  return el('td', {class: 'heat col-' + column.id}, value > 0
    ? [bar(value / most), el('span', {}, (column.said || figure)(value))] : null);
}

function columnChoice(holder, columns) {
  return el('fieldset', {class: 'choose'}, el('legend', {}, 'Columns'), columns.map(column => el('label', {title: column.help},
    el('input', {type: 'checkbox', checked: true, onchange: event => holder.classList.toggle('hide-' + column.id, !event.target.checked)}),
    ' ' + column.head)));
}

/* shownLines - runs [first, last] of lines around those that have figures. */
function shownLines(numbers, count) {
  const runs = [];
  for (const line of numbers.slice().sort((a, b) => a - b)) {
    const first = Math.max(1, line - LINES_BEFORE), last = Math.max(line, Math.min(count, line + LINES_AFTER));
    const run = runs[runs.length - 1];
    if (run && first <= run[1] + 2) run[1] = Math.max(run[1], last);
    else runs.push([first, last]);
  }
  return runs;
}

function sourceTable(file, lines, sites, columns) {
  const byLine = new Map(sites.map(site => [lineNumber(site.line), site]));
  const most = columns.map(column => Math.max(column.most || 0, ...sites.map(column.value)) || 1);
  const rows = [];
  let before = 0;
  for (const [first, last] of shownLines([...byLine.keys()].filter(line => line > 0), lines.length)) {
    if (before && first > before + 1)
      rows.push(el('tr', {class: 'gap'}, el('td', {colspan: columns.length + 2}, '\u22ef ' + plural(first - before - 1, 'line') + ' without figures')));
    for (let n = first; n <= last; n++)
      rows.push(el('tr', {class: byLine.has(n) ? 'used' : null}, columns.map((c, i) => heatCell(c, byLine.get(n), most[i])),
        el('td', {class: 'gutter'}, n), el('td', {class: 'code'}, el('code', {}, lines.length ? text(lines[n - 1]) : ''))));
    before = last;
  }
  return el('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Source of ' + fileName(file)},
    el('table', {class: 'listing'}, el('thead', {}, el('tr', {},
      columns.map(c => el('th', {scope: 'col', class: 'col-' + c.id, title: c.help}, c.head)), el('th', {scope: 'col'}, 'Line'), el('th', {scope: 'col'}, fileName(file)))),
    el('tbody', {}, rows)));
}

function drawSource(data, kernel) {
  const sites = list(kernel.lines).map(object);
  if (sites.length === 0) return null;
  const columns = SOURCE_COLUMNS.filter(column => sites.some(site => column.value(site) > 0));
  const holder = el('div', {class: 'source'});
  holder.append(columnChoice(holder, columns));
  for (const file of new Set(sites.map(site => text(site.file)))) {
    const lines = sourceLines(data, file);
    if (!lines) holder.append(empty('The text of ' + (fileName(file)) + ' is not in this report; its lines have numbers only.'));
    holder.append(sourceTable(file, lines || [], sites.filter(site => text(site.file) === file), columns));
  }
  return [el('h4', {}, 'Source'), holder];
}
