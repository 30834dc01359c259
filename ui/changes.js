/* A snapshot put together from what the hub says has changed (docs/sockets.md, "Changes"). A classic script, before hub.js.

   Luot.changes() → {whole(snapshot), apply(changes, ask)}: apply gives the whole snapshot as it is now; where a change before this
   one was missed it gives null, and calls `ask` once for the whole. */
(function (root) {
  "use strict";

  function changes() {
    var held = null,
      asked = false;
    return {
      whole: function (snapshot) {
        held = snapshot;
        asked = false;
      },
      apply: function (news, ask) {
        if (!held || held.n !== news.of) {
          held = null;
          if (!asked) {
            asked = true;
            ask();
          }
          return null;
        }
        held = Object.assign({}, held, news.values, { n: news.n, seq: news.seq, at: news.at });
        news.gone.forEach(function (key) {
          delete held[key];
        });
        return Object.assign({}, held);
      },
    };
  }

  root.Luot = Object.assign(root.Luot || {}, { changes: changes });
})(window);
