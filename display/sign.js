/* The sign at one counter: its number while it is called or served, else what the counter is doing. Never a reason; the clerk's name only where the centre says so.
   Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = root.Luot;
  var TOO_MANY_FIELDS = 3;

  Luot.hall.start("sign", function (hall) {
    var el = hall.el,
      fill = hall.fill,
      t = hall.t;
    var snapshot = null,
      refused = "",
      hub;
    var place = {},
      truth = Luot.truth(hall, function () {
        return hub;
      }),
      stored;
    Luot.renewing(hall);
    var pairing = Luot.pairing(hall),
      screen = Luot.screen(hall, function () {
        screen.dress();
        render();
      }),
      doing = "",
      alarm;
    ["bar", "main", "age", "emergency"].forEach(function (id) {
      place[id] = document.getElementById(id);
    });
    Luot.letters(hall, function () {
      render();
    });
    document.title = t("sign.title") + " " + hall.counter;

    alarm = Luot.alarm(hall, place.emergency);

    function clerk() {
      return (screen.told() && screen.told().clerk) || "";
    }

    function both(key) {
      return hall.second ? [t(key), el("span", "second", t(key, null, hall.second))] : [t(key)];
    }

    function seat() {
      return (
        (snapshot &&
          snapshot.counters.filter(function (row) {
            return String(row.counter) === String(hall.counter);
          })[0]) ||
        null
      );
    }

    function shortName(code) {
      var field = snapshot.fields.filter(function (one) {
        return one.field === code;
      })[0];
      return field ? hall.fit(hall.name(field.short || field.name), 30) : code;
    }

    /** What the counter serves: its own name, else its fields by name, else (too many to read) their letters. */
    function serves(row) {
      if (row.name) {
        return [hall.name(row.name)];
      }
      return row.fields.length < TOO_MANY_FIELDS
        ? row.fields.map(shortName)
        : [row.fields.join(" · ")];
    }

    function list(things) {
      return things.length < 2
        ? things.join("")
        : things.slice(0, -1).join(", ") + " " + t("sign.and") + " " + things[things.length - 1];
    }

    /** Where this counter's numbers are called while it rests: the open counters of the same fields, at most four. */
    function elsewhere(row) {
      var fields = [],
        counters = [];
      snapshot.counters.forEach(function (other) {
        var shared =
          other.state === "open" && other.counter !== row.counter
            ? other.fields.filter(function (code) {
                return row.fields.indexOf(code) >= 0;
              })
            : [];
        if (shared.length && counters.length < 4) {
          counters.push(other.counter);
          shared.forEach(function (code) {
            if (fields.indexOf(code) < 0) {
              fields.push(code);
            }
          });
        }
      });
      return counters.length
        ? hall.rich(
            "sign.elsewhere",
            { fields: list(fields), counters: list(counters) },
            { counters: true }
          )
        : null;
    }

    function stateOf(row) {
      if (!row) {
        return "waiting";
      }
      if (row.number && row.ticket_state) {
        return row.ticket_state === "CALLED" ? "called" : "serving";
      }
      return { paused: "paused", closed: "shut" }[row.state] || "open";
    }

    function bar(row, state, old) {
      var what = row && state !== "shut" ? serves(row) : [],
        long = what.join(" ").length > 21;
      var worded = ["called", "serving", "open"].indexOf(state) >= 0;
      var stateKey = worded && !old ? "sign." + state : "";
      fill(
        place.bar,
        [row && row.counter, what, stateKey, clerk(), state, hall.draft],
        function () {
          var who = clerk() && state !== "shut" ? el("span", "who", clerk()) : null;
          return [
            hall.plate(hall.counter),
            el(
              "span",
              "f" + (state === "called" ? "" : " soft") + (long || who ? " wordy" : ""),
              what
                .map(function (name) {
                  return el("span", "one", name);
                })
                .concat(who)
            ),
            stateKey || hall.draft
              ? el(
                  "span",
                  "st",
                  (stateKey ? both(stateKey) : []).concat(
                    hall.draft ? el("span", "second", hall.draft) : []
                  )
                )
              : null,
          ];
        }
      );
      place.bar.parentNode.className = "sign" + ({ paused: " off", shut: " shut" }[state] || "");
    }

    function main(row, state) {
      var back = row && row.resume_at ? hall.time(row.resume_at) : "";
      var where = row && state === "paused" ? elsewhere(row) : null;
      var words =
        where &&
        where
          .map(function (node) {
            return node.textContent;
          })
          .join("");
      fill(place.main, [state, row && row.number, back, words, !!snapshot, refused], function () {
        if (refused) {
          return [
            el("p", "big free", t("refused.title")),
            el("p", "more", t("refused.mend", { error: refused })),
          ];
        }
        if (state === "called" || state === "serving") {
          return el("span", "num no" + hall.length(row.number), row.number);
        }
        if (state === "paused") {
          return [
            el("p", "big", both("sign.paused")),
            back ? el("p", "more", hall.rich("sign.back_at", { time: back })) : null,
            where ? el("p", "more", where) : null,
          ];
        }
        if (state === "shut") {
          return el("span", "bare", hall.plate(row.counter));
        }
        if (state === "open") {
          return el("p", "big free", both("sign.free"));
        }
        return el("p", "big free", both(snapshot ? "sign.unknown" : "board.connecting"));
      });
    }

    function render() {
      var row = seat(),
        state = stateOf(row),
        old,
        at;
      if (!hub) {
        return;
      }
      if (pairing.shown()) {
        return;
      }
      old = truth.old();
      at = truth.moment();
      alarm(snapshot);
      bar(row, state, old);
      main(row, state);
      fill(place.age, [old, at && hall.time(at), at && hall.date(at)], function () {
        return old
          ? [
              el("b", "", t("stale.title")),
              at
                ? el(
                    "span",
                    "",
                    hall.rich("sign.true_at", {
                      time: hall.sameDay(at, hall.clock.now())
                        ? hall.time(at)
                        : hall.time(at) + " " + hall.date(at),
                    })
                  )
                : null,
            ]
          : null;
      });
      document.body.className =
        (state === "called" && old ? "serving" : state) + (old ? " stale" : "");
      if (state === "shut") {
        place.bar.className = "bar gone";
      } else {
        place.bar.className = "bar";
      }
    }

    hub = Luot.connect({
      namespace: "/board",
      auth: hall.auth,
      snapshotUrl: hall.snapshotUrl,
      onSnapshot: function (fresh) {
        truth.hear(fresh);
        snapshot = fresh;
        refused = "";
        pairing.hide();
        // who sits here can have changed whenever what the counter does has
        screen.hear(fresh.screens, doing !== (seat() || {}).state && !!doing);
        doing = (seat() || {}).state || "";
        truth.keep(snapshot);
        render();
      },
      onLine: function (up, since, how) {
        if (how === "socket") {
          tell();
        }
        render();
      },
      onRefused: function (error) {
        refuse(error.error);
      },
    });

    /* Nobody knows this sign (any more): it shows its code. */
    function refuse(why) {
      if (why === "not_allowed") {
        pairing.show();
      } else {
        refused = why;
      }
      render();
    }

    /** Tells the hub how this sign is. */
    function tell() {
      if (!hub || hub.how() !== "socket") {
        return;
      }
      hub.send(
        "status",
        {
          sound: "none",
          counter: hall.counter,
          screen: [root.innerWidth, root.innerHeight],
          glass: root.innerWidth + "x" + root.innerHeight,
          version: hall.version,
        },
        function (answer) {
          if (answer && answer.error === "not_allowed") {
            refuse("not_allowed");
          }
        }
      );
    }

    stored = truth.recall();
    if (stored) {
      snapshot = stored.snapshot;
    }
    root.addEventListener("pagehide", function () {
      truth.keep(snapshot, undefined, true);
    });
    setInterval(function () {
      render();
      truth.keep(snapshot);
    }, 1000);
    setInterval(tell, 30000);
    if (screen.told()) {
      screen.dress();
    }
    render();
    Luot.signPage = { hub: hub, screen: screen, pairing: pairing };
  });
})(window);
