/* The last truth a screen of the hall was told: how old it is, whether that is too old, and its keeping for a start without a hub.
   Luot.truth(hall, hub) → {hear, moment, old, keep, recall}; hub() gives the line to the hub, or nothing before there is one. Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = (root.Luot = root.Luot || {});
  var OLD = 15000; // silence after which what is shown is called old
  var SAVE_EVERY = 2000;

  Luot.truth = function (hall, hub) {
    var key = hall.key + ":truth",
      kept = null,
      live = false,
      savedAt = -SAVE_EVERY;

    function zoned(snapshot) {
      if (snapshot.centre && snapshot.centre.timezone) {
        hall.zone = snapshot.centre.timezone;
      }
    }

    function moment() {
      var silence = hub() && hub().silence();
      return silence === null || silence === undefined || !live
        ? kept && kept.trueAt
        : hall.clock.now() - silence;
    }

    return {
      /** A snapshot came from the hub. */
      hear: function (snapshot) {
        hall.clock.hear(snapshot.at);
        zoned(snapshot);
        live = true;
      },
      /** The moment until which the screen is known to be right: the last time the hub was heard; null: never. */
      moment: moment,
      /** Whether the screen must say that it is old. */
      old: function () {
        var silence = hub().silence();
        if (silence !== null) {
          return silence > OLD;
        }
        return kept ? hall.clock.now() - kept.trueAt > OLD : hall.ticks() > OLD; // switched on, nothing heard yet
      },
      /** Keeps a snapshot the hub told, and the board's zone, at most every two seconds; `now`: at once. */
      keep: function (snapshot, zone, now) {
        if (!live || (!now && hall.ticks() - savedAt < SAVE_EVERY)) {
          return;
        }
        savedAt = hall.ticks();
        hall.keep(key, { snapshot: snapshot, trueAt: moment(), zone: zone });
      },
      /** What was kept before this start, {snapshot, zone}, or null. */
      recall: function () {
        var stored = hall.recall(key);
        if (!live && stored && stored.snapshot && stored.snapshot.counters) {
          kept = stored;
          zoned(stored.snapshot);
        }
        return kept;
      },
    };
  };
})(window);
