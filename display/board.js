/* The lobby board: hears the hub, lets the calls take turns, speaks them, and always shows the last truth with its age.
   Luot.boardPage is there for the people who look after it (and the tests). Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = root.Luot;

  Luot.hall.start("board", function (hall) {
    var snapshot = null,
      zone = hall.wish.zone || "",
      soundOn = hall.wish.sound ? hall.wish.sound !== "0" : null;
    var refused = "",
      turn = 0,
      connected = false;
    var truth = Luot.truth(hall, function () {
        return hub;
      }),
      stored;
    var draw = Luot.boardView(hall),
      band = Luot.band(hall),
      door = hall.wish.door ? Luot.door(hall, document.getElementById("doorcode")) : null;
    var voice = Luot.voice({
      onState: function () {
        render();
        tell();
      },
    });
    var line, turns, hub;
    Luot.renewing(hall);
    var pairing = Luot.pairing(hall),
      screen,
      media,
      started = hall.ticks();

    document.title = hall.t("board.title");

    Luot.letters(hall, function () {
      render();
    });
    screen = Luot.screen(hall, function () {
      applySettings();
      tell();
      render();
    }); // the hub must know where it speaks
    media = Luot.media(hall, document.getElementById("media"), function () {
      tell();
    });

    /* What the hub says this board is: the address's own wishes go first. */
    function applySettings() {
      var lang = screen.get("lang", "");
      if (!hall.wish.zone && screen.get("zone", null) !== null) {
        zone = screen.get("zone", "");
      }
      if (!hall.wish.sound) {
        soundOn = !!screen.get("sound", true);
      }
      if (screen.get("quiet", false)) {
        soundOn = false;
      }
      screen.dress();
      if (lang && !hall.wish.lang && lang !== hall.langs.join(",")) {
        root.location.replace(
          root.location.pathname +
            (root.location.search ? root.location.search + "&" : "?") +
            "lang=" +
            lang
        );
      }
      media.take(screen.told(), snapshot);
    }

    /* Out of hours, or everybody on a break, and nobody at any counter of the zone: "closed", "paused" or null. */
    function rest() {
      var rows = snapshot
        ? snapshot.counters.filter(function (row) {
            return !zone || row.zone === zone;
          })
        : [];
      if (
        !rows.length ||
        rows.some(function (row) {
          return row.number || row.state === "open";
        }) ||
        turns.current()
      ) {
        return null;
      }
      if (
        rows.some(function (row) {
          return row.state === "paused";
        })
      ) {
        return "paused";
      }
      return snapshot.working === false ? "closed" : null;
    }

    function loud() {
      return soundOn === null ? true : soundOn;
    }

    line = Luot.calls(hall, {
      snapshot: function () {
        return snapshot;
      },
      zone: function () {
        return zone;
      },
      loud: loud,
      also: function () {
        return hall.wish.sound === "always";
      },
      voice: voice,
      hub: function () {
        return hub;
      },
      turned: function () {
        turn += 1;
      },
      render: function () {
        render();
      },
    });
    turns = line.turns;

    /* ---- the hub ---- */

    function take(fresh) {
      var back = snapshot && fresh.seq < snapshot.seq;
      truth.hear(fresh);
      snapshot = fresh;
      refused = "";
      if (fresh.board) {
        if (!hall.wish.zone && fresh.board.zone !== undefined) {
          zone = fresh.board.zone || "";
        }
        if (!hall.wish.sound && fresh.board.sound !== undefined && fresh.board.sound !== null) {
          soundOn = !!fresh.board.sound;
        }
      }
      pairing.hide();
      screen.hear(fresh.screens);
      if (screen.told()) {
        applySettings();
      }
      line.take(fresh, back);
      if (loud()) {
        ((fresh.centre && fresh.centre.locales) || [hall.standard]).forEach(voice.load);
      }
      truth.keep(snapshot, zone);
      render();
    }

    hub = Luot.connect({
      namespace: "/board",
      auth: hall.auth,
      snapshotUrl: hall.snapshotUrl,
      facts: ["called", "recalled", "missed", "speak"],
      onSnapshot: take,
      onFact: function (name, body) {
        if (snapshot) {
          line.fact(name, body);
        }
      },
      onLine: function (up, since, how) {
        if (how === "socket" && !connected) {
          tell();
        }
        connected = how === "socket";
        render();
      },
      onRefused: function (error) {
        refuse(error.error);
      },
    });

    /* Nobody knows this board (any more): what it shows is no longer its business, the code is. */
    function refuse(why) {
      if (why === "not_allowed") {
        pairing.show();
        media.rest();
      } else {
        refused = why;
      }
      render();
    }

    /** Tells the hub how this board is, so that a mute one is seen by those who can mend it. */
    function tell() {
      var counts;
      if (!line || !hub || hub.how() !== "socket") {
        return;
      }
      counts = line.counts();
      hub.send(
        "status",
        {
          sound: loud() ? voice.state() : "off",
          also: hall.wish.sound === "always",
          zone: zone,
          waiting: turns.waiting().length,
          lag: Math.round(turns.lag()),
          late: counts.late,
          played: counts.played,
          missing: voice.missing().length,
          screen: [root.innerWidth, root.innerHeight],
          glass: root.innerWidth + "x" + root.innerHeight,
          media: media.faults() || "ok",
          layout: Luot.layouts.existing(screen.get("layout", "lobby")),
          up: Math.round((hall.ticks() - started) / 60000),
          version: hall.version,
        },
        function (answer) {
          if (answer && answer.error === "not_allowed") {
            refuse("not_allowed");
          }
        }
      );
    }

    function render() {
      var current, layout, lie, now, lines;
      if (!turns || !hub || pairing.shown()) {
        return;
      }
      current = turns.current();
      layout = Luot.layouts.existing(screen.get("layout", "lobby"));
      lie = Luot.screen.lie(screen.get("orientation", "auto"));
      now = hall.clock.now();
      lines = media.tickers(now, screen.get("media", null));
      if (snapshot && snapshot.notice) {
        lines = [{ text: snapshot.notice }].concat(lines);
      }
      if (snapshot && snapshot.promises_kept && !truth.old()) {
        lines = lines.concat([{ text: hall.kept(snapshot.promises_kept, snapshot.day.date) }]);
      }
      if (Luot.layouts.parts(layout, lie.tall).indexOf("media") >= 0) {
        media.draw(
          now,
          zone,
          layout === "info" ? ["hours", "prepare", "notice", "ticker"] : screen.get("media", null)
        );
      } else {
        media.rest();
      }
      band(snapshot, zone, hall.clock.now(), truth.old());
      draw({
        layout: layout,
        turned: lie.turn,
        arrow: screen.get("arrow", "right"),
        quiet: screen.get("quiet", false),
        rest: rest(),
        line: lines.length ? lines[Math.floor(now / 12000) % lines.length].text : null,
        snapshot: snapshot,
        zone: zone,
        showing: current,
        ground: !!current && !current.late,
        turn: turn,
        stale: truth.old(),
        trueAt: truth.moment(),
        now: hall.clock.now(),
        sound: loud() ? voice.state() : "off",
        refused: refused,
        tall: lie.tall,
        door: !!door && layout === "lobby" && door.draw() !== "",
      });
    }

    ["pointerdown", "keydown", "touchend", "click"].forEach(function (act) {
      root.addEventListener(act, voice.resume);
    });
    root.addEventListener("resize", render);
    root.addEventListener("pagehide", function () {
      truth.keep(snapshot, zone, true);
    });
    setInterval(function () {
      render();
      truth.keep(snapshot, zone);
    }, 1000);
    setInterval(tell, 30000);

    stored = truth.recall();
    if (stored) {
      snapshot = stored.snapshot;
      zone = zone || stored.zone || "";
    }
    if (screen.told()) {
      applySettings();
    }
    if (loud()) {
      voice.load(hall.standard);
    }
    render();
    Luot.boardPage = {
      turns: turns,
      voice: voice,
      hub: hub,
      tell: tell,
      media: media,
      screen: screen,
      pairing: pairing,
      account: line.account,
      renew: hall.renew,
    };
  });
})(window);
