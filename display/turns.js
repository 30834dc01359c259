/* The calls take turns: each is shown for at least 6 s and spoken to its end, in the order they came, even when ten come in one second.
   Luot.turns(hands) → {add, drop, current, waiting, lag}; hands = {now, later, show(call|null), speak(call, readings, done), seconds(readings), spoken(call)}.
   No DOM and no sound in here: the clock and the hands are given. Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = root.Luot = root.Luot || {};
  var SHOWN = 6000;        // at least so long in the large place
  var GROUND = 10000;      // the gold ground stays so long when nobody else is called
  var LONG_LINE = 20;      // seconds of calls waiting, beyond which repeats go, then English
  var OVERDUE = 90000;     // who waited so long for a turn is shown together with others, by chime only: the hall has moved on
  var TOGETHER = 6;
  var GUARD = 5000;        // a loudspeaker that never says it has ended must not stop the hall

  /** What is read of a call when the line of calls is short (0), long (1: once each), longer (2: the first language only). */
  function readings(call, thrift) {
    var said = (call.say || []).slice(0, thrift > 1 ? 1 : undefined);
    return said.map(function (one) { return { lang: one.lang, text: one.text, clips: one.clips, times: thrift ? 1 : one.times || 1 }; });
  }

  Luot.turns = function (hands) {
    var line = [], current = null, since = 0, done = false, turn = 0;

    function need(call, thrift) { return Math.max(SHOWN / 1000, hands.seconds(readings(call, thrift))); }

    function length(thrift, calls) { return calls.reduce(function (sum, call) { return sum + need(call, thrift); }, 0); }

    function thrift(calls) { return length(0, calls) <= LONG_LINE || calls.length < 2 ? 0 : length(1, calls) <= LONG_LINE ? 1 : 2; }

    // More calls than any voice can say: those overdue come up together, so that none is lost and the line ends.
    function overdue() {
      var late = line.filter(function (call) { return hands.now() - call.since > OVERDUE; });
      return late.length > 1 ? line.splice(0, Math.min(late.length, TOGETHER)) : null;
    }

    function next() {
      var mine = turn += 1, level = thrift(line), together = overdue(), chosen;
      current = together ? { group: together, seqs: [], seq: together[together.length - 1].seq } : line.shift();
      since = hands.now(); done = false;
      chosen = readings(current, level);
      hands.show(current);
      function ended(heard) {
        if (mine !== turn || done) { return; }
        done = true;
        hands.spoken(current, heard !== false);
        check();
      }
      hands.later(ended.bind(null, false), hands.seconds(chosen) * 1000 + GUARD);
      hands.later(check, SHOWN + 10);
      hands.later(check, GROUND + 10);
      hands.speak(current, chosen, ended);
    }

    function check() {
      var shown = hands.now() - since;
      if (!current) { if (line.length) { next(); } return; }
      if (!done || shown < SHOWN) { return; }
      if (line.length) { next(); } else if (shown >= GROUND) { current = null; hands.show(null); }
    }

    return {
      /** Puts a call in line; the same ticket called again to the same counter before its turn is said once. */
      add: function (call) {
        var same = line.filter(function (one) { return one.number === call.number && String(one.counter) === String(call.counter); })[0];
        if (same) {
          same.seqs.push(call.seq);
          same.calls = call.calls; same.at = call.at; same.seq = call.seq;
          if (call.say && call.say.length) { same.say = call.say; }
          return;
        }
        line.push(Object.assign({}, call, { seqs: [call.seq], since: hands.now() }));
        check();
      },
      /** Takes calls out of the line before their turn: those for which `gone` says so (undone, cancelled). */
      drop: function (gone) { line = line.filter(function (call) { return !gone(call); }); },
      current: function () { return current; },
      waiting: function () { return line.slice(); },
      /** Seconds until a call that came now would have its turn. */
      lag: function () { return current || line.length ? length(thrift(line), line) + (current ? Math.max(0, need(current, 2) - (hands.now() - since) / 1000) : 0) : 0; }
    };
  };
  Luot.turns.readings = readings;
})(window);
