/* The emergency text a manager puts on every screen: it goes before everything, in both languages.
   Luot.alarm(hall, place) → draw(snapshot), which answers whether one is on.
   Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = (root.Luot = root.Luot || {});

  Luot.alarm = function (hall, place) {
    var el = hall.el,
      t = hall.t;
    return function draw(snapshot) {
      var raised = (snapshot && snapshot.emergency) || null,
        vi = raised && hall.name(raised.text, "vi"),
        en = (raised && raised.text.en) || "";
      var length = raised ? vi.length + en.length : 0,
        other = en && en !== vi;
      place.className =
        "emergency" + (raised ? (length > 360 ? " much" : length > 140 ? " more" : "") : " gone");
      hall.fill(place, [raised], function () {
        return raised
          ? [
              el("h2", "", t("emergency.title")),
              el("p", "first", vi),
              other ? el("p", "other", en) : null,
            ]
          : [];
      });
      return !!raised;
    };
  };
})(window);
