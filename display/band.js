/* What staff announce to the hall: a band over the last line of the board, for as long as it stands. Luot.band(hall) → draw(snapshot, zone, now, stale).
   Several take turns, ten seconds each; nothing scrolls. Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = (root.Luot = root.Luot || {});
  var EACH = 10000,
    SHORT = 70;

  Luot.band = function (hall) {
    var place = hall.el("aside", "band");
    place.setAttribute("role", "status");
    place.hidden = true;
    root.document.body.appendChild(place);

    function standing(snapshot, zone, now) {
      return ((snapshot && snapshot.announcements) || []).filter(function (one) {
        return one.until > now && (!zone || !one.zones || one.zones.indexOf(zone) >= 0);
      });
    }

    // short ones stand in both languages at once; of a long one, or of more languages, first the board's, then the others
    function slides(all) {
      var made = [];
      all.forEach(function (one) {
        var first = hall.name(one.text),
          others = hall.others(one.text, first);
        if (others.length === 1 && first.length <= SHORT && others[0].length <= SHORT) {
          made.push([first, others[0]]);
          return;
        }
        made.push([first, ""]);
        others.forEach(function (other) {
          made.push([other, ""]);
        });
      });
      return made;
    }

    return function draw(snapshot, zone, now, stale) {
      var all = stale ? [] : slides(standing(snapshot, zone, now)),
        one = all[Math.floor(now / EACH) % all.length] || null;
      place.hidden = !one;
      hall.fill(place, [one], function () {
        return one
          ? [
              hall.el("b", one[0].length > SHORT ? "long" : "", one[0]),
              one[1] ? hall.el("span", "second", one[1]) : null,
            ]
          : [];
      });
    };
  };
})(window);
