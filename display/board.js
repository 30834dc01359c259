/* The lobby board: hears the hub, lets the calls take turns, speaks them, and always shows the last truth with its age.
   Luot.boardPage is there for the people who look after it (and the tests). Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = root.Luot;
  var OLD = 15000;          // silence after which what is shown is called old
  var SAVE_EVERY = 2000;

  Luot.hall.start("board", function (hall) {
    var snapshot = null, trueAt = null, zone = hall.wish.zone || "", soundOn = hall.wish.sound ? hall.wish.sound !== "0" : null;
    var live = false, refused = "", savedAt = -SAVE_EVERY, turn = 0, connected = false;
    var draw = Luot.boardView(hall), band = Luot.band(hall);
    var voice = Luot.voice({ onState: function () { render(); tell(); } });
    var line, turns, hub;

    document.title = hall.t("board.title");

    function loud() { return soundOn === null ? true : soundOn; }

    line = Luot.calls(hall, {
      snapshot: function () { return snapshot; }, zone: function () { return zone; }, loud: loud, also: function () { return hall.wish.sound === "always"; },
      voice: voice, hub: function () { return hub; }, turned: function () { turn += 1; }, render: function () { render(); }
    });
    turns = line.turns;

    /* ---- the hub ---- */

    function take(fresh) {
      var back = snapshot && fresh.seq < snapshot.seq;
      hall.clock.hear(fresh.at);
      snapshot = fresh;
      refused = "";
      if (fresh.centre && fresh.centre.timezone) { hall.zone = fresh.centre.timezone; }
      if (fresh.board) {
        if (!hall.wish.zone && fresh.board.zone !== undefined) { zone = fresh.board.zone || ""; }
        if (!hall.wish.sound && fresh.board.sound !== undefined && fresh.board.sound !== null) { soundOn = !!fresh.board.sound; }
      }
      line.take(fresh, back);
      live = true;
      if (loud()) { ((fresh.centre && fresh.centre.locales) || ["vi", "en"]).forEach(voice.load); }
      save();
      render();
    }

    function save(now) {
      if (!snapshot || (!now && hall.ticks() - savedAt < SAVE_EVERY)) { return; }
      savedAt = hall.ticks();
      hall.keep(hall.key + ":truth", { snapshot: snapshot, trueAt: truthAt(), zone: zone });
    }

    // the moment until which the screen is known to be right: the last time the hub was heard
    function truthAt() {
      var silence = hub && hub.silence();
      return silence === null || silence === undefined || !live ? trueAt : hall.clock.now() - silence;
    }

    function stale() {
      var silence = hub.silence();
      if (silence !== null) { return silence > OLD; }
      return snapshot ? hall.clock.now() - trueAt > OLD : hall.ticks() > OLD;   // switched on, nothing heard yet
    }

    hub = Luot.connect({
      namespace: "/board", auth: hall.auth, snapshotUrl: hall.snapshotUrl, facts: ["called", "recalled", "missed", "speak"],
      onSnapshot: take,
      onFact: function (name, body) { if (snapshot) { line.fact(name, body); } },
      onLine: function (up, since, how) { if (how === "socket" && !connected) { tell(); } connected = how === "socket"; render(); },
      onRefused: function (error) { refused = error.error; render(); }
    });

    /** Tells the hub how this board is, so that a mute one is seen by those who can mend it. */
    function tell() {
      var counts = line.counts();
      if (!hub || hub.how() !== "socket") { return; }
      hub.send("status", { sound: loud() ? voice.state() : "off", also: hall.wish.sound === "always", zone: zone, waiting: turns.waiting().length, lag: Math.round(turns.lag()), late: counts.late, played: counts.played,
        missing: voice.missing().length, screen: [root.innerWidth, root.innerHeight], version: "1" });
    }

    function render() {
      var current;
      if (!turns || !hub) { return; }
      current = turns.current();
      band(snapshot, zone, hall.clock.now(), stale());
      draw({ snapshot: snapshot, zone: zone, showing: current, ground: !!current && !current.late, turn: turn, stale: stale(), trueAt: truthAt(), now: hall.clock.now(),
        sound: loud() ? voice.state() : "off", refused: refused, tall: root.innerHeight > root.innerWidth });
    }

    ["pointerdown", "keydown", "touchend", "click"].forEach(function (act) { root.addEventListener(act, voice.resume); });
    root.addEventListener("resize", render);
    root.addEventListener("pagehide", function () { save(true); });
    setInterval(function () { render(); save(); }, 1000);
    setInterval(tell, 30000);

    (function remember() {
      var stored = hall.recall(hall.key + ":truth");
      if (stored && stored.snapshot && stored.snapshot.counters && !snapshot) {
        snapshot = stored.snapshot; trueAt = stored.trueAt; zone = zone || stored.zone || "";
        if (snapshot.centre && snapshot.centre.timezone) { hall.zone = snapshot.centre.timezone; }
      }
    }());
    if (loud()) { voice.load("vi"); }
    render();
    Luot.boardPage = { turns: turns, voice: voice, hub: hub, tell: tell, account: line.account };
  });
})(window);
