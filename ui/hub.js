/* The line between a screen and the hub: state by snapshot, movement by fact.
   A screen says once how it wants to be told (Luot.connect) and is kept right through cuts, restarts, lost packets and proxies without
   websockets. A classic script for Chromium 56; needs socket.io-client's global `io`, and works without it (by polling).

   Luot.connect({namespace: "/board",
     auth: {token, device, version, counter}   what the hub asks for; may be a function; last_seq is added
     snapshotUrl: "/api/v1/…/snapshot/board"   may be a function
     onSnapshot(snapshot)                       never an older one than the last
     onFact(name, fact)                         called, recalled …: each seq once; facts: which ones (these two are the default)
     onLine(up, sinceMs, how)                   when the line comes or goes; how: "socket" | "poll" | "none"
     onRefused({error, message})                the hub knows this screen and says no; it goes on asking slowly
     pollCounts: true                           whether reading by HTTP alone counts as up (a console says false: it must act)
   }) → {send(verb, payload, cb), refresh(), close(), seq(), isUp(), lastHeardAt(), silence()} */
(function (root) {
  "use strict";
  var SILENCE = 15000; // the hub says something at least every 10 s; after this long the line counts as down
  var ASK_AFTER = 12000; // a heartbeat is missing: ask, so that the answer is there before the line counts as down
  var FOLLOW = 1000; // a snapshot follows a fact or an answer within 50 ms; after this it was lost
  var POLL = 2000;
  var HTTP_LIMIT = 5000;
  var ANSWER_LIMIT = 5000; // no answer on a living line: ask again with the same id
  var RESEND_LIMIT = 30000; // an old press must not act on another moment
  var LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  // Monotonic, because the wall clock of a TV jumps when it finds the time server.
  function ticks() {
    return root.performance && root.performance.now ? root.performance.now() : Date.now();
  }

  /** A new id for one press. */
  function requestId() {
    var bytes = new Uint8Array(20),
      text = "",
      i;
    root.crypto.getRandomValues(bytes);
    for (i = 0; i < bytes.length; i++) {
      text += LETTERS[bytes[i] % LETTERS.length];
    }
    return text;
  }
  var language = root.document.documentElement.lang; // the hub answers in that of the page as it came
  function value(thing) {
    return typeof thing === "function" ? thing() : thing;
  }

  function connect(options) {
    var last = null; // {seq, at} of the snapshot shown
    var fresh = true; // the next snapshot is the first on a new socket (it may be handed over before `connect` is)
    var heardTicks = ticks(),
      heardAt = 0;
    var socket = null,
      socketUp = false,
      polling = false,
      pollOk = false;
    var up = null,
      how = "none",
      upSince = Date.now();
    var etag = null,
      fetching = false,
      again = false;
    var closed = false;
    var waiting = {}; // presses without an answer, by request_id
    var heardTo = 0; // every fact up to this seq was heard: what is read by HTTP has none, and before a line's second snapshot what was missed has come
    var wanted = 0;
    var heardFacts = [];
    var parts = root.Luot.changes ? root.Luot.changes() : null; // pages that load changes.js are told what changed only
    var timers = { watch: 0, poll: 0, follow: 0, retry: 0 };
    var refusals = 0;

    function heard() {
      heardTicks = ticks();
      heardAt = Date.now();
      line();
    }

    function line() {
      var readable = polling && pollOk && options.pollCounts !== false;
      var without = readable ? "poll" : "none";
      var nowHow = socketUp ? "socket" : without;
      var nowUp = nowHow !== "none" && ticks() - heardTicks < SILENCE;
      if (nowUp === up && nowHow === how) {
        return;
      }
      if (nowUp !== up) {
        upSince = nowUp ? Date.now() : heardAt || Date.now();
      }
      up = nowUp;
      how = nowHow;
      if (options.onLine) {
        options.onLine(up, upSince, how);
      }
    }

    /* Older than what is shown is never applied. A hub brought back from a backup has a smaller seq and a newer `at`:
       its first snapshot on a new socket is the truth. */
    function newer(snapshot, first) {
      if (!last || snapshot.seq > last.seq) {
        return true;
      }
      if (first) {
        return snapshot.seq === last.seq || snapshot.at > last.at;
      }
      if (snapshot.seq === last.seq) {
        return snapshot.at >= last.at;
      }
      return !socketUp && snapshot.at > last.at + POLL * 2;
    }

    function take(snapshot, first) {
      if (!snapshot || typeof snapshot.seq !== "number") {
        return;
      }
      heard();
      if (!newer(snapshot, first)) {
        return;
      }
      if (last && snapshot.seq < last.seq) {
        heardFacts = [];
        wanted = 0;
      }
      last = { seq: snapshot.seq, at: snapshot.at };
      options.onSnapshot(snapshot);
    }

    // Something newer than what is shown was spoken of: its snapshot must follow, else it was lost on the way.
    function expect(seq) {
      if (typeof seq !== "number" || (last && seq <= last.seq)) {
        return;
      }
      wanted = Math.max(wanted, seq);
      if (!timers.follow) {
        timers.follow = setTimeout(function () {
          timers.follow = 0;
          if (!last || last.seq < wanted) {
            refresh();
          }
        }, FOLLOW);
      }
    }

    function fact(name, body) {
      var mark = body && (body.id || body.seq),
        key = name + ":" + mark;
      heard();
      // what a hub says again under its own id (`speak`) is for the screen to answer
      if (mark && !body.id) {
        if (heardFacts.indexOf(key) >= 0) {
          return;
        }
        heardFacts.push(key);
        if (heardFacts.length > 200) {
          heardFacts.shift();
        }
      }
      expect(body && body.seq);
      options.onFact && options.onFact(name, body);
    }

    function refused(error) {
      var details = (error && error.data) || {};
      if (Array.isArray(details)) {
        details = details[0] || {};
      }
      if (options.onRefused) {
        options.onRefused({
          error: details.error || (error && (error.error || error.message)) || "not_allowed",
          message: details.message || (error && error.message) || "",
        });
      }
    }

    /* ---- reading by HTTP ---- */

    /** Fetches the snapshot now. */
    function refresh(done) {
      var url = value(options.snapshotUrl),
        token = (value(options.auth) || {}).token,
        request;
      if (closed || !url) {
        return;
      }
      if (fetching) {
        again = true;
        return;
      }
      fetching = true;
      request = new XMLHttpRequest();
      request.open("GET", url);
      request.timeout = HTTP_LIMIT;
      request.setRequestHeader("Accept", "application/json");
      if (token) {
        request.setRequestHeader("Authorization", "Bearer " + token);
      }
      if (etag && last && polling) {
        request.setRequestHeader("If-None-Match", etag);
      }
      request.onloadend = function () {
        var status = request.status,
          body = null;
        fetching = false;
        if (closed) {
          return;
        }
        if (status === 200) {
          try {
            body = JSON.parse(request.responseText);
          } catch (broken) {
            body = null;
          }
          if (body) {
            etag = request.getResponseHeader("ETag");
            pollOk = true;
            take(body, false);
          }
        } else if (status === 304) {
          pollOk = true;
          heard();
        } else {
          pollOk = false;
          etag = null; // the hub that comes back may be another one: read it whole
          if (status === 401 || status === 403 || status === 404) {
            try {
              body = JSON.parse(request.responseText);
            } catch (broken) {
              body = {};
            }
            if (!socketUp) {
              refused(body);
            }
          }
          line();
        }
        if (done) {
          done(status === 200 || status === 304);
        }
        if (again) {
          again = false;
          refresh();
        }
      };
      request.send();
    }

    function poll() {
      timers.poll = 0;
      if (closed || socketUp) {
        polling = false;
        line();
        return;
      }
      polling = true;
      if (!fetching) {
        refresh();
      }
      timers.poll = setTimeout(poll, POLL + Math.random() * 500);
    }

    function startPolling(wait) {
      if (!timers.poll && !closed) {
        timers.poll = setTimeout(poll, wait);
      }
    }

    /* ---- the socket ---- */
    function open() {
      if (!root.io) {
        startPolling(0);
        return;
      }
      socket = root.io((options.hub || "") + options.namespace, {
        transports: ["websocket"],
        reconnection: true,
        reconnectionDelay: 500,
        reconnectionDelayMax: 1800,
        randomizationFactor: 0.5,
        timeout: 5000,
        forceNew: true,
        query: { centre: (value(options.snapshotUrl) || "").split("/")[3] || "" }, // leads to its hub
        auth: function (give) {
          give(
            Object.assign({ lang: language, parts: parts ? 1 : 0 }, value(options.auth), {
              last_seq: heardTo || (last ? last.seq : 0),
            })
          );
        },
      });
      socket.on("connect", function () {
        socketUp = true;
        polling = false;
        refusals = 0;
        heard();
        clearTimeout(timers.poll);
        timers.poll = 0;
        setTimeout(function () {
          if (fresh && socketUp && !closed) {
            parts && parts.ask(socket);
            refresh();
          }
        }, FOLLOW); // the hub greets with a snapshot, unless it got lost
        resend();
      });
      socket.on("disconnect", function (reason) {
        socketUp = false;
        fresh = true;
        parts && parts.whole(null);
        line();
        if (closed) {
          return;
        }
        if (reason === "io server disconnect") {
          retry();
        }
        startPolling(1000);
      });
      socket.on("connect_error", function (error) {
        socketUp = false;
        fresh = true;
        line();
        if (closed) {
          return;
        }
        if (!socket.active) {
          refused(error);
          retry();
        } // the hub answered no; the client library gives up, a hall does not
        startPolling(1000);
      });
      socket.on("snapshot", function (snapshot) {
        var first = fresh;
        fresh = false;
        parts && parts.whole(snapshot);
        if (!first || !heardTo) {
          heardTo = (snapshot && snapshot.seq) || 0;
        }
        take(snapshot, first);
      });
      parts &&
        parts.listen(socket, function (snapshot) {
          heardTo = snapshot.seq;
          take(snapshot, false);
        });
      (options.facts || ["called", "recalled"]).forEach(function (name) {
        socket.on(name, function (body) {
          fact(name, body);
        });
      });
    }

    function retry() {
      refusals += 1;
      clearTimeout(timers.retry);
      timers.retry = setTimeout(
        function () {
          if (!closed) {
            socket.connect();
          }
        },
        Math.min(15000, 500 * Math.pow(2, refusals)) * (0.5 + Math.random())
      );
    }

    /* ---- saying ---- */

    function deliver(press) {
      press.tries += 1;
      clearTimeout(press.timer);
      socket.emit(press.verb, press.payload, function (answer) {
        if (answer && answer.error === "outcome_unknown" && ticks() - press.at <= RESEND_LIMIT) {
          return; // the timer sends the same press again: its answer says whether it was done
        }
        settle(press, answer);
      });
      press.timer = setTimeout(function () {
        if (socketUp && waiting[press.id]) {
          again_or_give_up(press);
        }
      }, ANSWER_LIMIT);
    }

    function again_or_give_up(press) {
      if (ticks() - press.at > RESEND_LIMIT) {
        settle(press, { ok: false, error: "lost" });
      } else {
        deliver(press);
      }
    }

    function settle(press, answer) {
      if (!waiting[press.id]) {
        return;
      }
      delete waiting[press.id];
      clearTimeout(press.timer);
      if (answer) {
        expect(answer.seq);
      }
      if (press.cb) {
        press.cb(answer);
      }
    }

    function resend() {
      Object.keys(waiting).forEach(function (id) {
        again_or_give_up(waiting[id]);
      });
    }

    /** Says a verb. `cb` is called once: with the hub's answer, with {ok: false, error: "offline"} at once when the line is down at the
        press (nothing was sent), or with {ok: false, error: "lost"} when no answer came back in time (it may have been done: look). */
    function send(verb, payload, cb) {
      var body = Object.assign({}, payload),
        press;
      if (!body.request_id) {
        body.request_id = requestId();
      }
      if (!socketUp || closed) {
        setTimeout(function () {
          if (cb) {
            cb({ ok: false, error: "offline" });
          }
        }, 0);
        return body.request_id;
      }
      press = {
        id: body.request_id,
        verb: verb,
        payload: body,
        cb: cb,
        at: ticks(),
        tries: 0,
        timer: 0,
      };
      waiting[press.id] = press;
      deliver(press);
      return press.id;
    }

    function watch() {
      line();
      if (ticks() - heardTicks > ASK_AFTER && !polling) {
        refresh();
      }
      Object.keys(waiting).forEach(function (id) {
        if (ticks() - waiting[id].at > RESEND_LIMIT) {
          settle(waiting[id], { ok: false, error: "lost" });
        }
      });
    }

    function wake() {
      if (!root.document.hidden) {
        refresh();
      }
    }

    function close() {
      closed = true;
      Object.keys(timers).forEach(function (name) {
        clearTimeout(timers[name]);
        clearInterval(timers[name]);
      });
      root.removeEventListener("online", wake);
      root.document.removeEventListener("visibilitychange", wake);
      if (socket) {
        socket.disconnect();
      }
    }

    timers.watch = setInterval(watch, 1000);
    root.addEventListener("online", wake);
    root.document.addEventListener("visibilitychange", wake);
    open();
    if (!root.io || options.eager) {
      refresh();
    }

    return {
      send: send,
      refresh: refresh,
      close: close,
      seq: function () {
        return last ? last.seq : null;
      },
      isUp: function () {
        return !!up;
      },
      how: function () {
        return how;
      },
      lastHeardAt: function () {
        return heardAt || null;
      },
      silence: function () {
        return heardAt ? ticks() - heardTicks : null;
      },
    };
  }

  root.Luot = Object.assign(root.Luot || {}, { connect, requestId, language });
})(window);
