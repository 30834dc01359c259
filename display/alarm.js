/* The emergency text a manager puts on every screen: it goes before everything, in all its languages.
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
        first = raised && hall.name(raised.text, hall.standard),
        others = raised ? hall.others(raised.text, first) : [],
        length = raised ? [first].concat(others).join("").length : 0;
      place.className = "emergency" + (raised ? Luot.screen.sizeOf(length, 140, 360) : " gone");
      hall.fill(place, [raised], function () {
        return raised
          ? [el("h2", "", t("emergency.title")), el("p", "first", first)].concat(
              others.map(function (text) {
                return el("p", "other", text);
              })
            )
          : [];
      });
      return !!raised;
    };
  };
})(window);
