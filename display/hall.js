/* What every screen of the hall needs: who it is, its words, its memory, the hub's clock, and small makers of elements.
   Luot.hall.start(kind, ready) calls ready(hall) once the words are there. Classic script, Chromium 56. */
(function (root) {
  "use strict";
  /* Which version of Lượt these pages are of; a page that was kept says its own. */
  var VERSION = "0.1.0";
  var Luot = (root.Luot = root.Luot || {});
  var document = root.document;
  var STANDARD = document.documentElement.lang; // the language the page is written in stands in for every other
  var RENEW_FIRST = 30000,
    RENEW = 1800000;

  function query(text) {
    var values = {};
    String(text || "")
      .replace(/^[?#]/, "")
      .split("&")
      .forEach(function (pair) {
        var cut = pair.indexOf("=");
        if (pair) {
          values[decodeURIComponent(cut < 0 ? pair : pair.slice(0, cut))] =
            cut < 0 ? "" : decodeURIComponent(pair.slice(cut + 1).replace(/\+/g, " "));
        }
      });
    return values;
  }

  /* ---- memory: a TV that is switched on without a hub shows the last truth ---- */

  function recall(key) {
    try {
      return JSON.parse(root.localStorage.getItem(key));
    } catch (none) {
      return null;
    }
  }

  function keep(key, thing) {
    try {
      root.localStorage.setItem(key, JSON.stringify(thing));
    } catch (full) {
      return false;
    }
    return true;
  }

  function read(url, done) {
    var request = new XMLHttpRequest();
    request.open("GET", url);
    request.timeout = 8000;
    request.onloadend = function () {
      var body = null;
      if (request.status === 200) {
        try {
          body = JSON.parse(request.responseText);
        } catch (broken) {
          body = null;
        }
      }
      done(body);
    };
    request.send();
  }

  /* ---- elements: data only ever becomes text ---- */

  /** A new element with a class and children (elements, texts, or nothing). */
  function el(tag, cls, kids) {
    var made = document.createElement(tag);
    if (cls) {
      made.className = cls;
    }
    [].concat(kids === undefined || kids === null ? [] : kids).forEach(function (kid) {
      if (kid !== null && kid !== undefined && kid !== "") {
        made.appendChild(typeof kid === "object" ? kid : document.createTextNode(String(kid)));
      }
    });
    return made;
  }

  /** Puts children into a place only when they say something new, so an idle board touches nothing. */
  function fill(place, saying, kids) {
    var sayingText = JSON.stringify(saying);
    if (place.luotSaid === sayingText) {
      return false;
    }
    place.luotSaid = sayingText;
    while (place.firstChild) {
      place.removeChild(place.firstChild);
    }
    [].concat(kids()).forEach(function (kid) {
      if (kid) {
        place.appendChild(kid);
      }
    });
    return true;
  }

  /** A counter's plate. Three characters (HD1) stand smaller in the same square. */
  function plate(counter) {
    var text = String(counter);
    return el("span", "plate", el("span", text.length > 2 ? "small" : "", text));
  }

  /* ---- the hub's clock: a TV's own clock is often wrong and jumps ---- */

  function ticks() {
    return root.performance && root.performance.now ? root.performance.now() : Date.now();
  }

  function hubClock() {
    var base = null;
    return {
      hear: function (at) {
        var here = at - ticks();
        // of two readings the one that travelled faster is nearer; a jump of the hub's own clock is followed
        if (base === null || here > base || base - here > 2000) {
          base = here;
        }
      },
      known: function () {
        return base !== null;
      },
      now: function () {
        return base === null ? Date.now() : base + ticks();
      },
    };
  }

  var formats = {},
    lastParts = {};

  // An idle board asks once a second: the answer of this minute is kept.
  function localParts(at, zone) {
    var minute = Math.floor(at / 60000),
      kept = lastParts[zone];
    if (!kept || kept.minute !== minute) {
      kept = lastParts[zone] = { minute: minute, parts: partsOf(at, zone) };
    }
    return kept.parts;
  }

  function partsOf(at, zone) {
    var shifted,
      parts = null;
    try {
      parts = {};
      formats[zone] =
        formats[zone] ||
        new Intl.DateTimeFormat("en-GB", {
          timeZone: zone,
          hour12: false,
          year: "numeric",
          month: "2-digit",
          day: "2-digit",
          hour: "2-digit",
          minute: "2-digit",
        });
      formats[zone].formatToParts(new Date(at)).forEach(function (part) {
        parts[part.type] = part.value;
      });
      shifted = new Date(Date.UTC(+parts.year, +parts.month - 1, +parts.day));
      return {
        time: (parts.hour === "24" ? "00" : parts.hour) + ":" + parts.minute,
        day: +parts.day,
        month: +parts.month,
        weekday: shifted.getUTCDay(),
        date: parts.year + parts.month + parts.day,
      };
    } catch (oldTelevision) {
      // no zones or no formatToParts: Vietnam has one zone and no summer time
      shifted = new Date(at + 7 * 3600000);
      return {
        time: shifted.toISOString().slice(11, 16),
        day: shifted.getUTCDate(),
        month: shifted.getUTCMonth() + 1,
        weekday: shifted.getUTCDay(),
        date: shifted.toISOString().slice(0, 10).replace(/-/g, ""),
      };
    }
  }

  /* ---- a name that fits without being cut inside a word ---- */

  /** Drops the bracket, then whole parts between dashes, then whole words. */
  function fit(name, room) {
    var text = String(name),
      parts,
      words;
    if (text.length <= room) {
      return text;
    }
    text = text.replace(/\s*\([^)]*\)/g, "");
    parts = text.split(" – ");
    while (parts.length > 1 && parts.join(" – ").length > room) {
      parts.pop();
    }
    text = parts.join(" – ");
    if (text.length <= room) {
      return text;
    }
    words = text.split(" ");
    while (words.length > 1 && words.join(" ").length + 1 > room) {
      words.pop();
    }
    return words.join(" ").replace(/[,;:–-]$/, "") + "…";
  }

  // Hands the page to the browser's keeping. The first visit was not seen by the worker: everything is read once more through it.
  function keepPage(kind) {
    var worker = root.navigator.serviceWorker,
      unseen = worker && !worker.controller;
    function readAgain() {
      var seen = [root.location.href.split("#")[0]].concat(
        root.performance.getEntriesByType("resource").map(function (one) {
          return one.name;
        })
      );
      seen
        .filter(function (url) {
          return url.indexOf(root.location.origin) === 0 && !/\/(?:api|socket\.io)\//.test(url);
        })
        .forEach(function (url) {
          root.fetch(url).catch(function () {
            return null;
          });
        });
    }
    if (!worker) {
      return;
    } // neither https: nor localhost
    if (unseen) {
      worker.addEventListener("controllerchange", function () {
        if (unseen) {
          unseen = false;
          setTimeout(readAgain, 1000);
        }
      });
    }
    worker.register("/display/keep.js", { scope: "/" + kind + "/" }).catch(function () {
      return null;
    });
  }

  /* On plain http: no worker may keep the page, but the browser's own store of files does: the hub lets these stand for a week, and a running page has each
     of them looked at again every half hour. So a restart within a week of the last word from the hub needs no hub. What is new is taken up by one reload. */
  function renewPage(kind) {
    var key = "luot:files:" + kind,
      busy = false;
    function renew(then) {
      var page = root.location.href.split("#")[0],
        tags = {},
        at = 0,
        urls;
      function end(whole) {
        var before = recall(key),
          fresh;
        busy = false;
        if (whole) {
          keep(key, tags);
        }
        fresh =
          whole &&
          !!before &&
          urls.some(function (url) {
            return before[url] && before[url] !== tags[url];
          });
        if (typeof then === "function") {
          then(fresh);
        }
        if (fresh) {
          root.location.reload();
        }
      }
      function next() {
        var request = new XMLHttpRequest();
        if (at === urls.length) {
          end(true);
          return;
        }
        request.open("GET", urls[at]);
        request.timeout = 8000;
        request.setRequestHeader("Cache-Control", "max-age=0"); // asks the hub whether it is still the same, and stands for another week
        request.onloadend = function () {
          if (request.status !== 200) {
            end(false);
            return;
          }
          tags[urls[at]] = request.getResponseHeader("ETag") || "";
          at += 1;
          next();
        };
        request.send();
      }
      if (busy) {
        return;
      }
      busy = true;
      urls = [page].concat(
        Array.prototype.map.call(
          document.querySelectorAll("script[src], link[rel=stylesheet]"),
          function (one) {
            return one.src || one.href;
          }
        ),
        root.performance
          .getEntriesByType("resource")
          .map(function (one) {
            return one.name;
          })
          .filter(function (url) {
            return /\.woff2?$/.test(url);
          })
      );
      next();
    }
    setTimeout(renew, RENEW_FIRST);
    setInterval(renew, RENEW);
    return renew;
  }

  function start(kind, ready) {
    var path = root.location.pathname.split("/").filter(Boolean).map(decodeURIComponent);
    var wish = query(root.location.search),
      brought = query(root.location.hash),
      secret = brought.token;
    var served = path[0] === kind;
    var centre = (served && path[1]) || wish.centre || "";
    var counter = (served && path[2]) || wish.counter || "";
    var langs = (wish.lang || STANDARD).split(",").filter(Boolean);
    var mine = ["luot", kind, centre, counter || wish.zone || ""].join(":");
    var words = {},
      pending = langs.length;
    if (secret) {
      keep(mine + ":token", secret);
      keep(mine + ":paired", Number(brought.paired) || null);
      root.history.replaceState(null, "", root.location.pathname + root.location.search); // not in sight, not in the history
    }

    function text(key, vars, lang) {
      var at = words[lang || langs[0]] || {};
      key.split(".").forEach(function (part) {
        at = at && at[part];
      });
      return String(at || "").replace(/\{(\w+)\}/g, function (hole, name) {
        return vars && name in vars ? vars[name] : hole;
      });
    }

    /* The text with its variables as figures of their own: rich("ahead.range", {low: 10, high: 20}); `only` names those that are figures */
    function rich(key, vars, only) {
      return text(key)
        .split(/(\{\w+\})/)
        .filter(Boolean)
        .map(function (part) {
          var hole = /^\{(\w+)\}$/.exec(part);
          if (!hole || !vars || !(hole[1] in vars)) {
            return document.createTextNode(part);
          }
          return !only || only[hole[1]]
            ? el("span", "num", vars[hole[1]])
            : document.createTextNode(vars[hole[1]]);
        });
    }

    var hall = {
      version: VERSION,
      kind: kind,
      centre: centre,
      counter: counter,
      langs: langs,
      lang: langs[0],
      standard: STANDARD,
      second: langs[1] || null,
      wish: wish,
      token: secret || recall(mine + ":token") || "",
      device: wish.device || "",
      key: mine,
      keep: keep,
      recall: recall,
      read: read,
      el: el,
      fill: fill,
      plate: plate,
      fit: fit,
      ticks: ticks,
      clock: hubClock(),
      zone: "Asia/Ho_Chi_Minh",
      t: text,
      rich: rich,
      /* the class of a number too long for the usual size: five characters (A1008, AK012), six (AK1008) */
      length: function (number, badge) {
        var n = String(number).length;
        if (n > 4) {
          return n > 5 ? " long longer" : " long";
        }
        return badge ? " snug" : ""; // the badge stands beside it
      },
      words: words, // by language, as read from the hub
      name: function (names, lang) {
        if (!names || typeof names === "string") {
          return names || "";
        }
        return names[lang || langs[0]] || names[STANDARD] || names[Object.keys(names)[0]] || "";
      },
      /* the texts of the other languages, those that say the same left out */
      others: function (names, first) {
        return Object.keys(names)
          .map(function (lang) {
            return names[lang];
          })
          .filter(function (text, place, all) {
            return text && text !== first && all.indexOf(text) === place;
          });
      },
      /* How promises were kept lately, as a name in each language; `today` and the line's day are service days ("2026-11-23") */
      kept: function (line, today) {
        var names = {},
          key = Date.parse(today) - Date.parse(line.day) === 86400000 ? "yesterday" : "day",
          day = line.day.split("-").reverse().map(Number).slice(0, 2).join("/");
        langs.forEach(function (lang) {
          names[lang] = text("kept." + key, { of_ten: line.of_ten, day: day }, lang);
        });
        return names;
      },
      time: function (at) {
        return localParts(at, hall.zone).time;
      },
      day: function (at) {
        var local = localParts(at, hall.zone);
        return text("day.date", {
          weekday: text("day.weekdays").split("|")[local.weekday],
          day: local.day,
          month: local.month,
        });
      },
      date: function (at) {
        var local = localParts(at, hall.zone);
        return local.day + "/" + local.month;
      },
      sameDay: function (a, b) {
        return localParts(a, hall.zone).date === localParts(b, hall.zone).date;
      },
      age: function (ms) {
        var minutes = Math.floor(ms / 60000);
        if (minutes < 120) {
          return minutes < 1 ? text("stale.moment") : text("stale.minutes", { n: minutes });
        }
        return text("stale.hours", { n: Math.floor(minutes / 60) });
      },
      /* the sentence on how old the truth on the screen is */
      truth: function (at, now) {
        return hall.sameDay(at, now) && now >= at
          ? ["stale.true_at", { time: hall.time(at), age: hall.age(now - at) }]
          : ["stale.true_on", { time: hall.time(at), date: hall.date(at) }];
      },
      auth: function () {
        return { token: hall.token, device: hall.device, version: VERSION, lang: langs[0] };
      },
      snapshotUrl: "/api/v1/" + encodeURIComponent(centre) + "/snapshot/board",
    };
    if (served) {
      keepPage(kind);
      hall.renew = renewPage(kind);
    }
    document.documentElement.lang = langs[0];
    if (wish.look === "light") {
      document.documentElement.setAttribute("data-hall", "light");
    }
    if (wish.contrast === "high") {
      document.documentElement.setAttribute("data-contrast", "high");
    }

    langs.forEach(function (lang) {
      read("/ui/texts/" + lang + "/display.json", function (loaded) {
        var stored = "luot:words:" + lang;
        if (loaded) {
          keep(stored, loaded);
        }
        words[lang] = loaded || recall(stored) || {};
        pending -= 1;
        if (!pending) {
          ready(hall);
        }
      });
    });
    return hall;
  }

  Luot.hall = {
    start: start,
    fit: fit,
    query: query,
    el: el,
    hubClock: hubClock,
    localParts: localParts,
  };
})(window);
