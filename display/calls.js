/* The calls of a board: which are its own, when each stands in the large place, what its loudspeaker says, and what became of every one.
   The hub tells calls at once (`called`, `recalled`), what was missed behind a cut line (`missed`), and when the loudspeaker's turn has come (`speak`).
   Where no socket gets through, calls are found in the snapshots and the board speaks by itself.
   Luot.calls(hall, has) → {fact, take, turns, account, counts}; has = {snapshot, zone, loud, also, voice, hub, render}. Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = (root.Luot = root.Luot || {});
  var STALE_CALL = 20000; // a call that arrives later than this is shown, never spoken
  var FACT_GRACE = 1000; // a call seen in a snapshot whose fact does not come within this was lost on the way
  var LED = 300000; // the hub led the loudspeaker a moment ago: a call it left out came too late for it
  var KEPT = 400;

  Luot.calls = function (hall, has) {
    var seenSeqs = [],
      ledger = {},
      ledgerOrder = [],
      unread = {},
      speechResults = {},
      saidOrder = [];
    var lates = 0,
      played = 0,
      live = false,
      ledAt = null,
      turns,
      line;

    /* ---- which calls are this board's ---- */

    function zoneOf(id) {
      return has.snapshot().zones.filter(function (one) {
        return one.id === id;
      })[0];
    }

    function groupOf(call) {
      var there = zoneOf(call.zone);
      return there ? there.audio_group : null;
    }

    // one loudspeaker may serve several zones: the board that speaks for it speaks for all of them
    function mine(call) {
      var zone = has.zone(),
        here = zoneOf(zone);
      return (
        !zone || call.zone === zone || (has.loud() && !!here && here.audio_group === groupOf(call))
      );
    }

    function knows(seq) {
      return seenSeqs.indexOf(seq) >= 0;
    }

    function learn(seq) {
      if (!knows(seq)) {
        seenSeqs.push(seq);
        if (seenSeqs.length > KEPT) {
          seenSeqs.shift();
        }
      }
    }

    function onHub() {
      return !!has.hub() && has.hub().how() === "socket";
    }

    // only where no socket gets through does a board speak by itself; on a line that is cut for a while it waits for the hub's word
    function byItself(call) {
      return (
        has.loud() &&
        !!has.hub() &&
        has.hub().how() === "poll" &&
        !call.late &&
        ((has.snapshot().voiced || []).indexOf(groupOf(call)) < 0 || has.also())
      );
    }

    /* ---- what became of each call ---- */

    function entry(call) {
      var one = ledger[call.seq];
      if (!one) {
        one = ledger[call.seq] = {
          seq: call.seq,
          number: call.number,
          counter: call.counter,
          how: null,
          late: false,
          spoken: false,
        };
        ledgerOrder.push(call.seq);
        if (ledgerOrder.length > KEPT) {
          delete ledger[ledgerOrder.shift()];
        }
      }
      return one;
    }

    function late(seq) {
      var one = ledger[seq];
      if (one && !one.late) {
        one.late = true;
        lates += 1;
      }
    }

    function large(call) {
      (call.group || [call]).forEach(function (one) {
        one.seqs.forEach(function (seq) {
          if (ledger[seq]) {
            ledger[seq].how = "large";
          }
        });
      });
    }

    // a counter's row shows its call without waiting for any turn
    function rows() {
      var standing = {};
      has.snapshot().counters.forEach(function (row) {
        if (row.number) {
          standing[row.counter + " " + row.number] = true;
        }
      });
      ledgerOrder.forEach(function (seq) {
        var one = ledger[seq];
        if (!one.how && standing[one.counter + " " + one.number]) {
          one.how = "row";
        }
      });
    }

    /* ---- calls come in ---- */

    function superseded(call) {
      var snapshot = has.snapshot();
      return (
        snapshot.seq > call.seq &&
        snapshot.counters.some(function (row) {
          return (
            String(row.counter) === String(call.counter) &&
            row.number &&
            row.number !== call.number &&
            row.called_at > call.at
          );
        })
      );
    }

    // Its row shows it, or has shown it. A call that nobody could read there (made and over while the line was cut) comes up with others, without gold and sound.
    function tooLate(call) {
      call.seqs.forEach(late);
      unread[call.seq] = call;
      lookForUnread();
    }

    function lookForUnread() {
      rows();
      Object.keys(unread).forEach(function (seq) {
        var call = unread[seq],
          one = ledger[seq];
        if (one && one.how === null && !call.over && !superseded(call)) {
          return;
        } // its row may show it yet
        delete unread[seq];
        if (one && one.how === null) {
          turns.add(Object.assign({}, call, { late: true, say: [] }));
        }
      });
    }

    function announce(call, after) {
      var age = hall.clock.now() - call.at,
        over;
      if (knows(call.seq) || !mine(call)) {
        return;
      }
      learn(call.seq);
      entry(call);
      over =
        superseded(call) ||
        (after || []).some(function (later) {
          return later.seq > call.seq && String(later.counter) === String(call.counter);
        });
      if (age <= STALE_CALL && !(age > 3000 && over)) {
        turns.add(call);
        has.render();
        return;
      }
      tooLate(Object.assign({}, call, { seqs: [call.seq], over: over }));
      has.render();
    }

    // a call whose fact got lost is still announced, while it is young
    function lookForLost(fresh) {
      fresh.calls
        .slice()
        .reverse()
        .forEach(function (call) {
          if (knows(call.seq) || call.state !== "CALLED" || !mine(call)) {
            return;
          }
          setTimeout(
            function () {
              announce(call);
            },
            onHub() ? FACT_GRACE : 0
          );
        });
    }

    function gone(call) {
      var snapshot = has.snapshot();
      return (
        snapshot.seq > call.seq &&
        snapshot.calls.some(function (row) {
          return (
            row.number === call.number &&
            (row.state === "CANCELLED" || row.state === "WAITING" || row.state === "EXPIRED")
          );
        })
      );
    }

    /* ---- the loudspeaker ---- */

    function ack(speech, heard, late) {
      var body = { id: speech.id, heard: heard };
      if (late) {
        body.late = true;
      }
      if (typeof speech.seq === "number") {
        body.seq = speech.seq;
      }
      if (has.hub()) {
        has.hub().send("played", body);
      }
    }

    function finished(speech, heard, late) {
      if (speechResults[speech.id]) {
        speechResults[speech.id] = { done: true, heard: heard, late: late };
      }
      if (heard) {
        played += 1;
        spoken(speech);
      }
      ack(speech, heard, late);
      turns.ended(speech);
    }

    // a recall before its turn stands for the call too
    function spoken(speech) {
      (speech.seqs || [speech.seq]).forEach(function (seq) {
        if (ledger[seq]) {
          ledger[seq].spoken = true;
        }
      });
    }

    function remember(id) {
      speechResults[id] = { done: false, heard: false };
      saidOrder.push(id);
      if (saidOrder.length > 200) {
        delete speechResults[saidOrder.shift()];
      }
    }

    // the large place follows the loudspeaker, as far as its calls are this board's
    function lead(speech) {
      var calls = (
          speech.calls || [
            { seq: speech.seq, number: speech.number, counter: speech.counter, zone: speech.zone },
          ]
        ).filter(mine),
        passed;
      if (!calls.length) {
        return;
      }
      calls.forEach(function (call) {
        learn(call.seq);
        entry(call);
      });
      passed = turns.lead(
        {
          id: speech.id,
          seq: speech.seq,
          number: calls[0].number,
          counter: calls[0].counter,
          zone: calls[0].zone,
          calls: calls,
        },
        speech.seconds || 0,
        function (call) {
          return groupOf(call) === speech.group;
        }
      );
      passed.forEach(tooLate);
      if (speech.kind === "late") {
        calls.forEach(function (call) {
          late(call.seq);
        });
      } else if (speech.mute) {
        spoken(speech);
      }
    }

    // A line that stalled lets go of much at once: what is over is not said, nor what would still sound when the hub has gone on to another board.
    function over(speech) {
      var last =
        speech.expires_at &&
        speech.expires_at - (speech.kind === "notice" ? 0 : (speech.seconds || 0) * 1000);
      return hall.clock.known() && !!last && hall.clock.now() > last;
    }

    // The hub says it again after a cut line, under the same id: what was heard is answered, never said twice.
    function speak(speech) {
      var before = speechResults[speech.id],
        readings = speech.say || [];
      ledAt = hall.ticks();
      if (before) {
        if (before.done && !speech.mute) {
          ack(speech, before.heard, before.late);
        }
        return;
      }
      remember(speech.id);
      if (speech.seq !== null && speech.seq !== undefined) {
        lead(speech);
      }
      has.render();
      if (speech.mute) {
        return;
      }
      if (!has.loud()) {
        finished(speech, false);
        return;
      }
      if (over(speech)) {
        finished(speech, false, true);
        return;
      }
      has.voice.ready(readings, function () {
        has.voice.say(
          readings,
          function (heard) {
            finished(speech, heard);
          },
          { volume: speech.volume, chime: speech.chime }
        );
      });
    }

    turns = Luot.turns({
      now: hall.ticks,
      later: function (what, ms) {
        setTimeout(what, ms);
      },
      seconds: function (readings) {
        return has.loud() && !onHub() ? has.voice.seconds(readings) : 0;
      },
      show: function (call) {
        if (call) {
          large(call);
        }
        has.turned();
        has.render();
      },
      speak: function (call, readings, done) {
        if (!byItself(call)) {
          setTimeout(function () {
            done(false);
          }, 0);
          return;
        }
        call.seqs.forEach(function (seq) {
          remember("c" + seq);
        }); // should the hub say it too once the socket is there: it was said
        has.voice.say(readings, function (heard) {
          call.seqs.forEach(function (seq) {
            if (speechResults["c" + seq]) {
              speechResults["c" + seq] = { done: true, heard: heard };
            }
          });
          done(heard);
        });
      },
      spoken: function (call, heard) {
        if (call.group) {
          call.group.forEach(function (one) {
            one.seqs.forEach(late);
          });
          return;
        }
        if (heard) {
          played += 1;
          call.seqs.forEach(function (seq) {
            if (ledger[seq]) {
              ledger[seq].spoken = true;
            }
          });
        }
      },
      left: function (call) {
        var led = ledAt !== null && hall.ticks() - ledAt < LED;
        if (led && !call.led && !call.group) {
          call.seqs.forEach(function (seq) {
            if (ledger[seq] && !ledger[seq].spoken) {
              late(seq);
            }
          });
        }
      },
    });

    line = {
      /** A fact from the hub. */
      fact: function (name, body) {
        if (name === "speak") {
          speak(body);
          return;
        }
        if (name === "missed") {
          body.calls.forEach(function (call) {
            announce(call, body.calls);
          });
          return;
        }
        announce(body);
      },
      /** A new snapshot is shown; `back` when the hub was brought back from a backup. */
      take: function (fresh, back) {
        if (back) {
          seenSeqs = [];
        }
        if (!live || back) {
          fresh.calls.forEach(function (call) {
            learn(call.seq);
          });
        } else {
          lookForLost(fresh);
        }
        live = true;
        lookForUnread();
        turns.drop(gone);
      },
      turns: turns,
      /** What became of the last calls: [{seq, number, counter, how: "large" | "row" | null, late, spoken}], oldest first. */
      account: function () {
        return ledgerOrder.map(function (seq) {
          return Object.assign({}, ledger[seq]);
        });
      },
      /** {late, played}: how many came too late to be announced, and how many this board's loudspeaker said. */
      counts: function () {
        return { late: lates, played: played };
      },
    };
    return line;
  };
})(window);
