/* The slides that play beside the calls and are no files: the hours, what to bring, words. Luot.slides(hall) → {hours, prepared, draw}.
   `told` is what the hub told this screen (Luot.screen) with the fields of the snapshot. Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = (root.Luot = root.Luot || {});
  var ORDER = ["mon_fri", "mon", "tue", "wed", "thu", "fri", "sat", "sun"];

  Luot.slides = function (hall) {
    var el = hall.el,
      t = hall.t;

    /** The opening hours of the week, day by day. */
    function hours(told) {
      var week = (told && told.hours) || {};
      return ORDER.filter(function (day) {
        return (week[day] || []).length;
      }).map(function (day) {
        return {
          day: t("hours." + day),
          spans: week[day].map(function (span) {
            return span.replace("-", "–");
          }),
        };
      });
    }

    /** What to bring, field by field; of one `field`, of a zone, or of all. */
    function prepared(told, zone, field) {
      var texts = (told && told.prepare) || {},
        fields = (told && told.fields) || [];
      return fields
        .filter(function (row) {
          return texts[row.field] && (field ? row.field === field : !zone || row.zone === zone);
        })
        .slice(0, 6)
        .map(function (row) {
          return {
            field: row.field,
            name: hall.name(row.short || row.name),
            text: hall.name(texts[row.field]),
            second: hall.second ? hall.name(texts[row.field], hall.second) : "",
          };
        });
    }

    /** The slide of an item of the playlist: the hours, what to bring, or words. */
    function draw(item, told, zone) {
      var text, second, lines;
      if (item.kind === "hours") {
        return el("div", "slide hours", [
          el("h2", "", t("hours.title")),
          el(
            "div",
            "lines",
            hours(told).map(function (row) {
              return el("p", "line", [
                el("span", "label", row.day),
                el(
                  "span",
                  "spans",
                  row.spans.map(function (span) {
                    return el("span", "num", span);
                  })
                ),
              ]);
            })
          ),
        ]);
      }
      if (item.kind === "prepare") {
        lines = prepared(told, zone, item.field);
        return el("div", "slide prepare" + (lines.length === 1 ? " only" : ""), [
          el("h2", "", t("prepare.title")),
          el(
            "div",
            "lines",
            lines.map(function (row) {
              return el("p", "line", [
                el("span", "num letter", row.field),
                el("span", "text", [el("b", "", row.name), el("span", "what", row.text)]),
              ]);
            })
          ),
        ]);
      }
      text = hall.name(item.text);
      second = hall.second ? hall.name(item.text, hall.second) : "";
      return el("div", "slide words" + Luot.screen.sizeOf(text.length, 110, 220), [
        el("p", "", text),
        second && second !== text ? el("p", "second", second) : null,
      ]);
    }

    return { hours: hours, prepared: prepared, draw: draw };
  };
})(window);
