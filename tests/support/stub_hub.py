"""A board's page at a clock and a socket that are toys in the page: a month of calls passes in
seconds. All else is the page as it is.
"""

#: To run before the page's own scripts. `toy.begin(snapshot)`, then `toy.calls(n)`: n calls told as
#: the hub tells them; `toy.run(until)` moves the clock (ms), `toy.snapshot` is the hall.
TOYS = """
window.toy = {now: 0, timers: new Map(), next: 1, on: {}};
performance.now = () => toy.now;
window.setTimeout = (act, ms) => { toy.timers.set(toy.next, {at: toy.now + (ms || 0), act}); return toy.next++; };
window.setInterval = (act, ms) => { toy.timers.set(toy.next, {at: toy.now + ms, act, every: ms}); return toy.next++; };
window.clearTimeout = window.clearInterval = id => { toy.timers.delete(id); };
toy.run = until => {
  for (;;) {
    let first = null;
    toy.timers.forEach((timer, id) => { if (timer.at <= until && (!first || timer.at < first[1].at)) first = [id, timer]; });
    if (!first) { toy.now = until; return; }
    const [id, timer] = first;
    toy.now = timer.at;
    if (timer.every) timer.at += timer.every; else toy.timers.delete(id);
    timer.act();
  }
};
// a stretch in which nothing is told: every interval comes round once, as in a tab the browser lets sleep
toy.leap = ms => { toy.run(toy.now + ms % 1000); const until = toy.now + ms; toy.timers.forEach(timer => { timer.at = Math.max(timer.at, until - 1); }); toy.run(until); };
const io = () => ({active: true, on(name, act) { toy.on[name] = act; }, emit(verb, body, answer) { answer({ok: true, seq: 0}); }, connect() {}, disconnect() {}});
Object.defineProperty(window, "io", {get: () => io, set() {}});
toy.begin = snapshot => { toy.snapshot = snapshot; toy.start = snapshot.at; toy.on.connect(); toy.on.snapshot(snapshot); };
toy.calls = n => {
  for (let i = 0; i < n; i++) {
    const seq = toy.snapshot.seq + 1, at = toy.start + toy.now, counter = 1 + seq % 12, number = "A" + (100 + seq % 800);
    const row = {seq, number, counter, zone: "K1", calls: 1, at, state: "CALLED", priority: false};
    const counters = toy.snapshot.counters.map(c => c.counter === counter ? Object.assign({}, c, {number, ticket_state: "CALLED", called_at: at}) : c);
    toy.snapshot = Object.assign({}, toy.snapshot, {seq, at, counters, calls: [row].concat(toy.snapshot.calls).slice(0, 12)});
    toy.on.called(Object.assign({say: []}, row));
    toy.on.speak({id: "c" + seq, group: "hall-1", seq, kind: "called", number, counter, zone: "K1", say: [], volume: 1, chime: true, seconds: 5, expires_at: at + 9000, mute: true});
    toy.on.snapshot(toy.snapshot);
    // every tenth call second by second; the others with every timer once, as in a tab the browser slows down
    if (i % 10 === 9) { toy.run(toy.now + 6500 + i % 3 * 3000); toy.leap(2500000); } else { toy.run(toy.now + 100); toy.leap(6400 + i % 3 * 3000); }
  }
};
"""
