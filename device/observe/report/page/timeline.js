/* SPDX-License-Identifier: MIT */
/* The timeline: a lane for each queue and compute unit, zoomed and walked by mouse or keyboard. */
'use strict';

const LANE_HEIGHT = 24, AXIS_HEIGHT = 24, SHOWN_LANES = 64, LETTER_WIDTH = 6.9;
const TRANSFER = {name: 'transfer', css: 'transfer'}, LINK = {name: 'on a link, as modelled', css: 'transfer'};
const KINDS = {
  k: {name: 'kernel', css: 'kernel'}, g: {name: 'work-groups', css: 'group'}, r: TRANSFER, w: TRANSFER, c: TRANSFER, m: TRANSFER,
  u: TRANSFER, i: TRANSFER, l: LINK, f: {name: 'fill', css: 'fill'}, o: {name: 'other command', css: 'other'}, b: {name: 'build', css: 'build'},
};

/* Queues first, then the units that serve them and their links, then the rest. */
function laneOrder(lanes) {
  const ranks = {queue: 1, unit: 2, link: 2}, rank = lane => Object.hasOwn(ranks, text(lane.kind)) ? ranks[lane.kind] : 3;
  return lanes.map((lane, index) => ({...lane, index})).sort((a, b) => rank(a) - rank(b) || number(a.device) - number(b.device)
    || (a.kind === 'link') - (b.kind === 'link') || a.index - b.index);
}

/* The document's spans as objects, by lane, each lane in order of time. */
function readTimeline(timeline) {
  const names = list(timeline.names), order = laneOrder(list(timeline.lanes).map(object)), places = new Map(order.map((lane, place) => [lane.index, place]));
  const ofDevice = lane => lane.kind === 'unit' || lane.kind === 'link', several = order.some(lane => ofDevice(lane) && number(lane.device) > 0);
  const lanes = order.slice(0, SHOWN_LANES).map(lane => several && ofDevice(lane)
    ? {...lane, name: 'device ' + number(lane.device) + ', ' + text(lane.name).replace(/^compute /, '')} : lane);
  const spans = list(timeline.spans).map((row, index) => {
    const [lane, start, duration, name, kind, moved, waited] = list(row);
    return {index, lane: places.get(lane), start: number(start), end: number(start) + Math.max(0, number(duration)),
      name: text(names[number(name)]), kind: Object.hasOwn(KINDS, text(kind)) ? KINDS[kind] : KINDS.o, bytes: number(moved), waited: number(waited)};
  });
  const byLane = lanes.map(() => []);
  for (const span of spans) if (byLane[span.lane]) byLane[span.lane].push(span);
  for (const lane of byLane) lane.sort((a, b) => a.start - b.start);
  const shown = byLane.flat();
  return {lanes, spans, byLane, start: shown.reduce((least, s) => Math.min(least, s.start), Infinity),
    end: shown.reduce((most, s) => Math.max(most, s.end), -Infinity),
    arrows: list(timeline.arrows).map(list).filter(([a, b]) => spans[a] && spans[b])};
}

/* visibleBoxes - what of a lane is in view; spans too small to see alone are put together. */
function visibleBoxes(spans, view, scale) {
  const boxes = [];
  for (const span of spans) {
    if (span.end < view.start) continue;
    if (span.start > view.end) break;
    const x = Math.max(-2, (span.start - view.start) * scale), end = Math.min(view.width + 2, (span.end - view.start) * scale);
    const last = boxes[boxes.length - 1];
    if (last && end - last.x < 3 && last.kind === span.kind) {
      last.width = Math.max(last.width, end - last.x);
      last.spans.push(span);
    } else boxes.push({x, width: Math.max(1.5, end - x), kind: span.kind, spans: [span]});
  }
  return boxes;
}

function boxText(box) {
  const room = Math.floor((box.width - 8) / LETTER_WIDTH), name = plain(box.spans[0].name);
  if (box.spans.length > 1 || room < 3) return '';
  return name.length <= room ? name : name.slice(0, room - 1) + '\u2026';
}

function tickStep(range, count) {
  const rough = range / count, power = Math.pow(10, Math.floor(Math.log10(rough)));
  return power * [1, 2, 5, 10].find(step => step * power >= rough);
}

function describe(span, origin) {
  return [span.kind.name + ' \u201c' + span.name + '\u201d', 'from ' + time(span.start - origin), 'for ' + time(span.end - span.start),
    span.bytes ? bytes(span.bytes) : '', span.waited > 0 ? 'waited ' + time(span.waited) + ' before it' : ''].filter(Boolean).join(', ');
}

class Timeline {
  constructor(model, holder) {
    this.model = model;
    this.holder = holder;
    this.selected = null;
    const margin = (model.end - model.start) * 0.01 || 1;
    this.whole = {start: model.start - margin, end: model.end + margin};
    this.view = {...this.whole};
    this.height = AXIS_HEIGHT + model.lanes.length * LANE_HEIGHT + 2;
    this.svg = svg('svg', {class: 'timeline', height: this.height, tabindex: '0', role: 'application', 'aria-describedby': 'timeline-keys',
      'aria-label': 'Timeline of ' + plural(model.spans.length, 'span') + ' in ' + plural(model.lanes.length, 'lane')});
    this.status = el('p', {class: 'status', 'aria-live': 'polite'}, 'Choose a box to see what it is and what it waited for.');
    this.listen();
    holder.append(this.buttons(), this.svg, this.status);
    new ResizeObserver(() => this.draw()).observe(holder);
  }

  buttons() {
    const button = (label, words, act) => el('button', {type: 'button', title: words, 'aria-label': words, onclick: act}, label);
    return el('div', {class: 'buttons'}, button('+', 'zoom in', () => this.zoom(0.5)), button('\u2212', 'zoom out', () => this.zoom(2)),
      button('\u2190', 'earlier', () => this.pan(-0.25)), button('\u2192', 'later', () => this.pan(0.25)),
      button('whole run', 'whole run', () => this.look(this.whole.start, this.whole.end)),
      el('ul', {class: 'legend'}, [...new Set(Object.values(KINDS))].map(kind => el('li', {},
        svg('svg', {width: 22, height: 12, 'aria-hidden': 'true'}, svg('rect', {class: 'span ' + kind.css, width: 22, height: 12})), ' ' + kind.name))));
  }

  listen() {
    const keys = {'+': () => this.zoom(0.5), '=': () => this.zoom(0.5), '-': () => this.zoom(2), '0': () => this.look(this.whole.start, this.whole.end),
      ArrowLeft: () => this.walk(-1, 0), ArrowRight: () => this.walk(1, 0), ArrowUp: () => this.walk(0, -1), ArrowDown: () => this.walk(0, 1),
      PageUp: () => this.pan(-0.5), PageDown: () => this.pan(0.5), Escape: () => this.select(null)};
    this.svg.addEventListener('keydown', event => {
      if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      keys[event.key]();
      event.preventDefault();
    });
    this.svg.addEventListener('wheel', event => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.zoom(event.deltaY > 0 ? 1.25 : 0.8, event.offsetX - this.margin);
    }, {passive: false});
    this.svg.addEventListener('pointerdown', event => this.drag(event));
  }

  drag(down) {
    let x = down.clientX;
    const move = event => {
      this.pan((x - event.clientX) / this.width());
      x = event.clientX;
    };
    const up = () => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', up);
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', up);
  }

  /* Names of lanes take more room where there is some. */
  measure() {
    const style = getComputedStyle(this.holder);
    this.room = this.holder.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    this.margin = this.room > 700 ? 210 : 96;
  }

  width() {
    return Math.max(120, this.room - this.margin);
  }

  look(start, end) {
    const range = Math.min(this.whole.end - this.whole.start, Math.max((this.whole.end - this.whole.start) * 1e-7, end - start));
    start = Math.min(Math.max(this.whole.start, start), this.whole.end - range);
    this.view = {start, end: start + range};
    this.draw();
  }

  zoom(factor, at) {
    const range = this.view.end - this.view.start, share = at === undefined ? this.focusShare() : at / this.width();
    const centre = this.view.start + range * share;
    this.look(centre - range * factor * share, centre + range * factor * (1 - share));
  }

  /* focusShare - zooming by key keeps the chosen span where it is. */
  focusShare() {
    const span = this.selected, range = this.view.end - this.view.start;
    return span ? Math.min(1, Math.max(0, ((span.start + span.end) / 2 - this.view.start) / range)) : 0.5;
  }

  pan(share) {
    const range = this.view.end - this.view.start;
    this.look(this.view.start + range * share, this.view.end + range * share);
  }

  walk(along, down) {
    const {byLane} = this.model, from = this.selected || byLane.flat()[0];
    if (!from) return;
    if (!this.selected) return this.select(from);
    let lane = from.lane;
    if (along) return this.select(byLane[lane][byLane[lane].indexOf(from) + along] || from);
    do lane += down; while (byLane[lane] && byLane[lane].length === 0);
    if (byLane[lane]) this.select(byLane[lane].find(span => span.end >= from.start) || byLane[lane][byLane[lane].length - 1]);
  }

  select(span) {
    this.selected = span;
    this.status.textContent = span ? plain(describe(span, this.model.start)) : 'Nothing chosen.';
    const range = this.view.end - this.view.start;
    if (span && (span.end < this.view.start || span.start > this.view.end)) this.look(span.start - range / 2, span.start + range / 2);
    else this.draw();
  }

  draw() {
    this.measure();
    const view = {...this.view, width: this.width()}, scale = view.width / (view.end - view.start);
    this.svg.setAttribute('width', this.margin + view.width);
    this.svg.replaceChildren(this.patterns(), this.axis(view, scale),
      ...this.model.lanes.map((lane, i) => this.lane(lane, i, view, scale)), this.arrows(view, scale));
  }

  /* Kinds differ by pattern, not by colour only. */
  patterns() {
    const pattern = (id, ...shapes) => svg('pattern', {id, width: 6, height: 6, patternUnits: 'userSpaceOnUse'}, shapes);
    return svg('defs', {}, pattern('hatch', svg('rect', {class: 'ground transfer', width: 6, height: 6}), svg('path', {class: 'ink', d: 'M-1 1l2-2M0 6l6-6M5 7l2-2'})),
      pattern('dots', svg('rect', {class: 'ground fill', width: 6, height: 6}), svg('circle', {class: 'ink', cx: 3, cy: 3, r: 1.1})),
      svg('clipPath', {id: 'lanes-clip'}, svg('rect', {x: this.margin, y: 0, width: this.width(), height: this.height})),
      svg('marker', {id: 'tip', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto'}, svg('path', {class: 'tip', d: 'M0 0L8 4L0 8z'})));
  }

  axis(view, scale) {
    const step = tickStep(view.end - view.start, Math.max(2, view.width / 110)), origin = this.model.start, ticks = [];
    const first = Math.ceil((view.start - origin) / step), count = Math.min(100, Math.floor((view.end - origin) / step) - first + 1);
    for (let i = 0; i < count; i++) {
      const at = (first + i) * step;
      const x = this.margin + (at + origin - view.start) * scale;
      ticks.push(svg('line', {class: 'tick', x1: x, x2: x, y1: AXIS_HEIGHT - 6, y2: this.height}),
        x + 48 > this.margin + view.width ? '' : svg('text', {class: 'tick-text', x: x + 3, y: AXIS_HEIGHT - 10}, time(Math.abs(at) < step / 1e6 ? 0 : at)));
    }
    return svg('g', {}, ticks);
  }

  lane(lane, index, view, scale) {
    const y = AXIS_HEIGHT + index * LANE_HEIGHT, room = Math.floor((this.margin - 10) / LETTER_WIDTH), name = plain(text(lane.name));
    const said = this.margin < 200 ? name.replace(/^compute | \(.*\)$/g, '') : name;
    return svg('g', {class: 'lane'},
      svg('line', {class: 'tick', x1: 0, x2: this.margin + view.width, y1: y, y2: y}),
      svg('text', {class: 'lane-name', x: 0, y: y + 16}, svg('title', {}, name), said.length > room ? said.slice(0, room - 1) + '\u2026' : said),
      svg('g', {'clip-path': 'url(#lanes-clip)'}, visibleBoxes(this.model.byLane[index], view, scale).map(box => this.box(box, y))));
  }

  box(box, y) {
    const x = this.margin + box.x, chosen = box.spans.includes(this.selected), label = boxText(box);
    const words = box.spans.length > 1 ? box.spans.length + ' of ' + box.kind.name + ': ' + box.spans[0].name + ' \u2026' : describe(box.spans[0], this.model.start);
    return svg('g', {class: chosen ? 'chosen' : null, onclick: () => this.select(box.spans[0])}, svg('title', {}, words),
      svg('rect', {class: 'span ' + box.kind.css, x, y: y + 4, width: box.width, height: LANE_HEIGHT - 7, rx: box.width > 6 ? 2 : 0}),
      label ? svg('text', {class: 'span-text ' + box.kind.css, x: Math.max(x, this.margin) + 4, y: y + 16}, label) : null);
  }

  /* Dependencies of the chosen span; of all, where they are few. */
  arrows(view, scale) {
    const {arrows, spans} = this.model;
    const shown = this.selected ? arrows.filter(([a, b]) => spans[a] === this.selected || spans[b] === this.selected) : arrows.length <= 24 ? arrows : [];
    return svg('g', {class: this.selected ? 'arrows chosen' : 'arrows', 'clip-path': 'url(#lanes-clip)'}, shown.slice(0, 200).map(([a, b]) => this.arrow(spans[a], spans[b], view, scale)));
  }

  arrow(from, to, view, scale) {
    const x = at => this.margin + Math.min(view.width * 2, Math.max(-view.width, (at - view.start) * scale));
    const y = span => AXIS_HEIGHT + span.lane * LANE_HEIGHT + LANE_HEIGHT / 2;
    const x1 = x(from.end), x2 = x(to.start), bend = Math.max(12, Math.abs(x2 - x1) / 2);
    return svg('path', {'marker-end': 'url(#tip)', d: `M${x1} ${y(from)}C${x1 + bend} ${y(from)} ${x2 - bend} ${y(to)} ${x2} ${y(to)}`});
  }
}

function commandTable(model) {
  const commands = model.spans.filter(span => span.kind !== KINDS.g && span.kind !== KINDS.b && span.kind !== LINK);
  return el('details', {class: 'more'}, el('summary', {}, 'The same as a table'), table('Commands', [
    {head: 'From', number: true, cell: span => time(span.start - model.start)},
    {head: 'For', number: true, cell: span => time(span.end - span.start)},
    {head: 'Lane', cell: span => text(object(model.lanes[span.lane]).name)},
    {head: 'Command', cell: span => span.kind.name + ' ' + span.name},
    {head: 'Bytes', number: true, cell: span => span.bytes ? bytes(span.bytes) : ''},
  ], commands.slice(0, 500)), commands.length > 500 ? empty('The first 500 of ' + commands.length + '.') : null);
}

function drawTimeline(data, section) {
  const timeline = object(data.timeline), model = readTimeline(timeline);
  if (!(model.end >= model.start)) {
    section.append(empty('No command was seen, or none was traced.'));
    return;
  }
  const hidden = list(timeline.lanes).length - model.lanes.length;
  if (number(timeline.dropped)) section.append(empty('The newest part: ' + plural(timeline.dropped, 'older span') + ' would not fit and are left out.'));
  section.append(el('p', {class: 'quiet', id: 'timeline-keys'}, 'Keys: arrows walk from box to box, + and \u2212 zoom, 0 shows all. Drag to move, Ctrl and wheel to zoom. Arrows lead from a command to those that waited for it.'));
  const holder = el('div', {class: 'timeline-holder'});
  section.append(holder);
  new Timeline(model, holder).draw();
  if (hidden > 0) section.append(empty(plural(hidden, 'more lane') + ' are not shown.'));
  section.append(commandTable(model));
}
