/* A new screen of either kind: nothing but its code. Once somebody says what it is, it goes to its own page. Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = root.Luot;
  Luot.hall.start("pair", function (hall) {
    Luot.pairing(hall).show();
  });
})(window);
