/* The calls take turns: each is shown for at least 6 s and spoken to its end, in the order they came, even when ten come in one second.
   Where the hub leads the loudspeaker, the large place follows it (lead, ended); without the hub's lead the calls follow one another by themselves.
   Luot.turns(hands) → {add, drop, lead, ended, current, waiting, lag};
   hands = {now, later, show(call|null), speak(call, readings, done), seconds(readings), spoken(call, heard), left(call)}; left is told when a call's turn is over.
   No DOM and no sound in here: the clock and the hands are given. Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = (root.Luot = root.Luot || {});
  var SHOWN = 6000; // at least so long in the large place
  var GROUND = 10000; // the gold ground stays so long when nobody else is called
  var LONG_LINE = 20; // seconds of calls waiting, beyond which repeats go, then English
  var OVERDUE = 90000; // who waited so long for a turn is shown together with others, by chime only: the hall has moved on
  var TOGETHER = 6;
  var GUARD = 5000; // a loudspeaker that never says it has ended must not stop the hall
  var PATIENCE = 1000; // between two led calls the hub says which is next

  /** What is read of a call when the line of calls is short (0), long (1: once each), longer (2: the first language only). */
  function readings(call, thrift) {
    var sentences = (call.say || []).slice(0, thrift > 1 ? 1 : undefined);
    return sentences.map(function (one) {
      return {
        lang: one.lang,
        text: one.text,
        clips: one.clips,
        times: thrift ? 1 : one.times || 1,
      };
    });
  }

  Luot.turns = function (hands) {
    var line = [],
      current = null,
      since = 0,
      done = false,
      turn = 0,
      endedAt = 0;

    function need(call, thrift) {
      return Math.max(SHOWN / 1000, hands.seconds(readings(call, thrift)));
    }

    function length(thrift, calls) {
      return calls.reduce(function (sum, call) {
        return sum + need(call, thrift);
      }, 0);
    }

    function thrift(calls) {
      if (length(0, calls) <= LONG_LINE || calls.length < 2) {
        return 0;
      }
      return length(1, calls) <= LONG_LINE ? 1 : 2;
    }

    // More calls than any voice can say: those overdue come up together, so that none is lost and the line ends.
    function overdue() {
      var n = 0;
      while (
        n < line.length &&
        n < TOGETHER &&
        !line[n].led &&
        (line[n].late || hands.now() - line[n].since > OVERDUE)
      ) {
        n += 1;
      }
      return n > 1 || (n && line[0].late) ? line.splice(0, n) : null;
    }

    function together(calls) {
      return {
        group: calls,
        seqs: [],
        seq: calls[calls.length - 1].seq,
        late: calls.every(function (call) {
          return call.late;
        }),
      };
    }

    function next() {
      var mine = (turn += 1),
        level = thrift(line),
        ripe = overdue(),
        chosen;
      if (current && hands.left) {
        hands.left(current);
      }
      current = ripe ? together(ripe) : line.shift();
      since = hands.now();
      done = false;
      hands.show(current);
      hands.later(check, SHOWN + 10);
      hands.later(check, GROUND + 10);
      if (current.led) {
        hold(current.led);
        return;
      }
      chosen = readings(current, level);
      function ended(heard) {
        if (mine !== turn || done || current.led) {
          return;
        }
        done = true;
        endedAt = 0;
        hands.spoken(current, heard !== false);
        check();
      }
      hands.later(ended.bind(null, false), hands.seconds(chosen) * 1000 + GUARD);
      hands.speak(current, chosen, ended);
    }

    // The hub's loudspeaker says the current call: it keeps its place until the voice has ended.
    function hold(led) {
      var mine = turn;
      current.led = led;
      done = false;
      hands.later(
        function () {
          if (mine === turn) {
            over();
          }
        },
        led.seconds * 1000 + GUARD
      );
    }

    function over() {
      if (done) {
        return;
      }
      done = true;
      endedAt = hands.now();
      check();
      hands.later(check, PATIENCE + 10);
    }

    function check() {
      var shown = hands.now() - since;
      if (!current) {
        if (line.length) {
          next();
        }
        return;
      }
      if (shown < SHOWN || (!done && !(line.length && line[0].led))) {
        return;
      }
      if (line.length) {
        if (line[0].led || !current.led || hands.now() - endedAt >= PATIENCE) {
          next();
        }
      } else if (shown >= GROUND) {
        if (hands.left) {
          hands.left(current);
        }
        current = null;
        hands.show(null);
      }
    }

    function same(call, other) {
      return (
        !call.group &&
        call.number === other.number &&
        String(call.counter) === String(other.counter)
      );
    }

    return {
      /** Puts a call in line; the same ticket called again to the same counter before its turn is said once. */
      add: function (call) {
        var at,
          twin = line.filter(function (one) {
            return same(one, call) && !one.late === !call.late;
          })[0];
        if (twin) {
          twin.seqs.push(call.seq);
          twin.calls = call.calls;
          twin.at = call.at;
          twin.seq = call.seq;
          if (call.say && call.say.length) {
            twin.say = call.say;
          }
          return;
        }
        // one whose fact was lost is found a second later: it goes before those called after it
        at = line.length;
        while (
          !call.late &&
          at > 0 &&
          !line[at - 1].led &&
          !line[at - 1].late &&
          line[at - 1].seq > call.seq
        ) {
          at -= 1;
        }
        line.splice(at, 0, Object.assign({}, call, { seqs: [call.seq], since: hands.now() }));
        check();
      },
      /** Takes calls out of the line before their turn: those for which `gone` says so (undone, cancelled). */
      drop: function (gone) {
        line = line.filter(function (call) {
          return !gone(call);
        });
      },
      /** The hub's loudspeaker says this now, for so many seconds: one of `calls`, or several together. It is next in the large place, or keeps it.
          Answers the calls of the same area that the hub has passed over; they have left the line. */
      lead: function (speech, seconds, area) {
        var calls = speech.calls,
          led = { id: speech.id, seconds: seconds },
          at = 0,
          passed,
          matching;
        function named(call) {
          return calls.some(function (one) {
            return same(call, one);
          });
        }
        matching = line.filter(named);
        line = line.filter(function (call) {
          return !named(call);
        });
        passed = line.filter(function (call) {
          return call.seq < speech.seq && !call.late && !call.led && area(call);
        });
        line = line.filter(function (call) {
          return passed.indexOf(call) < 0;
        });
        if (current && calls.length === 1 && same(current, calls[0])) {
          matching.forEach(function (call) {
            current.seqs = current.seqs.concat(call.seqs);
          });
          hold(led);
          return passed;
        }
        calls = calls.map(function (one) {
          var waiting = matching.filter(function (call) {
            return same(call, one);
          })[0];
          return Object.assign({}, waiting || one, {
            seqs: waiting ? waiting.seqs : [one.seq],
            since: hands.now(),
            late: false,
          });
        });
        // over a line that had stalled several come at once: the one said before is shown before
        while (at < line.length && line[at].led) {
          at += 1;
        }
        line.splice(
          at,
          0,
          Object.assign(calls.length > 1 ? together(calls) : calls[0], { led: led })
        );
        check();
        return passed;
      },
      /** The loudspeaker has said it. */
      ended: function (speech) {
        if (current && current.led && current.led.id === speech.id) {
          over();
        }
      },
      current: function () {
        return current;
      },
      waiting: function () {
        return line.slice();
      },
      /** Seconds until a call that came now would have its turn. */
      lag: function () {
        return current || line.length
          ? length(thrift(line), line) +
              (current ? Math.max(0, need(current, 2) - (hands.now() - since) / 1000) : 0)
          : 0;
      },
    };
  };
  Luot.turns.readings = readings;
})(window);
