/* Stands in for the hub on a page of the hall that is shown beside the settings: the page around it tells what a sample morning looks
   like with the draft, and every question of this page is answered from that. Nothing leaves this page but requests for the texts and
   letters all screens share; the page's policy holds that too. Loaded before the screen's own scripts. */
(function (root) {
  "use strict";
  var KIOSK = {
    hub: "up",
    printer: "ok",
    paper: "ok",
    device: "kiosk-1",
    idle: 600,
    contrast: false,
    speech: false,
    can_print: true,
    staff: false,
    id_cards: false,
    test: false,
  };
  var morning = null,
    turn = 0,
    catalogue = "",
    waiting = [],
    sockets = [];

  /** Calls back once the page around has told what there is to show. */
  function once(act) {
    if (morning) {
      act();
    } else {
      waiting.push(act);
    }
  }

  /* The page around tells what there is to show over a line of its own, which this page hands it: so nobody else hears the draft. */
  var line = new MessageChannel();
  line.port1.onmessage = function (event) {
    morning = event.data;
    turn += 1;
    catalogue = morning.catalogue || catalogue;
    morning.board.screens = String(turn); // the screen asks anew what it is
    waiting.splice(0).forEach(function (act) {
      act();
    });
    sockets.forEach(function (socket) {
      socket.hear("snapshot", morning.board);
    });
  };

  /** The answer to a question: {status, body, tag}, or null for a file that is really there. */
  function answerTo(method, url) {
    var path = new URL(url, root.location.href).pathname;
    if (method === "GET" && path.indexOf("/ui/") === 0) {
      return null;
    }
    if (path === "/api/snapshot") {
      return {
        status: 200,
        tag: String(turn),
        body: JSON.stringify({ ok: true, snapshot: morning.kiosk, kiosk: KIOSK, at: morning.at }),
      };
    }
    if (/\/catalogue$/.test(path)) {
      return { status: 200, body: catalogue };
    }
    if (/\/snapshot\/board$/.test(path)) {
      return { status: 200, body: JSON.stringify(morning.board) };
    }
    if (/\/screen$/.test(path)) {
      return { status: 200, body: JSON.stringify(morning.screen) };
    }
    if (path === "/signs/clips.json") {
      return { status: 200, body: '{"clips": {}}' };
    }
    return {
      status: 409,
      body: JSON.stringify({ ok: false, error: "day_closed", message: morning.nothing }),
    };
  }

  var reallyFetch = root.fetch;
  root.fetch = function (url, options) {
    var method = (options && options.method) || "GET";
    return new Promise(function (done, fail) {
      once(function () {
        var answer = answerTo(method, String(url)),
          asked = (options && options.headers) || {};
        if (!answer) {
          reallyFetch(url, options).then(done, fail);
        } else if (answer.tag && asked["If-None-Match"] === answer.tag) {
          done(new Response(null, { status: 304 }));
        } else {
          done(
            new Response(answer.body, {
              status: answer.status,
              headers: answer.tag ? { ETag: answer.tag } : {},
            })
          );
        }
      });
    });
  };

  /** Like XMLHttpRequest, as far as the screens use it. */
  function Request() {
    this.status = 0;
    this.responseText = "";
    this.response = null;
  }
  Request.prototype = {
    open: function (method, url) {
      this.method = method;
      this.url = url;
    },
    setRequestHeader: function () {},
    getResponseHeader: function () {
      return null;
    },
    abort: function () {},
    send: function () {
      var request = this;
      root.fetch(request.url, { method: request.method }).then(
        function (answer) {
          answer.text().then(function (text) {
            request.status = answer.status;
            request.responseText = text;
            request.response = request.responseType === "json" ? JSON.parse(text) : text;
            request.onloadend();
          });
        },
        function () {
          request.onloadend();
        }
      );
    },
  };
  root.XMLHttpRequest = Request;

  /** Like socket.io's client: a line that is up and tells what the page around tells. */
  root.io = function () {
    var heard = {},
      socket = {
        active: true,
        on: function (name, act) {
          heard[name] = (heard[name] || []).concat(act);
        },
        hear: function (name, body) {
          (heard[name] || []).forEach(function (act) {
            act(body);
          });
        },
        emit: function (verb, body, done) {
          if (done) {
            done({ ok: false, error: "offline" });
          }
        },
        connect: function () {},
        disconnect: function () {},
      };
    sockets.push(socket);
    once(function () {
      setTimeout(function () {
        socket.hear("connect");
        socket.hear("snapshot", morning.board);
      }, 0);
    });
    return socket;
  };

  // a sandbox has no store of its own, and says so by an error
  Object.defineProperty(root, "caches", { value: undefined });

  // what is typed beside this page goes on being typed there
  var reallyFocus = root.HTMLElement.prototype.focus;
  root.HTMLElement.prototype.focus = function (options) {
    if (root.document.hasFocus()) {
      reallyFocus.call(this, options);
    }
  };

  /** Goes on to the list of fields, or into one of them (by its letter), where that is what the form beside is about. */
  function start() {
    var press = root.document.querySelector(".kiosk main .press.start");
    if (press && morning.open) {
      press.click();
      setTimeout(enter, 100);
    } else if (!press) {
      setTimeout(start, 100);
    }
  }
  function enter() {
    [].forEach.call(root.document.querySelectorAll(".plate.row"), function (row) {
      var letter = row.querySelector(".tile");
      if (letter && letter.textContent === morning.open) {
        row.click();
      }
    });
  }
  if (/\/kiosk$/.test(root.location.pathname)) {
    once(start);
  }
  root.parent.postMessage({ luot: "ready" }, root.location.origin, [line.port2]);
})(window);
