/* The code at the door as a picture and letters, on the entrance page and in a corner of a board: Luot.door(hall, place) → {draw()}, to be called every second.
   The secret of a day is asked of the hub and kept, so that the code goes on being shown while the hub is away; where this screen's clock cannot be believed
   there is none. Swapped, never moved. Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = (root.Luot = root.Luot || {});
  var ASK_EVERY = 600000,
    AGAIN = 15000,
    UNSURE = 20000,
    QUIET = 4;
  var NS = "http://www.w3.org/2000/svg";

  Luot.door = function (hall, place) {
    var stored = hall.key + ":door",
      key = hall.recall(stored),
      askAt = 0,
      el = hall.el,
      t = hall.t;

    function ask() {
      var request = new XMLHttpRequest();
      askAt = hall.ticks() + AGAIN;
      request.open("GET", "/api/v1/" + encodeURIComponent(hall.centre) + "/door-key");
      request.timeout = 8000;
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("Authorization", "Bearer " + hall.token);
      request.onloadend = function () {
        var body = null;
        try {
          body = JSON.parse(request.responseText);
        } catch (broken) {
          body = null;
        }
        if (request.status === 200 && body && body.ok) {
          askAt = hall.ticks() + ASK_EVERY;
          if (body.key) {
            hall.clock.hear(body.key.at);
            // how wrong this machine's own clock is, for a start without the hub
            body.key.off = Date.now() - body.key.at;
          }
          key = body.key;
          hall.keep(stored, key);
          draw();
        } else if (request.status === 401 || request.status === 403) {
          key = null; // shut off: its codes are believed no more
          hall.keep(stored, null);
          draw();
        }
      };
      request.send();
    }

    /** The letters of this moment, "" where nothing is checked in, null where the clock cannot be believed. */
    function code() {
      var now = hall.clock.now();
      if (!key) {
        return "";
      }
      if ((!hall.clock.known() && Math.abs(key.off || 0) > UNSURE) || now >= key.until) {
        return null;
      }
      return Luot.doorCode(key.secret, key.centre, Math.floor(now / key.step_ms));
    }

    function picture(text) {
      var qr = root.qrcode(0, "M"),
        svg = root.document.createElementNS(NS, "svg"),
        path = root.document.createElementNS(NS, "path"),
        d = "",
        size,
        x,
        y;
      qr.addData(text);
      qr.make();
      size = qr.getModuleCount();
      for (y = 0; y < size; y++) {
        for (x = 0; x < size; x++) {
          if (qr.isDark(y, x)) {
            d += "M" + (x + QUIET) + " " + (y + QUIET) + "h1v1h-1z";
          }
        }
      }
      path.setAttribute("d", d);
      svg.setAttribute("class", "door-qr");
      svg.setAttribute("viewBox", "0 0 " + (size + 2 * QUIET) + " " + (size + 2 * QUIET));
      svg.setAttribute("shape-rendering", "crispEdges");
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", t("door.picture"));
      svg.appendChild(path);
      return svg;
    }

    function address(letters) {
      if (key.url === null || key.url === undefined) {
        return null; // no phone reaches the hub: the letters are typed at the kiosk
      }
      return (/^https?:/.test(key.url) ? "" : root.location.origin) + key.url + letters;
    }

    function draw() {
      var letters, link;
      if (hall.ticks() >= askAt && hall.token) {
        ask();
      }
      letters = code();
      place.classList.toggle("gone", letters === "");
      hall.fill(place, [letters, hall.langs], function () {
        if (letters === "") {
          return null;
        }
        if (letters === null) {
          return [el("p", "door-how", t("door.unsure"))];
        }
        link = address(letters);
        return [
          link ? picture(link) : null,
          el("div", "door-words", [
            el("p", "door-how soft", t(link ? "door.or_type" : "door.type")),
            el("p", "door-letters num", [
              el("span", "", letters.slice(0, 5)),
              el("span", "", letters.slice(5)),
            ]),
            el("p", "door-how soft", t("door.changes")),
          ]),
        ];
      });
      return letters;
    }

    return { draw: draw, ask: ask };
  };
})(window);
