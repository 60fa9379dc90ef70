'use strict';
(() => {
  const { map, words } = JSON.parse(document.getElementById('data').textContent);
  const svg = document.getElementById('map');
  const panel = document.getElementById('panel');
  const search = document.getElementById('search');
  const matches = document.getElementById('matches');
  const kinds = document.getElementById('kinds');
  const nodes = [...svg.querySelectorAll('.node')].sort((a, b) => a.dataset.node - b.dataset.node);
  const lines = [...svg.querySelectorAll('.edge, .phrase')].map(element => (
    { element, edges: element.dataset.edges.split(' ').map(Number) }));

  // ---- Names

  const textOf = value => value.label ?? value.literal ?? value.iri ?? '';
  const iriOf = value => value.iri ?? null;
  const placeOf = new Map(map.nodes.map((node, index) => [iriOf(node), index]));
  const local = iri => (iri ?? '').replace(/[#/]+$/, '').split(/[#/]/).pop();
  const times = new Map();
  for (const node of map.nodes) times.set(local(node.iri), (times.get(local(node.iri)) ?? 0) + 1);
  const address = node => times.get(local(node.iri)) === 1 && local(node.iri) ? local(node.iri) : node.iri ?? textOf(node);
  const marks = { uncertain: ' ?', inferred: ' ∴', inherited: ' ↑' };
  const phrase = edge => (edge.status === 'denied' ? '✗ ' : '') + textOf(edge.property) + (marks[edge.status] ?? '');
  const groupOf = node => {
    if (node.side === 'shared') return map.sides.map(textOf).join(' & ');
    if (node.side) return textOf(map.sides[node.side.of] ?? {});
    return node.kind ? textOf(node.kind) : words.other;
  };

  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  // ---- The view

  const [, , width, height] = svg.getAttribute('viewBox').split(' ').map(Number);
  const DEEPEST = 6, CLICK = 4;
  let view = { x: 0, y: 0, scale: 1 };

  const room = () => ({ width: Math.max(svg.clientWidth, 1), height: Math.max(svg.clientHeight, 1) });
  const whole = () => Math.min(room().width / width, room().height / height, 1.5);
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

  function show(x, y, scale) {
    const { width: w, height: h } = room();
    scale = clamp(scale, whole() * 0.6, Math.max(DEEPEST, whole()));
    // The middle of the view stays on the map.
    x = clamp(x, -w / scale / 2, width - w / scale / 2);
    y = clamp(y, -h / scale / 2, height - h / scale / 2);
    view = { x, y, scale };
    svg.setAttribute('viewBox', [x, y, w / scale, h / scale].map(n => n.toFixed(1)).join(' '));
  }

  function fit() {
    const scale = whole();
    show((width - room().width / scale) / 2, (height - room().height / scale) / 2, scale);
  }

  function zoom(factor, at) {
    const { left, top } = svg.getBoundingClientRect();
    const px = at ? at.clientX - left : room().width / 2;
    const py = at ? at.clientY - top : room().height / 2;
    const x = view.x + px / view.scale, y = view.y + py / view.scale;
    const scale = clamp(view.scale * factor, whole() * 0.6, Math.max(DEEPEST, whole()));
    show(x - px / scale, y - py / scale, scale);
  }

  const pan = (dx, dy) => show(view.x - dx / view.scale, view.y - dy / view.scale, view.scale);

  function bringIntoView(index) {
    const box = nodes[index].getBBox();
    const { width: w, height: h } = room();
    const margin = Number(nodes[index].ownerSVGElement.dataset.margin);
    const x = box.x + margin + box.width / 2, y = box.y + margin + box.height / 2;
    const scale = Math.max(view.scale, Math.min(1, DEEPEST));
    const inside = x > view.x + 40 && x < view.x + w / view.scale - 40 && y > view.y + 30 && y < view.y + h / view.scale - 30;
    if (!inside || view.scale < 0.6) show(x - w / scale / 2, y - h / scale / 2, scale);
  }

  // ---- Pointers: one drags, two pinch

  const pointers = new Map();
  let travelled = 0;

  svg.addEventListener('pointerdown', event => {
    if (event.button > 0) return;
    pointers.set(event.pointerId, event);
    if (pointers.size === 1) travelled = 0;
  });
  svg.addEventListener('pointermove', event => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const dx = event.clientX - before.clientX, dy = event.clientY - before.clientY;
    if (pointers.size === 1) {
      if (travelled < CLICK && Math.hypot(dx, dy) < CLICK) return;
      travelled = CLICK;
      svg.setPointerCapture(event.pointerId);
      svg.classList.add('moving');
      pan(dx, dy);
    } else {
      travelled = CLICK;
      const other = [...pointers.values()].find(pointer => pointer.pointerId !== event.pointerId);
      const apart = pointer => Math.hypot(pointer.clientX - other.clientX, pointer.clientY - other.clientY);
      if (apart(before) > 0) zoom(apart(event) / apart(before), other);
    }
    pointers.set(event.pointerId, event);
  });
  for (const name of ['pointerup', 'pointercancel']) {
    svg.addEventListener(name, event => {
      pointers.delete(event.pointerId);
      if (pointers.size === 0) svg.classList.remove('moving');
    });
  }
  svg.addEventListener('click', event => {
    if (travelled >= CLICK) { travelled = 0; return; }
    const node = event.target.closest('.node');
    choose(node ? Number(node.dataset.node) : null);
  });
  svg.addEventListener('wheel', event => {
    event.preventDefault();
    zoom(Math.exp(-clamp(event.deltaY * (event.deltaMode ? 30 : 1), -240, 240) * 0.002), event);
  }, { passive: false });

  // ---- What is chosen

  let chosen = null;

  function choose(index, { move = false, address: write = true } = {}) {
    chosen = index;
    svg.classList.toggle('chosen', index !== null);
    const linked = new Set();
    const near = new Set([index]);
    map.edges.forEach((edge, number) => {
      if (edge.source === index || edge.target === index) {
        linked.add(number);
        near.add(edge.source).add(edge.target);
      }
    });
    for (const { element, edges } of lines) element.classList.toggle('lit', edges.some(edge => linked.has(edge)));
    nodes.forEach((node, number) => {
      node.classList.toggle('lit', near.has(number));
      node.classList.toggle('here', number === index);
      node.setAttribute('aria-pressed', String(number === index));
    });
    if (index === null) panel.replaceChildren(...about());
    else {
      panel.replaceChildren(...facts(index));
      if (move) bringIntoView(index);
    }
    panel.scrollTop = 0;
    if (write) {
      const hash = index === null ? '' : '#' + encodeURIComponent(address(map.nodes[index]));
      if (location.hash !== hash) history.replaceState(null, '', hash || location.pathname + location.search);
    }
  }

  function follow() {
    let name = location.hash.slice(1);
    try { name = decodeURIComponent(name); } catch { /* an address typed by hand */ }
    const index = map.nodes.findIndex(node => name && (address(node) === name || node.iri === name));
    choose(index < 0 ? null : index, { move: true, address: false });
  }

  // ---- The panel

  const heading = text => make('h3', { textContent: text });

  function about() {
    const keys = words.keys.map(([key, does]) => make('li', {}, make('kbd', { textContent: key }), ' ' + does));
    return [
      make('p', { className: 'hint', textContent: words.hint }),
      make('p', { className: 'hint', textContent: `${words.concepts} ${map.nodes.length} · ${words.links} ${map.edges.length}` }),
      heading(words.keysTitle),
      make('ul', { className: 'keys' }, ...keys),
    ];
  }

  function reference(value) {
    const index = iriOf(value) ? placeOf.get(iriOf(value)) : undefined;
    if (index === undefined) return document.createTextNode(textOf(value));
    const button = make('button', { className: 'to', type: 'button', textContent: textOf(value) });
    button.addEventListener('click', () => { choose(index, { move: true }); nodes[index].focus({ preventScroll: true }); });
    return button;
  }

  function sources(list) {
    if (!list?.length) return '';
    const names = list.map(source => source.line ? words.line.replace('#', source.line) : local(source.iri) || source.iri);
    return make('span', { className: 'sources', textContent: '[' + names.join(', ') + ']' });
  }

  function entry(value) {
    const line = make('dd', { className: value.status ?? '' });
    line.append(value.value ? reference(value.value) : words['not-stated']);
    if (value.status && value.status !== 'stated' && value.value) line.append(` (${words[value.status] ?? value.status})`);
    if (value.via) line.append(` ← ${textOf(value.via)}`);
    for (const extra of value.qualifiers ?? []) line.append(` · ${textOf(extra.property)}: ${textOf(extra.value)}`);
    line.append(sources(value.sources));
    return line;
  }

  function facts(index) {
    const node = map.nodes[index];
    const parts = [make('h2', { textContent: textOf(node) })];
    if (node.second_label) parts.push(make('p', { className: 'second', textContent: node.second_label }));
    if (node.kind || node.side) parts.push(make('p', {}, make('span', { className: 'kind', textContent: groupOf(node) })));
    if (node.description) parts.push(make('p', { textContent: node.description }));
    if (/^https?:/i.test(node.iri ?? '')) {
      parts.push(make('p', {}, make('a', { className: 'to', href: node.iri, rel: 'noopener noreferrer', textContent: node.iri })));
    }
    if (node.facts?.length) {
      const list = make('dl');
      for (const group of node.facts) {
        const arrow = group.direction === 'in' ? '← ' : '';
        list.append(make('dt', { textContent: arrow + textOf(group.property) }), ...group.values.map(entry));
      }
      parts.push(heading(words.facts), list);
    }
    const links = map.edges.filter(edge => edge.source === index || edge.target === index);
    if (links.length) {
      const list = make('ul');
      for (const edge of links) {
        const [subject, object] = [edge.source, edge.target].map(end => (
          end === index ? make('b', { textContent: textOf(map.nodes[end]) }) : reference(map.nodes[end])));
        list.append(make('li', { className: edge.status }, subject, ` ─ ${phrase(edge)} → `, object, sources(edge.sources)));
      }
      parts.push(heading(words.neighbours), list);
    }
    if (node.more) parts.push(make('p', { className: 'hint', textContent: words.more.replace('#', node.more) }));
    return parts;
  }

  // ---- Search

  const plain = text => (text ?? '').normalize('NFC').toLocaleLowerCase();
  const names = map.nodes.map(node => [textOf(node), node.second_label, local(node.iri)].map(plain));
  let found = [], current = 0;

  function list() {
    const wanted = plain(search.value.trim());
    const rank = index => Math.min(...names[index].map(name => {
      const at = wanted ? name.indexOf(wanted) : -1;
      return at < 0 ? 9 : name === wanted ? 0 : at === 0 ? 1 : 2;
    }));
    found = map.nodes.map((_, index) => index).filter(index => rank(index) < 9)
      .sort((a, b) => rank(a) - rank(b) || a - b).slice(0, 8);
    current = 0;
    matches.replaceChildren(...found.map((index, number) => {
      const node = map.nodes[index];
      const line = make('li', { id: `match${number}`, role: 'option', textContent: textOf(node) });
      if (node.second_label) line.append(make('small', { textContent: node.second_label }));
      // Before the input loses the focus, which would close the list.
      line.addEventListener('pointerdown', event => { event.preventDefault(); take(number); });
      return line;
    }));
    if (wanted && !found.length) matches.append(make('li', { className: 'hint', textContent: words.nothing }));
    mark();
  }

  function mark() {
    matches.hidden = !matches.children.length;
    search.setAttribute('aria-expanded', String(!matches.hidden));
    found.forEach((_, number) => matches.children[number].setAttribute('aria-selected', String(number === current)));
    if (found.length) search.setAttribute('aria-activedescendant', `match${current}`);
    else search.removeAttribute('aria-activedescendant');
  }

  function take(number) {
    const index = found[number];
    if (index === undefined) return;
    reveal(index);
    choose(index, { move: true });
    close();
  }

  function close() {
    found = [];
    matches.replaceChildren();
    mark();
  }

  search.addEventListener('input', list);
  search.addEventListener('focus', list);
  search.addEventListener('blur', close);
  search.addEventListener('keydown', event => {
    // While an input method composes, Enter ends the syllable and means nothing else (keyCode 229: Safari).
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter') { event.preventDefault(); take(current); }
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (found.length) current = (current + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % found.length;
      mark();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      if (search.value) { search.value = ''; close(); } else search.blur();
    }
  });

  // ---- Filter by kind

  const hidden = new Set();
  const groups = [...new Set(map.nodes.map(groupOf))].sort((a, b) => a.localeCompare(b));

  function filter() {
    nodes.forEach((node, index) => node.classList.toggle('gone', hidden.has(groupOf(map.nodes[index]))));
    const away = index => hidden.has(groupOf(map.nodes[index]));
    for (const { element, edges } of lines) {
      element.classList.toggle('gone', edges.every(edge => away(map.edges[edge].source) || away(map.edges[edge].target)));
    }
    for (const frame of svg.querySelectorAll('.cluster')) {
      const members = frame.dataset.members.split(' ').map(Number);
      frame.classList.toggle('gone', members.every(away));
    }
    for (const button of kinds.children) button.setAttribute('aria-pressed', String(!hidden.has(button.textContent)));
    if (chosen !== null && away(chosen)) choose(null);
  }

  function reveal(index) {
    if (hidden.delete(groupOf(map.nodes[index]))) filter();
  }

  if (groups.length > 1) {
    for (const group of groups) {
      const button = make('button', { type: 'button', textContent: group });
      button.addEventListener('click', () => { if (!hidden.delete(group)) hidden.add(group); filter(); });
      kinds.append(button);
    }
    filter();
  }

  // ---- Keys

  document.addEventListener('keydown', event => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') { choose(null); document.activeElement?.blur(); return; }
    if (event.target === search) return;
    const step = 60;
    const acts = {
      '/': () => { search.focus(); search.select(); },
      '0': fit,
      '+': () => zoom(1.25),
      '=': () => zoom(1.25),
      '-': () => zoom(0.8),
    };
    if (!panel.contains(event.target)) Object.assign(acts, {
      ArrowLeft: () => pan(step, 0),
      ArrowRight: () => pan(-step, 0),
      ArrowUp: () => pan(0, step),
      ArrowDown: () => pan(0, -step),
    });
    const node = event.target.closest?.('.node');
    if (node) acts.Enter = acts[' '] = () => choose(Number(node.dataset.node), { move: true });
    const act = acts[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  svg.addEventListener('focusin', event => {
    const node = event.target.closest('.node');
    if (node?.matches(':focus-visible')) bringIntoView(Number(node.dataset.node));
  });

  for (const [id, act] of [['in', () => zoom(1.25)], ['out', () => zoom(0.8)], ['fit', fit]]) {
    document.getElementById(id).addEventListener('click', act);
  }

  addEventListener('resize', () => show(view.x, view.y, view.scale));
  addEventListener('hashchange', follow);
  addEventListener('beforeprint', () => svg.setAttribute('viewBox', `0 0 ${width} ${height}`));
  addEventListener('afterprint', () => show(view.x, view.y, view.scale));
  fit();
  follow();
})();
