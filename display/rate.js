/* The tablet at a counter: when the number there has gone, it asks how the visit was; one tap, and it goes back by itself.
   What the clerk sees nothing of. Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = root.Luot,
    document = root.document;
  var OPEN_MS = 20000,
    THANKS_MS = 3000,
    ASK_MS = 8000;

  Luot.hall.start("rate", function (hall) {
    var el = hall.el,
      fill = hall.fill,
      t = hall.t;
    var place = {},
      visit = null,
      scale = [],
      closesAt = 0,
      thanksUntil = 0,
      failed = false,
      sending = false,
      number = null, // called to this counter or served there now
      served = false,
      heard = false,
      hub = null;
    var truth = Luot.truth(hall, function () {
      return hub;
    });
    var pairing = Luot.pairing(hall);
    ["tablet", "at", "ask", "steps", "foot"].forEach(function (name) {
      place[name] = document.getElementById(name);
    });
    document.title = t("rate.title");
    Luot.renewing(hall);
    Luot.letters(hall, function () {
      render();
    });

    function request(method, body, then) {
      var asked = new XMLHttpRequest();
      asked.open(
        method,
        "/api/v1/" + encodeURIComponent(hall.centre) + "/rate/" + encodeURIComponent(hall.counter)
      );
      asked.timeout = ASK_MS;
      asked.setRequestHeader("Accept", "application/json");
      asked.setRequestHeader("Authorization", "Bearer " + hall.token);
      if (body) {
        asked.setRequestHeader("Content-Type", "application/json");
      }
      asked.onloadend = function () {
        var answer = null;
        try {
          answer = JSON.parse(asked.responseText);
        } catch (broken) {
          answer = null;
        }
        then(answer && answer.ok ? answer : null, asked.status);
      };
      asked.send(body ? JSON.stringify(body) : null);
    }

    /** The centre's own words, {key: {lang: text}}, in place of those that are shipped. */
    function useOwn(texts) {
      hall.langs.forEach(function (lang) {
        var shipped = hall.words[lang].rate || {};
        Object.keys(texts).forEach(function (key) {
          shipped[key] = texts[key][lang] || shipped[key];
        });
      });
    }

    /** A visit has ended here: which, and whether it may be rated. */
    function askForVisit() {
      request("GET", null, function (answer) {
        if (answer) {
          useOwn(answer.texts);
        }
        if (!answer || !answer.visit || served) {
          return;
        }
        visit = answer.visit;
        scale = answer.scale;
        failed = false;
        closesAt = hall.ticks() + OPEN_MS;
        render();
      });
    }

    function close() {
      visit = null;
      failed = false;
      render();
    }

    function pressId() {
      var bytes = new Uint8Array(15);
      root.crypto.getRandomValues(bytes);
      return (
        "tablet-" +
        Array.prototype.map
          .call(bytes, function (byte) {
            return ("0" + byte.toString(16)).slice(-2);
          })
          .join("")
      );
    }

    function tap(score) {
      var rated = visit;
      if (!rated || sending) {
        return;
      }
      sending = true;
      request(
        "POST",
        { request_id: pressId(), ticket: rated.ticket, score: score },
        function (answer, status) {
          sending = false;
          if (answer || status === 404 || status === 409) {
            visit = null;
            thanksUntil = hall.ticks() + THANKS_MS;
          } else {
            failed = true;
            closesAt = hall.ticks() + OPEN_MS;
          }
          render();
        }
      );
    }

    function bars(score) {
      return el(
        "span",
        "bars",
        scale.map(function (_, n) {
          var bar = el("i", n < score ? "full" : "");
          bar.style.height = (100 * (n + 1)) / scale.length + "%";
          return bar;
        })
      );
    }

    function button(cls, children, press) {
      var made = el("button", cls, children);
      made.type = "button";
      made.addEventListener("click", press);
      return made;
    }

    function stepOf(step) {
      return button(
        "step",
        [bars(step.score), el("span", "name", hall.name(step.name))],
        function () {
          tap(step.score);
        }
      );
    }

    function question(thanks) {
      if (thanks) {
        return t("rate.thanks");
      }
      return visit ? t("rate.ask") : t("rate.rest");
    }

    function render() {
      var thanks = hall.ticks() < thanksUntil,
        left = Math.max(0, Math.ceil((closesAt - hall.ticks()) / 1000));
      if (pairing.shown()) {
        return;
      }
      if (visit && left === 0 && !sending) {
        close();
        return;
      }
      place.tablet.className = "tablet" + (thanks ? " thanks" : "") + (visit ? "" : " rest");
      fill(place.at, [visit && visit.number, hall.langs], function () {
        return [
          el("b", "", t("rate.counter", { counter: hall.counter })),
          visit ? el("span", "", hall.rich("rate.ended", { number: visit.number })) : null,
        ];
      });
      fill(place.ask, [question(thanks)], function () {
        return document.createTextNode(question(thanks));
      });
      fill(place.steps, [visit && visit.ticket, scale.length], function () {
        return visit ? scale.map(stepOf) : null;
      });
      fill(place.foot, [visit && visit.ticket, failed], function () {
        if (!visit) {
          return null;
        }
        return [
          el("span", "", t(failed ? "rate.failed" : "rate.once")),
          button("skip", [el("b", "", t("rate.skip")), el("span", "left", "")], close),
        ];
      });
      if (visit) {
        place.foot.querySelector(".left").textContent = t("rate.closes", { n: left });
      }
    }

    /** How this counter stands now. */
    function here(snapshot) {
      return (
        snapshot.counters.filter(function (each) {
          return String(each.counter) === String(hall.counter);
        })[0] || {}
      );
    }

    hub = Luot.connect({
      namespace: "/board",
      auth: hall.auth,
      snapshotUrl: hall.snapshotUrl,
      facts: [],
      onSnapshot: function (fresh) {
        var before = number,
          row = here(fresh);
        truth.hear(fresh);
        pairing.hide();
        number = row.number || null;
        served = Boolean(number) && row.ticket_state === "SERVING";
        if (served) {
          visit = null; // the next one is there: nobody rates for another
        }
        if (!heard || (before && number !== before)) {
          askForVisit();
        }
        heard = true;
        render();
      },
      onFact: function () {
        return null;
      },
      onLine: function () {
        render();
      },
      onRefused: function (error) {
        if (error.error === "not_allowed") {
          pairing.show();
        }
      },
    });
    if (!hall.token) {
      pairing.show();
    }
    render();
    root.setInterval(render, 500);
  });
})(window);
