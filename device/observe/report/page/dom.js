/* SPDX-License-Identifier: MIT */
/* Making elements. Text from the document only ever becomes text nodes and attributes made here. */
'use strict';

/* el('p', {class: 'x', onclick: f}, 'text', child, [more]) */
function el(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined).map(
    child => child instanceof Node ? child : document.createTextNode(plain(child))));
  return element;
}

/* plain - control characters, and those that turn the direction of text, are shown, not obeyed. */
function plain(text) {
  return String(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    c => '\u27e8' + c.codePointAt(0).toString(16).padStart(2, '0') + '\u27e9');
}

/* What documents hold may be of any type. */
const list = value => Array.isArray(value) ? value : [];
const object = value => value && typeof value === 'object' ? value : {};
const number = value => typeof value === 'number' && Math.abs(value) < 1e15 ? value : 0;
const lineNumber = value => Number.isInteger(value) && value > 0 && value < 1e7 ? value : 0;
const text = value => value === null || value === undefined ? '' : String(value);

/* Numbers as the sentences have them: 12.5, 4, 1 048 576. */
function figure(value) {
  value = number(value);
  if (Math.abs(value) < 100) return String(Number(value.toPrecision(3)));
  return Math.round(value).toString().replace(/\B(?=(\d{3})+(?!\d))/g, Math.abs(value) < 10000 ? '' : '\u2009');
}

function scaled(value, step, units) {
  let unit = 0;
  for (value = number(value); Math.abs(value) >= step && unit + 1 < units.length; unit++) value /= step;
  return figure(value) + '\u00a0' + units[unit];
}

const bytes = value => scaled(value, 1024, ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']);
const time = us => Math.abs(number(us)) < 1 && us ? figure(us * 1000) + '\u00a0ns' : scaled(us, 1000, ['\u00b5s', 'ms', 's']);
const percent = share => figure(100 * number(share)) + '\u00a0%';
const plural = (count, one, many) => figure(count) + ' ' + (count === 1 ? one : many || one + 's');

/* bar - how long, beside a number that says the same. */
function bar(share, kind) {
  const width = Math.max(0, Math.min(1, number(share))) * 100;
  return el('span', {class: 'bar ' + (kind || ''), 'aria-hidden': 'true'},
    el('span', {style: 'width:' + width.toFixed(1) + '%'}));
}

/* table - columns: [{head, cell(row), number: bool}]. */
function table(label, columns, rows) {
  return el('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label},
    el('table', {},
      el('thead', {}, el('tr', {}, columns.map(c => el('th', {scope: 'col', class: c.number ? 'number' : null}, c.head)))),
      el('tbody', {}, rows.map(row => el('tr', {},
        columns.map(c => el('td', {class: c.number ? 'number' : null}, c.cell(row))))))));
}

const empty = words => el('p', {class: 'empty'}, words);
