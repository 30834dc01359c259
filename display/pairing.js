/* A screen that nobody knows yet, or that was shut off, shows a short code and its QR: Luot.pairing(hall) → {show, hide, shown}.
   The secret is made here and stays here; whoever has the right types the code on /devices, and then the secret is this screen's token.
   Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = (root.Luot = root.Luot || {});
  var LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  var ASK_EVERY = 2000,
    AGAIN = 5000;

  /** 43 letters of 64: 258 bits. */
  function secret() {
    var bytes = new Uint8Array(43),
      text = "",
      i;
    root.crypto.getRandomValues(bytes);
    for (i = 0; i < bytes.length; i++) {
      text += LETTERS[bytes[i] & 63];
    }
    return text;
  }

  Luot.secret = secret;

  function ask(method, url, token, body, done) {
    var request = new XMLHttpRequest();
    request.open(method, url);
    request.timeout = 8000;
    request.setRequestHeader("Accept", "application/json");
    if (token) {
      request.setRequestHeader("Authorization", "Bearer " + token);
    }
    if (body) {
      request.setRequestHeader("Content-Type", "application/json");
    }
    request.onloadend = function () {
      var answer = null;
      try {
        answer = JSON.parse(request.responseText);
      } catch (none) {
        answer = null;
      }
      done(request.status, answer || {});
    };
    request.send(body ? JSON.stringify(body) : null);
  }

  Luot.pairing = function (hall) {
    var el = hall.el,
      t = hall.t,
      key = hall.key + ":claim";
    var claim = hall.recall(key) || "",
      place = null,
      timer = 0,
      code = "",
      until = 0,
      trouble = "",
      wait = 0;
    var kind = hall.kind === "sign" ? "sign" : "board",
      title = kind === "sign" ? "pair.title_sign" : "pair.title_board";

    function fresh() {
      claim = secret();
      code = "";
      hall.keep(key, claim);
    }

    function later(ms) {
      clearTimeout(timer);
      timer = place ? setTimeout(step, ms) : 0;
    }

    function step() {
      if (!place) {
        return;
      }
      if (!claim) {
        fresh();
      }
      if (!code) {
        begin();
        return;
      }
      ask("GET", "/api/v1/pairing", claim, null, function (status, answer) {
        if (!place) {
          return;
        }
        if (status === 200 && answer.state === "paired") {
          arrive(answer);
          return;
        }
        if (status === 200 && answer.state === "gone") {
          fresh();
        }
        if (status === 200 && answer.state === "waiting") {
          code = answer.code;
          until = answer.expires_at;
        }
        trouble = status === 200 ? "" : "pair.no_hub";
        draw();
        later(status === 200 ? ASK_EVERY : AGAIN);
      });
    }

    function begin() {
      var body = {
        claim: claim,
        kind: kind,
        screen: root.innerWidth + "x" + root.innerHeight,
        browser: String(root.navigator.userAgent).slice(0, 160),
      };
      if (hall.centre) {
        body.centre = hall.centre;
      }
      ask("POST", "/api/v1/pairing", "", body, function (status, answer) {
        if (!place) {
          return;
        }
        wait = ASK_EVERY;
        trouble = "";
        if (status === 200) {
          code = answer.code;
          until = answer.expires_at;
        } else if (answer.error === "request_id_reused") {
          // this secret has been a token already: paired meanwhile, or used up
          code = "?";
        } else if (answer.error === "unknown_centre") {
          trouble = "pair.no_centre";
          wait = 30000;
        } else {
          trouble = status === 429 ? "pair.too_many" : "pair.no_hub";
          wait = status === 429 ? 30000 : AGAIN;
        }
        draw();
        later(code === "?" ? 0 : wait);
      });
    }

    /* The secret is a token now: kept where the page of this kind looks for it, and that page opened. */
    function arrive(answer) {
      // an entrance is a board to the hub: it stays the page it was opened as
      var page = answer.kind === "board" && hall.kind === "door" ? "door" : answer.kind;
      var path =
        "/" +
        page +
        "/" +
        encodeURIComponent(answer.centre) +
        (answer.kind === "sign" ? "/" + encodeURIComponent(answer.counter) : "");
      hall.keep(key, null);
      root.location.replace(
        path +
          (page === hall.kind ? root.location.search : "") +
          "#token=" +
          encodeURIComponent(claim) +
          "&paired=" +
          hall.clock.now()
      );
      if (path === root.location.pathname) {
        root.location.reload();
      } // only the part behind # differs: the browser would stay
    }

    function draw() {
      var hasCode = code && code !== "?",
        groups = hasCode ? [code.slice(0, 3), code.slice(3)] : [];
      hall.fill(place, [code, trouble, hall.second], function () {
        var image = null;
        if (hasCode) {
          image = el("img", "pair-qr");
          image.src = "/api/v1/pairing/qr.svg?code=" + encodeURIComponent(code);
          image.alt = "";
          image.onerror = function () {
            // no phone reaches the hub's address: the code is typed
            image.style.display = "none";
          };
        }
        return [
          el("div", "pair-words", [
            el("h1", "pair-title", t(title)),
            el(
              "p",
              "pair-code num",
              hasCode
                ? groups.map(function (part) {
                    return el("span", "pair-part", part);
                  })
                : "······"
            ),
            el(
              "p",
              "pair-how",
              trouble ? t(trouble) : t("pair.how", { address: root.location.host + "/devices" })
            ),
            trouble ? null : el("p", "pair-how soft", t("pair.lasts")),
          ]),
          image,
        ];
      });
    }

    return {
      /** Shows the code over whatever the page shows, until the screen is told what it is. */
      show: function () {
        if (place) {
          return;
        }
        place = el("main", "unpaired");
        place.setAttribute("role", "status");
        document.body.appendChild(place);
        document.body.classList.add("pairing");
        document.title = t(title);
        draw();
        step();
      },
      /** Takes the code away: the hub knows this screen again. */
      hide: function () {
        if (!place) {
          return;
        }
        clearTimeout(timer);
        place.parentNode.removeChild(place);
        place = null;
        code = "";
        document.body.classList.remove("pairing");
      },
      shown: function () {
        return !!place;
      },
      until: function () {
        return until;
      },
    };
  };
})(window);
