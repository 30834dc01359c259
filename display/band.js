/* What staff announce to the hall: a band over the last line of the board, for as long as it stands. Luot.band(hall) → draw(snapshot, zone, now, stale).
   Several take turns, ten seconds each; nothing scrolls. Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = root.Luot = root.Luot || {};
  var EACH = 10000;

  Luot.band = function (hall) {
    var place = hall.el("aside", "band");
    place.setAttribute("role", "status");
    place.hidden = true;
    root.document.body.appendChild(place);

    function standing(snapshot, zone, now) {
      return (snapshot && snapshot.announcements || []).filter(function (one) {
        return one.until > now && (!zone || !one.zones || one.zones.indexOf(zone) >= 0);
      });
    }

    return function draw(snapshot, zone, now, stale) {
      var all = stale ? [] : standing(snapshot, zone, now), one = all[Math.floor(now / EACH) % all.length] || null;
      var first = one ? hall.name(one.text) : "", other = one && one.text.en && first !== one.text.en ? one.text.en : "";
      place.hidden = !one;
      hall.fill(place, [first, other], function () {
        return one ? [hall.el("b", first.length > 90 ? "long" : "", first), other ? hall.el("span", "second", other) : null] : [];
      });
    };
  };
})(window);
