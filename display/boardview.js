/* The lobby board as a picture of the moment: Luot.boardView(hall) → draw(moment). Snapshot in, elements out; it keeps no truth of its own.
   moment = {snapshot, zone, showing, ground, stale, trueAt, now, sound, refused, tall, layout, turned, arrow, quiet, rest, line}. Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var LONGEST_PLACE = 110; // letters of a zone or centre that the head holds, in up to three lines
  var Luot = (root.Luot = root.Luot || {});

  Luot.boardView = function (hall) {
    var el = hall.el,
      fill = hall.fill,
      t = hall.t;
    var place = {};
    [
      "screen",
      "place",
      "day",
      "clock",
      "newest",
      "media",
      "way",
      "recent",
      "counters",
      "ahead",
      "notice",
      "emergency",
    ].forEach(function (id) {
      place[id] = document.getElementById(id);
    });

    var layouts = Luot.layouts(hall, place, { both: both }),
      alarm = Luot.alarm(hall, place.emergency),
      ahead = Luot.aheadView(hall, place.ahead, both);

    /* The second language stands beside the first, softer. */
    function both(key) {
      return hall.second ? [t(key), el("span", "second", t(key, null, hall.second))] : [t(key)];
    }

    function ours(moment, thing) {
      return !moment.zone || thing.zone === moment.zone;
    }

    function fieldsOf(moment) {
      return moment.snapshot
        ? moment.snapshot.fields.filter(function (field) {
            return ours(moment, field);
          })
        : [];
    }

    /* ---- head ---- */

    function head(moment) {
      var snapshot = moment.snapshot,
        zone = null,
        whole,
        parts;
      if (snapshot) {
        zone = snapshot.zones.filter(function (one) {
          return one.id === moment.zone;
        })[0];
        whole = hall.name(zone ? zone.name : snapshot.centre.name);
      } else {
        whole = hall.centre;
      }
      whole = hall.fit(whole, LONGEST_PLACE);
      parts = whole.split(" – ");
      fill(place.place, whole, function () {
        place.place.className =
          "place" + (whole.length > 30 ? " longname" : "") + (whole.length > 52 ? " twolines" : "");
        return [
          el("b", "", parts[0]),
          parts.length > 1 ? el("span", "soft", parts.slice(1).join(" – ")) : null,
        ];
      });
      fill(place.day, [hall.day(moment.now), hall.draft], function () {
        return [
          document.createTextNode(hall.day(moment.now)),
          hall.draft ? el("span", "draft", hall.draft) : null,
        ];
      });
      fill(place.clock, hall.time(moment.now), function () {
        return document.createTextNode(hall.time(moment.now));
      });
    }

    /* ---- the newest call ---- */

    /** What stands large: the call whose turn it is, else the newest of the zone. */
    function newestOf(moment) {
      var rows;
      if (moment.showing && moment.showing.group) {
        return { group: moment.showing.group, gold: !moment.showing.late };
      }
      if (moment.showing) {
        return {
          number: moment.showing.number,
          counter: moment.showing.counter,
          gold: true,
          priority: moment.showing.priority,
        };
      }
      if (!moment.snapshot) {
        return null;
      }
      rows = moment.snapshot.calls.filter(function (call) {
        return ours(moment, call);
      });
      if (!rows.length) {
        return null;
      }
      return {
        number: rows[0].number,
        counter: rows[0].counter,
        gold: rows[0].state === "CALLED",
        priority: rows[0].priority,
      };
    }

    function badge(moment, cls) {
      return el("span", cls || "ut", (moment.snapshot && moment.snapshot.badge) || "ƯT");
    }

    /** What stands where nobody is called. */
    function nobodyText(snapshot) {
      if (!snapshot) {
        return "board.connecting";
      }
      return snapshot.day && snapshot.day.state === "closed"
        ? "board.day_over"
        : "board.none_called";
    }

    /** The classes of the newest call: how it looks, and how long its number is. */
    function newestClass(moment, call, gold) {
      var lit = gold ? " on" : "";
      if (moment.rest) {
        return "newest resting";
      }
      if (!call) {
        return "newest" + lit;
      }
      if (call.group) {
        return "newest" + lit + " several";
      }
      return "newest" + lit + hall.length(call.number) + (call.priority ? " badged" : "");
    }

    function newest(moment) {
      var call = newestOf(moment),
        gold = call && call.gold && !moment.stale;
      var title = moment.stale ? "board.last_called" : "board.called";
      var none = nobodyText(moment.snapshot);
      if (moment.rest) {
        call = null;
      }
      place.newest.className = newestClass(moment, call, gold);
      if (moment.rest) {
        return resting(moment);
      }
      place.newest.setAttribute("aria-label", t("board.newest"));
      return fill(
        place.newest,
        [
          call && (call.group || [call.number, call.counter, call.priority]),
          title,
          none,
          moment.turn,
          moment.layout,
          moment.tall,
        ],
        function () {
          if (call && call.group) {
            return several(call.group);
          }
          if (!call) {
            return el("p", "none", both(none));
          }
          if (stacked(moment)) {
            return [
              el("div", "ask", el("span", "", both(title))),
              el(
                "div",
                "line" + (moment.showing ? " fresh" : ""),
                el("span", "num no", [call.number, call.priority ? badge(moment) : null])
              ),
              el("div", "where", [
                el("span", "ask", both("board.to_counter")),
                hall.plate(call.counter),
              ]),
            ];
          }
          return [
            el("div", "ask", [
              el("span", "", both(title)),
              el("span", "", both("board.to_counter")),
            ]),
            el("div", "line" + (moment.showing ? " fresh" : ""), [
              el("span", "num no", [call.number, call.priority ? badge(moment) : null]),
              hall.plate(call.counter),
            ]),
          ];
        }
      );
    }

    /* number over plate, where there is more height than width */
    function stacked(moment) {
      return moment.layout === "call"
        ? moment.tall
        : (moment.layout === "media" || moment.layout === "info") && !moment.tall;
    }

    /** Nobody is called: out of hours, or everybody on a break. When it goes on, if that is known. */
    /** When numbers are called again, or null where nobody knows. */
    function backText(at, now) {
      if (!at) {
        return null;
      }
      return hall.sameDay(at, now)
        ? t("rest.back_today", { time: hall.time(at) })
        : t("rest.back_day", { day: hall.day(at), time: hall.time(at) });
    }

    function resting(moment) {
      var back = backText(moment.snapshot.again_at, moment.now);
      return fill(place.newest, [moment.rest, back], function () {
        return [el("p", "none", both("rest." + moment.rest)), back ? el("p", "back", back) : null];
      });
    }

    function several(group) {
      return [
        el("div", "ask", el("span", "", both("board.called_many"))),
        el(
          "div",
          "pairs",
          group.map(function (call) {
            return el("div", "pair" + hall.length(call.number), [
              el("span", "num", call.number),
              hall.plate(call.counter),
            ]);
          })
        ),
      ];
    }

    /* ---- every counter, always in the same place ---- */

    /** What a counter serves, where its row has room: its own name, or its fields by name, or (too many to read) their letters. */
    function serves(moment, row) {
      if (row.name) {
        return hall.name(row.name);
      }
      if (row.fields.length > 2) {
        return row.fields.join(" · ");
      }
      return row.fields
        .map(function (code) {
          var field = moment.snapshot.fields.filter(function (one) {
            return one.field === code;
          })[0];
          return field ? hall.name(field.short || field.name) : code;
        })
        .join(" · ");
    }

    function counterRow(moment, row, calling, named) {
      // what is being called stands in its row at once, even before the snapshot says so; after that the snapshot alone is right
      var mine =
        calling &&
        calling.seq > moment.snapshot.seq &&
        String(calling.counter) === String(row.counter);
      var number = mine ? calling.number : row.number;
      var on = (mine || row.ticket_state === "CALLED") && !moment.stale;
      var off = row.state !== "open" && !number;
      var offClass = row.state === "paused" ? " off" : " shut";
      var priority = !!number && (mine ? calling.priority : row.priority);
      return {
        what: named ? serves(moment, row) : null,
        cls:
          "call" +
          (on ? " on" : "") +
          (calling && moment.ground && String(calling.counter) === String(row.counter)
            ? " ground"
            : "") +
          (off ? offClass : "") +
          (number ? hall.length(number, priority) : ""),
        number: number || "",
        counter: row.counter,
        paused: off && row.state === "paused",
        priority: priority,
      };
    }

    function counters(moment) {
      var rows = moment.snapshot
        ? moment.snapshot.counters.filter(function (row) {
            return ours(moment, row);
          })
        : [];
      var form = Luot.layouts.shape(moment.layout, rows.length, moment.tall),
        deep = Math.ceil(rows.length / form.cols);
      var model = rows.map(function (row) {
        return counterRow(moment, row, moment.showing, form.named);
      });
      place.counters.setAttribute("aria-label", t("board.calls_list"));
      fill(place.counters, [model, form, !!moment.snapshot], function () {
        var cols = [],
          c;
        if (!rows.length) {
          return moment.snapshot ? el("p", "empty soft", both("board.no_counters")) : null;
        }
        for (c = 0; c < form.cols; c++) {
          cols.push(
            el(
              "div",
              "col",
              [
                el("div", "top", [
                  el("span", "", both("board.number")),
                  form.named ? el("span", "what", both("board.serves")) : null,
                  el("span", "", both("board.counter")),
                ]),
              ].concat(
                model.slice(c * deep, (c + 1) * deep).map(function (row) {
                  return el("div", row.cls, [
                    row.paused
                      ? el("span", "why", both("board.paused"))
                      : el("span", "num", [row.number, row.priority ? badge(moment) : null]),
                    form.named
                      ? el("span", "what", hall.fit(row.what, form.cols > 1 ? 24 : 60))
                      : null,
                    hall.plate(row.counter),
                  ]);
                }),
                // columns of equal depth keep rows on one line across the board
                blanks(deep - model.slice(c * deep, (c + 1) * deep).length)
              )
            )
          );
        }
        return cols;
      });
      return form.cls + (form.named ? " named" : "");
    }

    function blanks(n) {
      var made = [];
      while (made.length < n) {
        made.push(el("div", "call blank"));
      }
      return made;
    }

    /* ---- the last line ---- */

    function arrow() {
      var ns = "http://www.w3.org/2000/svg",
        svg = document.createElementNS(ns, "svg");
      svg.setAttribute("viewBox", "0 0 24 24");
      svg.setAttribute("aria-hidden", "true");
      ["M20 12a8 8 0 1 1-2.6-5.9", "M20 3v4.4h-4.4"].forEach(function (d) {
        var line = document.createElementNS(ns, "path");
        line.setAttribute("d", d);
        svg.appendChild(line);
      });
      return svg;
    }

    function notice(moment) {
      var truth = moment.stale && moment.trueAt ? hall.truth(moment.trueAt, moment.now) : null;
      var text = moment.line || (moment.snapshot && moment.snapshot.notice),
        words = text ? hall.name(text) : "";
      var other = hall.second && text ? hall.name(text, hall.second) : "";
      var silent = moment.sound === "blocked" && !moment.stale;
      fill(place.notice, [moment.stale, truth, words, other, silent, moment.refused], function () {
        if (moment.refused) {
          return [
            el("b", "", t("refused.title")),
            el("span", "", t("refused.mend", { error: moment.refused })),
          ];
        }
        if (moment.stale) {
          return [
            arrow(),
            el("b", "", both("stale.title")),
            truth ? el("span", "truth", hall.rich(truth[0], truth[1], { time: true })) : null,
            el("span", "end", t("stale.ask")),
          ];
        }
        return [
          el("span", "words", words),
          other && other !== words ? el("span", "words second", other) : null,
          silent ? el("button", "wake", t("sound.blocked")) : null,
        ];
      });
      place.notice.classList.toggle("lines", (words + other).length > (silent ? 50 : 95));
      place.notice.classList.toggle("silent", silent);
      place.notice.classList.toggle("alarm", !!moment.refused);
    }

    /** Draws the moment; answers whether the large place changed. */
    return function draw(moment) {
      var form, raised;
      head(moment);
      newest(moment);
      form = Luot.layouts.parts(moment.layout).indexOf("counters") >= 0 ? counters(moment) : "";
      ahead(moment, fieldsOf(moment), form);
      notice(moment);
      layouts.draw(moment);
      raised = alarm(moment.snapshot);
      document.body.className = [
        "lay-" + moment.layout,
        moment.layout === "info" ? "lay-media" : "",
        moment.turned ? "turned turned-" + moment.turned : "",
        moment.quiet ? "quiet" : "",
        moment.rest ? "rest" : "",
        raised ? "raised" : "",
        document.body.classList.contains("pairing") ? "pairing" : "",
        moment.tall ? "tall" : "wide",
        moment.door ? "with-door" : "",
        moment.stale ? "stale" : "",
        moment.ground && !moment.stale ? "now" : "",
        form,
        hall.second ? "two" : "",
        moment.snapshot ? "" : "empty",
      ]
        .filter(Boolean)
        .join(" ");
    };
  };
})(window);
