// The page of the stats-aggregator: shows what /stats/stream says, once a second.
'use strict';

const KEPT = 120; // points of the history: two minutes
const history = [];
const at = id => document.getElementById(id);

// all text goes in as text: names come from outside
const cell = (content, className) => {
  const td = document.createElement('td');
  if (content instanceof Node) td.append(content); else td.textContent = content;
  if (className) td.className = className;
  return td;
};

const rows = (id, items, cells, none) => {
  const made = items.map(item => {
    const tr = document.createElement('tr');
    tr.append(...cells(item));
    return tr;
  });
  if (made.length === 0) {
    const tr = document.createElement('tr');
    const td = cell(none, 'none');
    td.colSpan = 20;
    tr.append(td);
    made.push(tr);
  }
  at(id).replaceChildren(...made);
};

const number = n => n === null || n === undefined ? '–' : n.toLocaleString('en', { maximumFractionDigits: 1 });

const duration = s => {
  if (s === null || s === undefined) return '–';
  if (s < 1) return 'less than a second';
  if (s < 90) return Math.round(s) + ' s';
  return s < 5400 ? Math.round(s / 60) + ' min' : (s / 3600).toFixed(1) + ' h';
};

const used = (share, limit, unit) => {
  const box = document.createElement('span');
  const meter = document.createElement('meter');
  meter.max = 1;
  meter.value = share;
  box.append(meter, Math.round(share * 100) + ' % of ' + number(limit) + unit);
  return box;
};

const ago = (then, now) => duration((Date.parse(now) - Date.parse(then)) / 1000);

const gate = node => {
  if (node.breaker === null || node.breaker === undefined) return ['nobody keeps it', 'wait'];
  if (node.cooling_down) return ['closed for a while, as the node asked', 'wait'];
  return node.breaker === 'closed' ? ['open', 'good'] : ['breaker ' + node.breaker.replace('_', ' '), 'bad'];
};

const HEALTH = { healthy: 'good', unhealthy: 'bad' };
const STATE = { up: 'good', not_configured: 'none', failed: 'bad', down: 'bad' };

const show = stats => {
  const activity = at('activity');
  activity.textContent = stats.has_real_traffic ? 'ACTIVE' : 'IDLE';
  activity.className = stats.has_real_traffic ? 'badge active' : 'badge';
  at('notice').textContent = stats.caught_up ? '' : 'Still reading the log: more seems queued than is.';
  at('rps').textContent = number(stats.requests_per_second);
  at('mean').textContent = stats.requests ? number(stats.mean_response_time_ms) : '–';
  at('p95').textContent = stats.requests ? number(stats.response_time_ms.p95) : '–';
  at('queued').textContent = number(stats.pools.reduce((sum, pool) => sum + pool.queued, 0));
  at('flight').textContent = number(stats.pools.reduce((sum, pool) => sum + (pool.in_flight || 0), 0));

  history.push(stats.requests_per_second);
  if (history.length > KEPT) history.shift();
  const highest = Math.max(...history, 1);
  at('highest').textContent = number(highest);
  document.querySelector('#history polyline').setAttribute('points',
    history.map((rps, i) => `${i + KEPT - history.length},${39 - 38 * rps / highest}`).join(' '));

  rows('pools', stats.pools, pool => [
    cell(pool.pool), cell(number(pool.queued)),
    cell(['high', 'normal', 'low'].map(lane => number(pool.queued_by_lane[lane])).join(' / ')),
    cell(number(pool.in_flight)), cell(number(pool.throughput_per_second)),
    cell(pool.wait_ms.count ? number(pool.wait_ms.p50) + ' / ' + number(pool.wait_ms.p95) : '–'),
    cell(pool.service_ms.count ? number(pool.service_ms.p50) + ' / ' + number(pool.service_ms.p95) : '–'),
    cell(number(pool.succeeded)),
    cell(number(pool.failed) + (pool.failed ? ' (' + Object.entries(pool.failures)
      .map(([reason, count]) => reason.replaceAll('_', ' ') + ' ' + count).join(', ') + ')' : ''), pool.failed ? 'bad' : ''),
    cell(number(pool.expired)),
    cell(pool.queued ? duration(pool.drain_seconds.at_limits) : '–'),
  ], 'No pool has a node yet.');

  rows('nodes', stats.nodes, node => {
    const [text, className] = gate(node);
    const since = node.health.since ? ', for ' + ago(node.health.since, stats.at) : '';
    const why = node.health.state === 'unhealthy' ? ': ' + node.health.reason : '';
    return [
      cell(node.id), cell(node.pool), cell(node.health.state + since + why, HEALTH[node.health.state] || 'wait'),
      cell(used(node.limit_used.rpm, node.limits.rpm, '/min')), cell(used(node.limit_used.bpm, node.limits.bpm, ' B/min')),
      cell(number(node.in_flight) + ' of ' + number(node.limits.max_in_flight)),
      cell(number(node.last_minute.errors), node.last_minute.errors ? 'bad' : ''), cell(text, className),
    ];
  }, 'There is no node yet: ./sluice nodes put FILE.');

  rows('workers', stats.workers, worker => [
    cell(worker.id), cell(worker.shards.join(', ') || 'none'), cell(ago(worker.announced_at, stats.at) + ' ago'),
  ], 'No worker is there: what is accepted waits.');

  rows('services', stats.services, service => [
    cell(service.name), cell(service.kind), cell(service.state.replace('_', ' '), STATE[service.state] || ''),
    cell([service.reason, service.detail].filter(Boolean).join(': ')),
  ], 'None.');
};

const stream = new EventSource('stats/stream');
stream.onmessage = event => show(JSON.parse(event.data));
stream.onerror = () => {
  at('notice').textContent = 'No figures: the connection is lost, trying again.';
};
