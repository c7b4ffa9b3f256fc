/* SPDX-License-Identifier: MIT */
/* Draws the page from the document that lies in it. */
'use strict';

function drawHead(data) {
  const name = text(data.program) || 'a program';
  document.title = plain(name) + ' \u2014 vgpu report';
  document.getElementById('title').textContent = plain(name);
  const facts = [];
  if (data.pid) facts.push('process ' + data.pid);
  if (data.when) facts.push(data.when);
  facts.push(plural(list(data.devices).length, 'virtual device'));
  document.getElementById('subtitle').textContent = plain(facts.join(' \u00b7 '));
  const sizes = [...new Set(list(data.devices).map(device => number(device.sub_group_size) || 32))];
  document.getElementById('footer').textContent = 'Made by vgpu ' + plain(text(data.vgpu)) +
    '. Counts of sectors, lanes and banks are what a GPU with sub-groups of ' + (sizes.join(' or ') || 32) +
    ' would see; times are this machine\u2019s, but for those that are called estimates.';
}

const SECTIONS = {
  overview: drawOverview, findings: drawFindings, device: drawDevice, timeline: drawTimeline,
  kernels: drawKernels, transfers: drawTransfers, words: () => {},
};

/* One section that cannot be drawn leaves the others alone, and says so. */
function drawSection(data, id) {
  const section = document.getElementById(id);
  document.getElementById('contents').append(el('a', {href: '#' + id}, section.querySelector('h2').textContent));
  try {
    SECTIONS[id](data, section);
  } catch (error) {
    section.append(empty('This section could not be drawn: ' + error.message));
    console.error(error);
  }
}

const data = object(JSON.parse(document.getElementById('data').textContent));
drawHead(data);
Object.keys(SECTIONS).forEach(id => drawSection(data, id));
document.documentElement.dataset.ready = 'yes';
