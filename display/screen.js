/* What this screen was told to be: its layout and settings, the playlist, the hours, what to bring, and (a sign, where the centre says so) its clerk's name.
   Luot.screen(hall, changed) → {hear, told, get, dress}. Read when the snapshot's `screens` moves on, kept for the time without a hub. Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = (root.Luot = root.Luot || {});
  var AGAIN = 5000,
    ANYWAY = 600000;
  var WISHES = ["layout", "orientation", "arrow"];

  /** Brings in the letters of the screen's languages that have some of their own; the usual ones cost nothing. `changed` is called
     when `hall.draft` holds what those languages say of themselves that are drafts still. */
  Luot.letters = function (hall, changed) {
    var others = hall.langs.filter(function (lang) {
      return lang !== hall.standard;
    });
    if (!others.length) {
      return;
    }
    hall.read("/ui/languages.json", function (listing) {
      hall.draft = others
        .map(function (lang) {
          return ((listing && listing.languages[lang]) || {}).draft || "";
        })
        .filter(Boolean)
        .join(" · ");
      changed();
      others.forEach(function (lang) {
        var language = (listing && listing.languages[lang]) || {};
        (language.fonts || []).forEach(function (href) {
          var link = hall.el("link");
          link.rel = "stylesheet";
          link.href = href;
          root.document.head.appendChild(link);
        });
      });
    });
  };

  Luot.screen = function (hall, changed) {
    var key = hall.key + ":screen",
      settings = hall.recall(key),
      have = null,
      busy = false,
      quietUntil = 0,
      readAt = 0;

    function read(version) {
      var request = new XMLHttpRequest();
      busy = true;
      request.open(
        "GET",
        "/api/v1/" +
          encodeURIComponent(hall.centre) +
          "/screen" +
          (hall.wish.display ? "?display=" + encodeURIComponent(hall.wish.display) : "")
      );
      request.timeout = 8000;
      request.setRequestHeader("Accept", "application/json");
      if (hall.token) {
        request.setRequestHeader("Authorization", "Bearer " + hall.token);
      }
      request.onloadend = function () {
        var body = null;
        busy = false;
        if (request.status === 200) {
          try {
            body = JSON.parse(request.responseText);
          } catch (broken) {
            body = null;
          }
        }
        if (!body) {
          quietUntil = hall.ticks() + AGAIN;
          return;
        }
        have = version;
        readAt = hall.ticks();
        settings = body;
        hall.keep(key, body);
        changed(settings);
      };
      request.send();
    }

    /** A setting: the address's wish, then what the hub told, then the default. */
    function get(name, none) {
      if (WISHES.indexOf(name) >= 0 && hall.wish[name]) {
        return hall.wish[name];
      }
      if (name === "quiet" && hall.wish.quiet) {
        return hall.wish.quiet === "1";
      }
      return settings &&
        settings.display &&
        settings.display[name] !== undefined &&
        settings.display[name] !== null
        ? settings.display[name]
        : none;
    }

    return {
      /** A snapshot came: if it speaks of a newer version (or `force`), ask what this screen should be. */
      hear: function (version, force) {
        if (version === undefined || busy || hall.ticks() < quietUntil) {
          return;
        }
        if (version !== have || force || hall.ticks() - readAt > ANYWAY) {
          read(version);
        }
      },
      told: function () {
        return settings;
      },
      get: get,
      /** Light or dark. */
      dress: function () {
        var page = root.document.documentElement;
        if (hall.wish.look) {
          return;
        }
        if (get("theme", "dark") === "light") {
          page.setAttribute("data-hall", "light");
        } else {
          page.removeAttribute("data-hall");
        }
      },
    };
  };

  /** The class of words by their length: none up to `more` letters, " more", and " much" above `much`. */
  Luot.screen.sizeOf = function (length, more, much) {
    var large = length > much ? " much" : " more";
    return length > more ? large : "";
  };

  /** How the picture lies on the glass: {turn: "" | "right" | "left", tall}. A television hung upright often still sends a lying picture. */
  Luot.screen.lie = function (orientation) {
    var upright = root.innerHeight > root.innerWidth,
      side;
    if (orientation === "portrait" || orientation === "portrait_left") {
      side = orientation === "portrait" ? "right" : "left";
      return { turn: upright ? "" : side, tall: true };
    }
    if (orientation === "landscape") {
      return { turn: upright ? "right" : "", tall: false };
    }
    return { turn: "", tall: upright };
  };
})(window);
