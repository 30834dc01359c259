/* People ahead, for each field of the lobby board: how many wait, and how long. Luot.aheadView(hall, place, both) → draw(moment, fields, form).
   Snapshot in, elements out. Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = (root.Luot = root.Luot || {});

  Luot.aheadView = function (hall, place, both) {
    var el = hall.el,
      fill = hall.fill,
      t = hall.t;

    function wait(field, stale) {
      if (stale) {
        return { text: [t("ahead.unknown")] };
      }
      if (field.state === "closed" && !field.waiting) {
        return { wide: true, text: [t("ahead.closed")] };
      }
      if (field.state === "full") {
        return field.waiting
          ? { text: [t("ahead.full")] }
          : { wide: true, text: [t("ahead.full")] };
      }
      if (!field.waiting) {
        return { wide: true, text: [t("ahead.nobody")] };
      }
      if (field.no_estimate && field.no_estimate.why === "no_counter") {
        return { text: [t("ahead.no_counter")] };
      }
      if (!field.estimate) {
        return { text: [t("ahead.unknown")] };
      }
      if (!field.estimate.low) {
        return { text: hall.rich("ahead.under", field.estimate) };
      }
      return { text: hall.rich("ahead.range", field.estimate) };
    }

    /** Which fields fit: those with somebody waiting first, in the order they always stand. */
    function chosen(fields, rooms) {
      var waiting, kept;
      if (fields.length <= rooms) {
        return { rows: fields, more: 0 };
      }
      waiting = fields.filter(function (f) {
        return f.waiting;
      });
      kept = waiting
        .concat(
          fields.filter(function (f) {
            return !f.waiting;
          })
        )
        .slice(0, rooms - 1);
      return {
        rows: fields.filter(function (f) {
          return kept.indexOf(f) >= 0;
        }),
        more: fields.length - kept.length,
      };
    }

    function top(title) {
      return el("div", "row top", [
        el("span", "f", title),
        el("span", "n", both("ahead.waiting")),
        el("span", "w", both("ahead.wait")),
      ]);
    }

    /** Draws the fields of the moment; `form` is the form of the rows of counters, "" without them. */
    return function ahead(moment, fields, form) {
      var list = chosen(fields, Luot.layouts.rooms(moment.layout, moment.tall)),
        rows;
      var title =
        moment.stale && moment.trueAt ? t("ahead.at", { time: hall.time(moment.trueAt) }) : null;
      var narrow = (form && form !== "few" && !moment.tall) || moment.layout !== "lobby";
      var cols =
        moment.layout === "media" ||
        moment.layout === "info" ||
        (moment.layout === "ahead" && !moment.tall && fields.length > 6)
          ? 2
          : 1;
      fill(place, [list, title, moment.stale, form, moment.layout, cols], function () {
        var all, deep;
        if (!fields.length) {
          return null;
        }
        all = [top(title || both("ahead.title"))].concat(
          list.rows.map(function (field) {
            var answer = wait(field, moment.stale);
            return el("div", "row", [
              el("span", "l", field.field),
              el("span", "f", hall.fit(hall.name(field.short || field.name), narrow ? 24 : 27)),
              answer.wide ? null : el("span", "n", field.waiting),
              el("span", answer.wide ? "w wide" : "w", answer.text),
            ]);
          }),
          list.more
            ? [
                el("div", "row more", [
                  el("span", "l", ""),
                  el("span", "f soft", t("ahead.more", { n: list.more })),
                ]),
              ]
            : []
        );
        if (moment.layout === "lobby") {
          return all;
        }
        rows = all.slice(1);
        deep = Math.ceil(rows.length / cols);
        if (moment.layout === "ahead" && cols > 1) {
          // what a figure means stands over each of the two columns
          return el(
            "div",
            "cols c2",
            [[all[0]].concat(rows.slice(0, deep)), [top("")].concat(rows.slice(deep))].map(
              function (some) {
                return el("div", "acol", some);
              }
            )
          );
        }
        return [
          all[0],
          el(
            "div",
            "cols c" + cols + (rows.length < 9 ? " roomy" : ""),
            (cols > 1 ? [rows.slice(0, deep), rows.slice(deep)] : [rows]).map(function (some) {
              return el("div", "acol", some);
            })
          ),
        ];
      });
    };
  };
})(window);
