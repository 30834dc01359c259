/* A paired screen renews its own token every 30 days: Luot.renewing(hall), once. The new one is kept before the hub hears of it, and the old one
   ends at the first use of the new, so that a lost answer or a power cut leaves a good one. A screen whose address holds its token keeps that.
   Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = (root.Luot = root.Luot || {});
  var AFTER = 30 * 86400000,
    ASK_EVERY = 3600000,
    FIRST = 60000;

  Luot.renewing = function (hall) {
    var since = hall.key + ":paired",
      next = hall.key + ":next";

    function settled(token) {
      hall.keep(hall.key + ":token", token);
      hall.keep(since, hall.clock.now());
      hall.keep(next, null);
      hall.token = token;
    }

    function renew() {
      var paired = hall.recall(since),
        fresh = hall.recall(next),
        request;
      if (!paired || !hall.token || !hall.clock.known()) {
        return;
      }
      if (!fresh && hall.clock.now() - paired < AFTER) {
        return;
      }
      fresh = fresh || Luot.secret();
      if (!hall.keep(next, fresh)) {
        return; // no room to keep it: the old one stays
      }
      request = new XMLHttpRequest();
      request.open("POST", "/api/v1/pairing/renew");
      request.timeout = 8000;
      request.setRequestHeader("Authorization", "Bearer " + hall.token);
      request.setRequestHeader("Content-Type", "application/json");
      request.onloadend = function () {
        if (request.status === 200) {
          settled(fresh);
        }
      };
      request.send(JSON.stringify({ claim: fresh }));
    }

    setTimeout(renew, FIRST);
    setInterval(renew, ASK_EVERY);
    return renew;
  };
})(window);
