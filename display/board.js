/* The lobby board: hears the hub, lets the calls take turns, speaks them, and always shows the last truth with its age.
   Luot.boardPage is there for the people who look after it (and the tests). Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = root.Luot;
  var OLD = 15000;          // silence after which what is shown is called old
  var STALE_CALL = 20000;   // a call that arrives later than this is shown, never spoken
  var FACT_GRACE = 1000;    // a call seen in a snapshot whose fact does not come within this was lost on the way
  var SAVE_EVERY = 2000;

  Luot.hall.start("board", function (hall) {
    var snapshot = null, trueAt = null, zone = hall.wish.zone || "", soundOn = hall.wish.sound ? hall.wish.sound !== "0" : null;
    var known = [], live = false, refused = "", savedAt = -SAVE_EVERY, turn = 0, late = 0, played = 0, connected = false;
    var draw = Luot.boardView(hall);
    var voice = Luot.voice({ onState: function () { render(); tell(); } });
    var line, turns;

    document.title = hall.t("board.title");

    function loud() { return soundOn === null ? true : soundOn; }

    /* ---- which calls are this board's ---- */

    function zoneOf(id) { return snapshot ? snapshot.zones.filter(function (one) { return one.id === id; })[0] : null; }

    // one loudspeaker may serve several zones: the board that speaks for it speaks for all of them
    function mine(call) {
      var here = zoneOf(zone), there = zoneOf(call.zone);
      return !zone || call.zone === zone || (loud() && !!here && !!there && here.audio_group === there.audio_group);
    }

    function knows(seq) { return known.indexOf(seq) >= 0; }

    function learn(seq) { if (!knows(seq)) { known.push(seq); if (known.length > 400) { known.shift(); } } }

    function superseded(call) {
      return snapshot.seq > call.seq && snapshot.counters.some(function (row) {
        return String(row.counter) === String(call.counter) && row.number && row.number !== call.number && row.called_at > call.at;
      });
    }

    function announce(call) {
      if (knows(call.seq) || !mine(call)) { return; }
      learn(call.seq);
      var age = hall.clock.now() - call.at;
      if (age > STALE_CALL || (age > 3000 && superseded(call))) { late += 1; return; }
      turns.add(call);
      render();
    }

    // a call whose fact got lost is still announced, while it is young: the chime and the screen, and the voice when the snapshot carries its words
    function lookForLost(fresh) {
      fresh.calls.slice().reverse().forEach(function (call) {
        if (knows(call.seq) || call.state !== "CALLED" || !mine(call)) { return; }
        setTimeout(function () { announce(call); }, hub && hub.how() === "poll" ? 0 : FACT_GRACE);
      });
    }

    function gone(call) {
      return snapshot.seq > call.seq && snapshot.calls.some(function (row) {
        return row.number === call.number && (row.state === "CANCELLED" || row.state === "WAITING" || row.state === "EXPIRED");
      });
    }

    turns = Luot.turns({
      now: hall.ticks,
      later: function (what, ms) { setTimeout(what, ms); },
      seconds: function (said) { return loud() ? voice.seconds(said) : 0; },
      show: function () { turn += 1; render(); },
      speak: function (call, said, done) {
        if (!loud()) { setTimeout(function () { done(false); }, 0); return; }
        voice.say(said, done);
      },
      spoken: function (call, heard) {
        if (call.group) { late += call.group.length; }
        if (heard && !call.group) {
          played += 1;
          call.seqs.forEach(function (seq) { hub.send("played", { seq: seq }); });
        }
      }
    });

    /* ---- the hub ---- */

    function take(fresh) {
      var back = snapshot && fresh.seq < snapshot.seq;
      hall.clock.hear(fresh.at);
      if (back) { known = []; }
      snapshot = fresh;
      refused = "";
      if (fresh.centre && fresh.centre.timezone) { hall.zone = fresh.centre.timezone; }
      if (fresh.board) {
        if (!hall.wish.zone && fresh.board.zone !== undefined) { zone = fresh.board.zone || ""; }
        if (!hall.wish.sound && fresh.board.sound !== undefined && fresh.board.sound !== null) { soundOn = !!fresh.board.sound; }
      }
      if (!live || back) { fresh.calls.forEach(function (call) { learn(call.seq); }); } else { lookForLost(fresh); }
      live = true;
      turns.drop(gone);
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

    var hub = Luot.connect({
      namespace: "/board", auth: hall.auth, snapshotUrl: hall.snapshotUrl,
      onSnapshot: take,
      onFact: function (name, call) { if (snapshot) { announce(call); } },
      onLine: function (up, since, how) { if (how === "socket" && !connected) { tell(); } connected = how === "socket"; render(); },
      onRefused: function (error) { refused = error.error; render(); }
    });

    /** Tells the hub how this board is, so that a mute one is seen by those who can mend it. */
    function tell() {
      if (!hub || hub.how() !== "socket") { return; }
      hub.send("status", { sound: loud() ? voice.state() : "off", zone: zone, waiting: turns.waiting().length, lag: Math.round(turns.lag()), late: late, played: played,
        missing: voice.missing().length, screen: [root.innerWidth, root.innerHeight], version: "1" });
    }

    function render() {
      var current;
      if (!turns || !hub) { return; }
      current = turns.current();
      draw({ snapshot: snapshot, zone: zone, showing: current, ground: !!current, turn: turn, stale: stale(), trueAt: truthAt(), now: hall.clock.now(),
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
    Luot.boardPage = { turns: turns, voice: voice, hub: hub, tell: tell };
  });
})(window);
