/* The layouts a board may have, chosen in data: which parts each shows, how many columns its counters take, and the parts only some of them have.
   Luot.layouts(hall, place, tools) → {draw(moment)}; Luot.layouts.parts(name) and .shape(…) are pure. Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = (root.Luot = root.Luot || {});
  var ALL = ["newest", "media", "recent", "counters", "ahead", "way"];
  /* layout → the parts it shows; a name nobody knows is the lobby */
  var PARTS = {
    lobby: ["newest", "counters", "ahead"],
    table: ["counters"],
    call: ["newest", "recent"],
    ahead: ["newest", "ahead"],
    media: ["newest", "media", "recent", "ahead"],
    info: ["newest", "media", "recent", "ahead"],
    doorway: ["way", "recent"],
  };
  /* parts a portrait screen has no room for */
  var NOT_TALL = { media: ["ahead"], info: ["ahead"] };
  var NS = "http://www.w3.org/2000/svg";

  function existing(name) {
    return PARTS[name] ? name : "lobby";
  }

  function parts(name, tall) {
    return PARTS[existing(name)].filter(function (part) {
      return !(tall && (NOT_TALL[name] || []).indexOf(part) >= 0);
    });
  }

  /* How the rows of a table stand: for up to `most` counters, the first that fits. */
  var LYING_TABLE = [
    { most: 6, cls: "few", cols: 1, named: true },
    { most: 14, cls: "two-cols", cols: 2, named: true },
    { most: 24, cls: "dozens", cols: 4 },
    { most: 32, cls: "crowd", cols: 4 },
    { most: Infinity, cls: "crowd throng", cols: 5 },
  ];
  var UPRIGHT_TABLE = [
    { most: 8, cls: "few", cols: 1, named: true },
    { most: 12, cls: "", cols: 1, named: true },
    { most: 26, cls: "many", cols: 2 },
    { most: Infinity, cls: "crowd", cols: 3 },
  ];

  /** How the counters stand: {cls, cols, named}; `named` rows have room for what the counter serves. */
  function shape(layout, n, tall) {
    if (layout === "table") {
      return (tall ? UPRIGHT_TABLE : LYING_TABLE).filter(function (each) {
        return n <= each.most;
      })[0];
    }
    if (n <= 6) {
      return { cls: "few", cols: 1 };
    }
    if (n <= 12) {
      return { cls: "", cols: 2 };
    }
    if (tall && n <= 14) {
      return { cls: "close", cols: 2 };
    }
    if (n <= (tall ? 27 : 18)) {
      return { cls: n > 20 ? "many dense" : "many", cols: 3 };
    }
    return { cls: n <= 36 ? "crowd" : "crowd throng", cols: 4 };
  }

  /** How many recent calls stand beside or below the newest one. */
  function recents(layout, tall) {
    return (
      { call: 4, media: tall ? 10 : 3, info: tall ? 10 : 3, doorway: tall ? 6 : 5 }[layout] || 0
    );
  }

  /** How many fields the list of people ahead holds. */
  function rooms(layout, tall) {
    if (layout === "ahead") {
      return tall ? 15 : 14;
    }
    return tall && layout !== "media" && layout !== "info" ? 8 : 6;
  }

  Luot.layouts = function (hall, place, tools) {
    var el = hall.el,
      fill = hall.fill,
      t = hall.t;

    function ours(moment, thing) {
      return !moment.zone || thing.zone === moment.zone;
    }

    /* ---- calls of a moment ago ---- */

    function recent(moment) {
      var showing = moment.showing,
        first = moment.layout === "doorway",
        seen = {},
        rows = [];
      if (showing && !showing.group && first) {
        rows.push({ number: showing.number, counter: showing.counter, on: true, ground: true });
      }
      (moment.snapshot ? moment.snapshot.calls : [])
        .filter(function (call) {
          return ours(moment, call);
        })
        .forEach(function (call, i) {
          var large = showing ? showing.number === call.number : i === 0;
          if ((large && !first) || (showing && first && showing.number === call.number)) {
            return;
          }
          rows.push({
            number: call.number,
            counter: call.counter,
            on: call.state === "CALLED" && !moment.stale,
          });
        });
      rows = rows
        .filter(function (row) {
          var fresh = !seen[row.number];
          seen[row.number] = true;
          return fresh;
        })
        .slice(0, recents(moment.layout, moment.tall));
      fill(place.recent, [rows, moment.layout, moment.stale], function () {
        if (!rows.length) {
          return first
            ? el(
                "p",
                "none",
                tools.both(moment.snapshot ? "board.none_called" : "board.connecting")
              )
            : null;
        }
        return [
          el(
            "div",
            "top",
            first
              ? [
                  el("span", "", tools.both("board.number")),
                  el("span", "", tools.both("board.counter")),
                ]
              : el("span", "", tools.both("board.recent"))
          ),
          el(
            "div",
            "pairs",
            rows.map(function (row) {
              return el(
                "div",
                "pair" +
                  (row.on ? " on" : "") +
                  (row.ground ? " ground" : "") +
                  hall.length(row.number),
                [el("span", "num", row.number), hall.plate(row.counter)]
              );
            })
          ),
        ];
      });
    }

    /* ---- the way to another hall ---- */

    var POINTS = {
      left: "M92 50H10M46 14L10 50l36 36",
      right: "M8 50h82M54 14l36 36-36 36",
      up: "M50 92V10M14 46L50 10l36 36",
      down: "M50 8v82M14 54l36 36 36-36",
    };

    function way(moment) {
      var zone =
        moment.snapshot &&
        moment.snapshot.zones.filter(function (one) {
          return one.id === moment.zone;
        })[0];
      var whole = zone ? hall.name(zone.name).split(" – ") : [hall.centre],
        arrow = POINTS[moment.arrow] ? moment.arrow : "right";
      fill(place.way, [whole, arrow], function () {
        var svg = document.createElementNS(NS, "svg"),
          line = document.createElementNS(NS, "path");
        svg.setAttribute("viewBox", "0 0 100 100");
        svg.setAttribute("aria-hidden", "true");
        svg.setAttribute("class", "arrow");
        line.setAttribute("d", POINTS[arrow]);
        svg.appendChild(line);
        return [
          el("p", "lead", tools.both("board.this_way")),
          svg,
          el("p", "to", whole[0]),
          whole.length > 1 ? el("p", "of soft", whole.slice(1).join(" – ")) : null,
        ];
      });
    }

    return {
      /** Draws the parts only some layouts have, and hides those this layout has not. */
      draw: function (moment) {
        var shown =
          moment.rest && ["media", "info"].indexOf(moment.layout) < 0
            ? ["newest"]
            : parts(moment.layout, moment.tall);
        ALL.forEach(function (part) {
          place[part].classList.toggle("gone", shown.indexOf(part) < 0);
        });
        if (shown.indexOf("recent") >= 0) {
          recent(moment);
        }
        if (shown.indexOf("way") >= 0) {
          way(moment);
        }
      },
    };
  };
  Luot.layouts.parts = parts;
  Luot.layouts.existing = existing;
  Luot.layouts.shape = shape;
  Luot.layouts.rooms = rooms;
})(window);
