/* The entrance: the code by which who booked or kept a number from home checks in, and what waits for who takes a number now.
   Hears the hub as a board does; goes on with the code while it is away. Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = root.Luot,
    document = root.document;

  Luot.hall.start("door", function (hall) {
    var snapshot = null,
      hub = null,
      refused = false;
    var truth = Luot.truth(hall, function () {
      return hub;
    });
    var pairing = Luot.pairing(hall),
      place = {},
      stored;
    var door, ahead, t, fill, el;
    t = hall.t;
    fill = hall.fill;
    el = hall.el;
    ["place", "day", "clock", "title", "doorcode", "ahead", "notice"].forEach(function (name) {
      place[name] = document.getElementById(name);
    });
    document.title = t("door.title");
    door = Luot.door(hall, place.doorcode);
    ahead = Luot.aheadView(hall, place.ahead, t);
    Luot.renewing(hall);
    Luot.letters(hall, function () {
      render();
    });

    hub = Luot.connect({
      namespace: "/board",
      auth: hall.auth,
      snapshotUrl: hall.snapshotUrl,
      facts: [],
      onSnapshot: function (fresh) {
        refused = false;
        truth.hear(fresh);
        snapshot = fresh;
        pairing.hide();
        truth.keep(snapshot, "");
        render();
      },
      onFact: function () {
        return null;
      },
      onLine: function () {
        render();
      },
      onRefused: function (error) {
        refused = error.error === "not_allowed";
        if (refused) {
          pairing.show();
        }
      },
    });

    function render() {
      var now = hall.clock.now(),
        tall = root.innerHeight > root.innerWidth,
        letters,
        old;
      if (!hub || pairing.shown()) {
        return;
      }
      letters = door.draw();
      old = truth.old();
      fill(place.place, [snapshot && snapshot.centre, tall], function () {
        var name = snapshot ? hall.name(snapshot.centre.name) : hall.centre;
        return el("b", name.length > 24 && tall ? "twolines" : "", name);
      });
      fill(place.day, [hall.day(now)], function () {
        return el("span", "", hall.day(now));
      });
      fill(place.clock, [hall.time(now)], function () {
        return el("span", "", hall.time(now));
      });
      fill(place.title, [letters === ""], function () {
        if (letters === "") {
          return [el("h2", "", t("door.nothing")), el("p", "soft", t("door.kiosk"))];
        }
        return [el("h2", "", t("door.question")), el("p", "soft", t("door.scan"))];
      });
      ahead(
        {
          layout: "lobby",
          tall: tall,
          stale: old,
          trueAt: truth.moment(),
        },
        snapshot ? snapshot.fields : [],
        ""
      );
      fill(place.notice, [old, truth.moment() && hall.time(truth.moment())], function () {
        return old && truth.moment()
          ? [
              el("b", "", t("stale.title")),
              el(
                "span",
                "truth",
                hall.rich("stale.true_at", {
                  time: hall.time(truth.moment()),
                  age: hall.age(now - truth.moment()),
                })
              ),
            ]
          : el("span", "words", t("door.no_phone"));
      });
      document.body.className = [
        tall ? "tall" : "wide",
        old ? "stale" : "",
        pairing.shown() ? "pairing" : "",
      ]
        .filter(Boolean)
        .join(" ");
    }

    stored = truth.recall();
    if (stored) {
      snapshot = stored.snapshot;
    }
    if (!hall.token) {
      pairing.show();
    }
    render();
    setInterval(render, 1000);
    root.addEventListener("resize", render);
    Luot.entrancePage = { hub: hub, door: door, pairing: pairing };
  });
})(window);
