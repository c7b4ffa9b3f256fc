/* SPDX-License-Identifier: MIT */
/* Findings of the checks, each with the source around it. */
'use strict';

const SHOWN_FINDINGS = 200;
const CONTEXT_LINES = 2;

const fileName = path => text(path).split('/').pop() || 'source';

function sourceLines(data, file) {
  const sources = list(data.sources).map(object);
  const found = sources.find(source => source.name === file) ||
    sources.find(source => fileName(source.name) === fileName(file)) ||
    (sources.length === 1 && !file ? sources[0] : null);
  return found ? text(found.text).split('\n') : null;
}

function sourceContext(data, file, line, code) {
  const lines = sourceLines(data, file);
  if (!lines || !line || line > lines.length) return code ? el('pre', {class: 'context'}, text(code)) : null;
  const first = Math.max(1, line - CONTEXT_LINES), last = Math.min(lines.length, line + CONTEXT_LINES);
  const rows = [];
  for (let n = first; n <= last; n++)
    rows.push(el('div', {class: n === line ? 'here' : null},
      el('span', {class: 'gutter'}, (n === line ? '\u25b6 ' : '  ') + String(n).padStart(4)), '  ' + lines[n - 1]));
  return el('pre', {class: 'context', tabindex: '0', 'aria-label': 'source around line ' + line}, rows);
}

function ids(value) {
  return Array.isArray(value) ? '(' + value.map(v => figure(v)).join(', ') + ')' : text(value);
}

/* A side of a finding: who did what, where. */
function findingSide(side) {
  side = object(side);
  const who = side.item === undefined ? text(side.kernel) : 'work-item ' + ids(side.item) +
    (side.local === undefined ? '' : ', local ' + ids(side.local)) + (side.group === undefined ? '' : ', of work-group ' + ids(side.group));
  return [who, text(side.access), text(side.object), side.line ? 'in line ' + figure(side.line) : ''].filter(Boolean).join(' ');
}

function findingFacts(finding) {
  const facts = [];
  if (finding.buffer) facts.push(['Buffer', typeof finding.buffer === 'object' ? text(finding.buffer.label) : finding.buffer]);
  if (finding.address !== undefined) facts.push(['Address', finding.address]);
  for (const side of list(finding.sides)) facts.push(['Side ' + (facts.filter(fact => fact[0].startsWith('Side')).length + 1), findingSide(side)]);
  if (number(finding.count) > 1) facts.push(['Seen', figure(finding.count) + ' times']);
  return facts.length ? el('dl', {class: 'facts'}, facts.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value)))) : null;
}

function findingItem(data, finding) {
  return el('li', {class: 'finding'},
    el('p', {class: 'advice-head'}, el('span', {class: 'mark'}, '\u2716 ' + (text(finding.kind) || 'finding')),
      finding.kernel ? el('a', {href: '#' + kernelId(finding.kernel)}, finding.kernel) : null,
      finding.line ? el('span', {class: 'place'}, fileName(finding.file) + ':' + finding.line + (finding.column ? ':' + finding.column : '')) : null),
    el('p', {}, text(finding.text)), sourceContext(data, finding.file, lineNumber(finding.line), finding.code), findingFacts(finding),
    finding.advice ? el('p', {class: 'todo'}, el('b', {}, 'What to do: '), finding.advice) : null);
}

function drawFindings(data, section) {
  const findings = list(data.findings).map(object);
  if (findings.length === 0) {
    const checks = list(data.checks);
    section.append(empty(checks.length ? 'None. Checked were: ' + checks.join(', ') + '.'
      : 'No check was switched on. VGPU_CHECK=memory,race,barrier,uninit finds wrong accesses, races and the like.'));
    return;
  }
  section.append(el('ul', {class: 'advices'}, findings.slice(0, SHOWN_FINDINGS).map(f => findingItem(data, f))));
  if (findings.length > SHOWN_FINDINGS)
    section.append(empty(plural(findings.length - SHOWN_FINDINGS, 'more finding') + ' are not shown.'));
}
