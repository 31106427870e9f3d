/* Maps. Each <div data-map> of a page (pages/map.html) becomes a Leaflet map; without this script the words and the link
 * to the list stay. What is shown comes from /map/*.json and is what its reader would see in a list. */
(() => {
  'use strict';
  const L = window.L;
  if (L.MarkerCluster) L.MarkerCluster.mergeOptions({keyboard: false});
  const COLOURS = {ok: '#127a54', soon: '#d98205', late: '#c5223c', joint: '#6a41bd', held: '#6b7087', done: '#5d7391'};
  const MARKS = {
    ok: '<circle cx="13" cy="12" r="4.6" fill="#fff"/>',
    soon: '<path d="M13 6.5v6.5M13 15.6v1.6" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/>',
    late: '<path d="m9.4 8.4 7.2 7.2m0-7.2-7.2 7.2" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/>',
    joint: '<path d="m8.6 12.2 3.2 3.1 5.6-6.2" fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/>',
    held: '<path d="M10.6 8v8m4.8-8v8" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/>',
    done: '<rect x="9" y="8" width="8" height="8" fill="#fff"/>',
  };
  const SHAPES = {
    late: 'M13 1 25 12 13 33 1 12Z', // a point upwards, as the triangle of the lights
    soon: 'M2 1h22v17l-11 15L2 18Z', // a square
  };
  const ROUND = 'M13 1C6.4 1 1 6.3 1 12.8 1 21.4 13 33 13 33s12-11.6 12-20.2C25 6.3 19.6 1 13 1Z';
  const ORDER = ['late', 'soon', 'joint', 'ok', 'held', 'done'];
  const FILLS = ['#dfe9f8', '#e6f1e3', '#f6ecda', '#ebe4f5', '#e0f0f2', '#f7e6e6', '#eef0dc', '#e4e8f0'];

  const pin_svg = state =>
    '<svg width="26" height="34" viewBox="0 0 26 34" aria-hidden="true">' +
    `<path d="${SHAPES[state] || ROUND}" fill="${COLOURS[state]}" stroke="#fff" stroke-width="1.4"/>${MARKS[state]}</svg>`;

  const element = (name, attributes = {}, ...children) => {
    const e = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
    e.append(...children);
    return e;
  };

  async function get_json(address, open) {
    const reply = await fetch(address, {credentials: open ? 'omit' : 'same-origin', headers: {accept: 'application/geo+json'}});
    if (!reply.ok) throw new Error(`${address}: ${reply.status}`);
    return reply.json();
  }

  class PlaceMap {
    constructor(box) {
      this.box = box;
      this.div = box.querySelector('[data-map]');
      this.words = this.div.dataset;
      this.div.replaceChildren();
      this.map = L.map(this.div, {zoomControl: false, attributionControl: true, zoomSnap: 0.5, maxZoom: 19, minZoom: 7});
      this.map.attributionControl.setPrefix(false);
      L.control.zoom({position: 'topright', zoomInTitle: this.words.zoomIn, zoomOutTitle: this.words.zoomOut}).addTo(this.map);
      this.map.getPane('markerPane').setAttribute('aria-hidden', 'true'); // the list says the same, by keyboard too
      this.div.setAttribute('role', 'region');
      this.div.setAttribute('aria-label', `${this.words.title}. ${this.words.keyboard}`);
      if (this.words.tiles) this.add_tiles();
      this.map.setView(this.start(), Number(this.words.zoom || 13));
      this.names = L.layerGroup().addTo(this.map);
      this.map.on('zoomend', () => this.show_names());
    }

    start() {
      const [lon, lat] = (this.words.at || '').split(',').map(Number);
      return Number.isFinite(lon) && Number.isFinite(lat) && this.words.at ? [lat, lon] : [38.49, 102.17];
    }

    // Tianditu's vector map with its labels, when the district has a key: WGS-84, no shift.
    add_tiles() {
      for (const layer of ['vec', 'cva']) {
        L.tileLayer(this.words.tiles.replaceAll('{layer}', layer), {subdomains: '01234567', maxZoom: 18}).addTo(this.map);
      }
    }

    async fill() {
      try {
        if (this.words.own) this.add_own();
        else await this.add_places('streets', true);
        if (this.words.communities) await this.add_places('communities', true);
        if (this.words.cases) await this.add_cases();
        if (this.words.point) this.add_point();
        if (this.words.grids) await this.add_places('grids', false);
        if (this.words.marks) this.add_marks();
        if (this.words.pick) this.add_picking();
        if (this.words.draw) this.add_drawing();
      } catch (problem) {
        this.div.append(element('p', {class: 'empty', role: 'status'}, this.words.failed));
      }
      this.buttons();
    }

    // Areas that stand in the page itself, shown whole at the beginning: they need no network.
    add_own() {
      const layer = L.geoJSON(JSON.parse(this.words.own), {interactive: false,
        style: {color: '#1a5fc4', weight: 2, dashArray: '6 4', fillColor: '#dfe9f8', fillOpacity: 0.75}}).addTo(this.map);
      layer.eachLayer(part => { part.label = part.feature.properties.name; });
      this.places = {own: layer};
      if (!this.words.at) this.map.fitBounds(layer.getBounds(), {padding: [12, 12], animate: false});
      this.show_names();
    }

    async add_places(level, open) {
      const within = this.words.street && level !== 'streets' ? `&street=${encodeURIComponent(this.words.street)}` : '';
      const data = await get_json(`/map/places.json?level=${level}${within}`, open);
      const streets = level === 'streets';
      const fill = f => streets
        ? {color: '#6f93cf', weight: 1.6, fillColor: FILLS[f.properties.id % FILLS.length], fillOpacity: 0.75}
        : {color: '#8ea6c9', weight: 0.8, dashArray: level === 'grids' ? '' : '4 3', fill: false};
      const layer = L.geoJSON(data, {interactive: false, style: fill}).addTo(this.map);
      if (streets) layer.bringToBack();
      this.places = this.places || {};
      this.places[level] = layer;
      layer.eachLayer(part => { part.label = part.feature.properties.name; });
      if (data.features.some(f => f.properties.synthetic)) {
        this.map.attributionControl.addAttribution(this.words.synthetic);
      }
      if (streets && layer.getLayers().length) {
        const own = layer.getLayers().find(part => String(part.feature.properties.id) === this.words.street);
        if (!this.words.at) this.map.fitBounds((own || layer).getBounds(), {padding: [12, 12], animate: false});
      }
      this.show_names();
      return layer;
    }

    // Names of streets; of communities too when one is near enough to read them.
    show_names() {
      this.names.clearLayers();
      for (const [level, layer] of Object.entries(this.places || {})) {
        if (!['streets', 'own'].includes(level) && this.map.getZoom() < 14.5) continue;
        if (level === 'grids' && this.map.getZoom() < 16) continue;
        layer.eachLayer(part => L.tooltip({permanent: true, direction: 'center', className: 'place-name', interactive: false})
          .setLatLng(part.getBounds().getCenter()).setContent(element('span', {}, part.label)).addTo(this.names));
      }
    }

    // --- cases

    async add_cases() {
      const data = await get_json(this.words.cases);
      this.cases = data.features;
      if (this.pins) this.map.removeLayer(this.pins);
      const bubbles = L.markerClusterGroup ? L.markerClusterGroup({showCoverageOnHover: false, maxClusterRadius: 38,
        disableClusteringAtZoom: 17, iconCreateFunction: cluster => this.cluster(cluster)}) : L.layerGroup();
      for (const f of this.cases) bubbles.addLayer(this.pin(f));
      this.pins = bubbles;
      if (!this.heat_shown) bubbles.addTo(this.map);
      if (!this.fitted && !this.words.street && !this.words.at && this.cases.length > 1) {
        const points = this.cases.map(f => [f.geometry.coordinates[1], f.geometry.coordinates[0]]);
        this.map.fitBounds(L.latLngBounds(points).pad(0.12), {animate: false}); // far land without cases makes the rest small
      }
      this.fitted = true;
      this.count();
      this.list(data.more);
    }

    pin(f) {
      const [lon, lat] = f.geometry.coordinates;
      const icon = L.divIcon({className: `pin ${f.properties.state}`, html: pin_svg(f.properties.state), iconSize: [26, 34],
        iconAnchor: [13, 33], popupAnchor: [0, -30]});
      const marker = L.marker([lat, lon], {icon, keyboard: false, title: `${f.properties.title} · ${f.properties.stage}`});
      marker.state = f.properties.state;
      marker.bindPopup(() => this.about(f));
      return marker;
    }

    about(f) {
      const p = f.properties;
      const box = element('div');
      box.append(element('b', {}, p.title));
      if (p.href) box.append(element('a', {href: p.href}, p.code));
      box.append(element('small', {}, [p.stage, p.light || this.words[p.state]].filter(Boolean).join(' · ')));
      return box;
    }

    cluster(cluster) {
      const states = cluster.getAllChildMarkers().map(m => m.state);
      const worst = states.includes('late') ? 'late' : states.includes('soon') ? 'soon' : '';
      const size = states.length < 10 ? 34 : states.length < 100 ? 40 : 48;
      return L.divIcon({className: '', iconSize: [size, size],
        html: `<span class="cluster ${worst}"><svg width="${size - 6}" height="${size - 6}" viewBox="0 0 40 40" ` +
          `aria-hidden="true"><text x="20" y="25" text-anchor="middle" font-size="15" fill="#fff">${states.length}</text>` +
          '</svg></span>'});
    }

    // The legend with its numbers.
    count() {
      const key = this.box.querySelector('.map-key');
      if (!key) return;
      key.replaceChildren();
      for (const state of ORDER) {
        const n = this.cases.filter(f => f.properties.state === state).length;
        if (!n) continue;
        const row = element('li');
        row.innerHTML = pin_svg(state);
        row.append(`${this.words[state]} `, element('b', {}, String(n)));
        key.append(row);
      }
      key.hidden = !key.children.length;
    }

    // What the pins say, for those who read or go by keyboard; the most pressing first.
    list(more) {
      const box = this.box.querySelector('.map-list ol');
      if (!box) return;
      const sorted = [...this.cases].sort((a, b) => ORDER.indexOf(a.properties.state) - ORDER.indexOf(b.properties.state));
      box.replaceChildren(...sorted.slice(0, 300).map(f => {
        const p = f.properties;
        const words = ` ${p.title} · ${p.stage}${p.light ? ` · ${p.light}` : ''}`;
        return element('li', {}, p.href ? element('a', {href: p.href}, p.code) : '', words);
      }));
      if (!sorted.length) box.append(element('li', {}, this.words.none));
      if (more) box.append(element('li', {}, this.words.more));
    }

    // --- pins, heat, grids

    buttons() {
      for (const button of (this.box.closest('.card') || this.box).querySelectorAll('[data-show]')) {
        button.addEventListener('click', () => this.show(button));
      }
    }

    show(button) {
      const layer = button.dataset.show;
      if (layer === 'grids') {
        const on = button.getAttribute('aria-pressed') !== 'true';
        button.setAttribute('aria-pressed', String(on));
        if (this.places.grids) {
          if (on) this.places.grids.addTo(this.map);
          else this.map.removeLayer(this.places.grids);
        } else if (on) {
          this.add_places('grids', false).catch(() => button.setAttribute('aria-pressed', 'false'));
        }
        return;
      }
      this.heat_shown = layer === 'heat';
      for (const other of button.parentNode.querySelectorAll('[data-show=pins], [data-show=heat]')) {
        other.setAttribute('aria-pressed', String(other === button));
      }
      if (this.heat) this.map.removeLayer(this.heat);
      if (this.heat_shown && L.heatLayer) {
        this.map.removeLayer(this.pins);
        this.heat = L.heatLayer(this.cases.map(f => [f.geometry.coordinates[1], f.geometry.coordinates[0], 0.6]),
          {radius: 26, blur: 20, maxZoom: 15}).addTo(this.map);
      } else {
        this.pins.addTo(this.map);
      }
    }

    // --- one place, and picking one

    add_point() {
      const state = this.words.pointState || 'ok';
      const icon = L.divIcon({className: 'pin', html: pin_svg(state), iconSize: [26, 34], iconAnchor: [13, 33]});
      this.point = L.marker(this.start(), {icon, keyboard: false, interactive: false}).addTo(this.map);
    }

    // Findings of a drawing, numbered as in the table below the map.
    add_marks() {
      const points = this.words.marks.split(' ').map(pair => pair.split(',').map(Number).reverse());
      points.forEach((at, i) => {
        const icon = L.divIcon({className: 'mark', html: `<b>${i + 1}</b>`, iconSize: [24, 24]});
        L.marker(at, {icon, keyboard: false, title: String(i + 1)}).addTo(this.map);
      });
      const own = this.places.own?.getBounds();
      if (own) this.map.fitBounds(points.reduce((all, at) => all.extend(at), own), {padding: [12, 12], animate: false});
      else if (points.length) this.map.fitBounds(L.latLngBounds(points).pad(0.3), {animate: false, maxZoom: 17});
    }

    // Corners pressed one after the other stand in a field of lines, which can be typed into as well.
    add_drawing() {
      const field = document.getElementById(this.words.draw);
      if (!field) return;
      const shape = L.polygon([], {color: '#b3261e', weight: 2}).addTo(this.map);
      const corners = () => field.value.split('\n').map(line => line.trim().split(/[,\s]+/).map(Number))
        .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
      const dots = L.layerGroup().addTo(this.map);
      const show = () => {
        const at = corners().map(([x, y]) => [y, x]);
        shape.setLatLngs(at);
        dots.clearLayers();
        for (const point of at) L.circleMarker(point, {radius: 4, color: '#b3261e', interactive: false}).addTo(dots);
      };
      const keep = lines => {
        field.value = lines.map(([x, y]) => `${x.toFixed(6)}, ${y.toFixed(6)}`).join('\n');
        show();
      };
      this.map.on('click', event => keep([...corners(), [event.latlng.wrap().lng, event.latlng.wrap().lat]]));
      field.addEventListener('change', show);
      const bar = element('p', {class: 'map-draw'});
      for (const [word, lines] of [[this.words.undo, () => corners().slice(0, -1)], [this.words.clear, () => []]]) {
        const button = element('button', {type: 'button', class: 'button small'}, word);
        button.addEventListener('click', () => keep(lines()));
        bar.append(button, ' ');
      }
      this.div.after(bar);
      show();
    }

    add_picking() {
      const [lon, lat] = this.words.pick.split(' ').map(name => document.getElementById(name));
      if (!lon || !lat) return;
      const show = () => {
        const x = Number(lon.value), y = Number(lat.value);
        if (!lon.value || !lat.value || !Number.isFinite(x) || !Number.isFinite(y)) return;
        if (!this.picked) {
          const icon = L.divIcon({className: 'pin', html: pin_svg('joint'), iconSize: [26, 34], iconAnchor: [13, 33]});
          this.picked = L.marker([y, x], {icon, keyboard: false}).addTo(this.map);
        }
        this.picked.setLatLng([y, x]);
        if (!this.map.getBounds().contains([y, x])) this.map.setView([y, x], Math.max(this.map.getZoom(), 15));
      };
      this.map.on('click', event => {
        const at = event.latlng.wrap();
        lon.value = at.lng.toFixed(6);
        lat.value = at.lat.toFixed(6);
        lon.dispatchEvent(new Event('change', {bubbles: true}));
        lat.dispatchEvent(new Event('change', {bubbles: true}));
        show();
      });
      for (const field of [lon, lat]) field.addEventListener('change', show);
      show();
    }
  }

  const maps = [];
  const begin = () => {
    for (const box of document.querySelectorAll('.map-box')) {
      if (box.dataset.drawn || !box.querySelector('[data-map]')) continue;
      box.dataset.drawn = '1';
      const map = new PlaceMap(box);
      maps.push(map);
      map.fill();
    }
  };
  // Others draw anew what changed: document.dispatchEvent(new Event('cases-changed')).
  document.addEventListener('cases-changed', () => {
    for (const map of maps) if (map.words.cases) map.add_cases().catch(() => {});
  });
  document.addEventListener('htmx:afterSettle', begin);
  begin();
})();
