/* A snapshot put together from what the hub says has changed (docs/sockets.md, "Changes"). A classic script for Chromium 56, before
   hub.js, which says `parts: 1` on pages that load it.

   Luot.changes() → {whole(snapshot), apply(changes, ask), listen(socket, take), ask(socket)}: whole is told each whole snapshot, and null
   when the line is cut; apply gives the snapshot as it is now, or null where a change before this one was missed: then it calls `ask`,
   and again if no whole comes. listen does so on a line and gives each snapshot to `take`. */
(function (root) {
  "use strict";
  var ASK_AGAIN = 2000;

  /* A list by its pieces: new rows, and [from, count] of the rows as they were. */
  function pieced(before, pieces) {
    var now = [];
    pieces.forEach(function (piece) {
      if (Array.isArray(piece)) {
        now.push.apply(now, before.slice(piece[0], piece[0] + piece[1]));
      } else {
        now.push(piece);
      }
    });
    return now;
  }

  function changed(held, news) {
    var now = Object.assign({}, held, news.values, { n: news.n, seq: news.seq, at: news.at });
    Object.keys(news.rows).forEach(function (key) {
      now[key] = pieced(held[key], news.rows[key]);
    });
    news.gone.forEach(function (key) {
      delete now[key];
    });
    return now;
  }

  function changes() {
    var held = null,
      greeted = false, // the whole that every line begins with has come
      askedAt = 0;

    function apply(news, ask) {
      if (!held || held.n !== news.of) {
        held = null;
        if (Math.abs(Date.now() - askedAt) > ASK_AGAIN) {
          askedAt = Date.now();
          ask();
        }
        return null;
      }
      held = changed(held, news);
      return Object.assign({}, held);
    }

    function ask(socket) {
      socket.emit("whole", {});
    }

    return {
      whole: function (snapshot) {
        held = snapshot;
        greeted = !!snapshot;
        askedAt = 0;
      },
      apply: apply,
      ask: ask,
      listen: function (socket, take) {
        socket.on("changes", function (news) {
          var snapshot = apply(news, function () {
            if (greeted) {
              ask(socket);
            }
          });
          if (snapshot) {
            take(snapshot);
          }
        });
      },
    };
  }

  root.Luot = Object.assign(root.Luot || {}, { changes: changes });
})(window);
