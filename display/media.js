/* What plays beside the calls: pictures, films, notices, the hours, what to bring. Luot.media(hall, place, report) → {take, draw, tickers, faults}.
   Files are fetched once, kept by the browser (Cache API where it is there, else its own cache) and played from memory, so they go on with the hub gone.
   What cannot be played is skipped and told to staff. Films are mute: the loudspeaker belongs to the calls. Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = (root.Luot = root.Luot || {});
  var STORE = "luot-media-1";
  var SHOWN = 12,
    PATIENCE = 15000,
    STALL = 10000,
    AGAIN = 600000,
    FETCH_AGAIN = 30000;
  var MOST_HELD = 400 * 1024 * 1024; // a television has little memory: beyond this, films come from the network

  Luot.media = function (hall, place, report) {
    var el = hall.el,
      slides = Luot.slides(hall);
    var settings = null,
      list = "",
      items = [],
      held = {},
      bad = {},
      loading = false,
      retryAt = 0;
    var current = null,
      coming = null,
      since = 0,
      lastTime = -1,
      movedAt = 0,
      kinds = null,
      zone = "",
      turn = 0;

    /* ---- what is due now ---- */

    function due(item, now) {
      var local = Luot.hall.localParts(now, hall.zone),
        days;
      if (kinds && kinds.indexOf(item.kind) < 0) {
        return false;
      }
      if (item.zones && item.zones.length && zone && item.zones.indexOf(zone) < 0) {
        return false;
      }
      days =
        item.hours && item.hours.length
          ? item.hours.map(function (span) {
              return beganOn(span, local, now);
            })
          : [local.date];
      return (
        days.some(function (day) {
          return (
            day &&
            !(item.from && day < item.from.replace(/-/g, "")) &&
            !(item.to && day > item.to.replace(/-/g, ""))
          );
        }) && !(bad[keyOf(item)] && bad[keyOf(item)].until > hall.ticks())
      );
    }

    /* The day on which the window began that holds now, or "": one over midnight belongs to the evening before. */
    function beganOn(span, local, now) {
      var begin = span.slice(0, 5),
        end = span.slice(6);
      if (begin < end) {
        return local.time >= begin && local.time < end ? local.date : "";
      }
      if (local.time >= begin) {
        return local.date;
      }
      return local.time < end ? Luot.hall.localParts(now - 86400000, hall.zone).date : "";
    }

    function keyOf(item) {
      return item.src || JSON.stringify(item);
    }

    function fallback() {
      return [
        { kind: "hours", seconds: 15 },
        { kind: "prepare", seconds: 20 },
      ].filter(function (item) {
        return item.kind === "hours"
          ? slides.hours(settings).length
          : slides.prepared(settings, zone).length;
      });
    }

    function playable(now) {
      var fitting = items.filter(function (item) {
        return (
          item.kind !== "ticker" &&
          due(item, now) &&
          (item.kind !== "hours" || slides.hours(settings).length) &&
          (item.kind !== "prepare" || slides.prepared(settings, zone, item.field).length)
        );
      });
      return fitting.length ? fitting : fallback();
    }

    /* ---- keeping files ---- */

    function fault(item, why) {
      bad[keyOf(item)] = { name: item.name || item.kind, why: why, until: hall.ticks() + AGAIN };
      report();
    }

    function hold(src, blob) {
      held[src] = { url: root.URL.createObjectURL(blob), size: blob.size };
      delete bad[src];
    }

    function heldBytes() {
      return Object.keys(held).reduce(function (sum, src) {
        return sum + held[src].size;
      }, 0);
    }

    function fetched(src, done) {
      var request = new XMLHttpRequest();
      request.open("GET", src);
      request.responseType = "blob";
      request.timeout = 600000;
      request.onloadend = function () {
        done(request.status === 200 ? request.response : null, request.status);
      };
      request.send();
    }

    function fromCache(src, done) {
      if (!root.caches) {
        done(null);
        return;
      }
      root.caches
        .open(STORE)
        .then(function (store) {
          return store.match(src);
        })
        .then(function (answer) {
          return answer ? answer.blob() : null;
        })
        .then(done, function () {
          done(null);
        });
    }

    function toCache(src, blob) {
      if (!root.caches) {
        return;
      }
      root.caches
        .open(STORE)
        .then(function (store) {
          return store.put(src, new Response(blob, { headers: { "Content-Type": blob.type } }));
        })
        .catch(function () {
          return null;
        });
    }

    /* One file after the other: a board must not take the whole network when the doors open. */
    function load() {
      var wanted = items.filter(function (item) {
        return (
          item.src && !held[item.src] && !(bad[item.src] && bad[item.src].until > hall.ticks())
        );
      })[0];
      if (loading || !wanted || hall.ticks() < retryAt) {
        return;
      }
      if (heldBytes() > MOST_HELD) {
        return;
      }
      loading = true;
      fromCache(wanted.src, function (kept) {
        if (kept) {
          hold(wanted.src, kept);
          loading = false;
          load();
          return;
        }
        fetched(wanted.src, function (blob, status) {
          loading = false;
          if (blob) {
            hold(wanted.src, blob);
            toCache(wanted.src, blob);
            load();
            return;
          }
          if (status === 404 || status === 403) {
            fault(wanted, "missing");
            load();
          } else {
            retryAt = hall.ticks() + FETCH_AGAIN;
          }
        });
      });
    }

    function forgetOthers() {
      var wanted = items.map(function (item) {
        return item.src;
      });
      Object.keys(held).forEach(function (src) {
        if (wanted.indexOf(src) < 0) {
          root.URL.revokeObjectURL(held[src].url);
          delete held[src];
        }
      });
      if (root.caches && wanted) {
        root.caches
          .open(STORE)
          .then(function (store) {
            return store.keys().then(function (keys) {
              keys.forEach(function (one) {
                if (wanted.indexOf(new URL(one.url).pathname) < 0) {
                  store["delete"](one);
                }
              });
            });
          })
          .catch(function () {
            return null;
          });
      }
    }

    /* ---- pictures and films ---- */

    function picture(item, ready, broken) {
      var image = el("img", "film " + (item.fit || "contain"));
      image.alt = "";
      image.onload = ready;
      image.onerror = broken;
      image.src = held[item.src] ? held[item.src].url : item.src;
      return image;
    }

    function film(item, ready, broken, ended) {
      var video = document.createElement("video"),
        playing;
      video.className = "film " + (item.fit || "contain");
      video.muted = true;
      video.setAttribute("muted", "");
      video.setAttribute("playsinline", "");
      video.preload = "auto";
      video.oncanplay = function () {
        video.oncanplay = null;
        ready();
        playing = video.play();
        if (playing && playing.catch) {
          playing.catch(function () {
            return null;
          });
        }
      };
      video.onerror = broken;
      video.onended = ended;
      video.src = held[item.src] ? held[item.src].url : item.src;
      return video;
    }

    function drop(show) {
      if (!show) {
        return;
      }
      show.over = true;
      if (show.node.tagName === "VIDEO") {
        show.node.oncanplay = show.node.onerror = show.node.onended = null;
        show.node.pause();
        show.node.removeAttribute("src");
        show.node.load();
      }
      if (show.node.tagName === "IMG") {
        show.node.onload = show.node.onerror = null;
      }
      if (show.node.parentNode) {
        show.node.parentNode.removeChild(show.node);
      }
    }

    /* ---- one after the other ---- */

    function begin(item) {
      var show = { item: item, at: hall.ticks(), over: false, ready: false, node: null };
      function ready() {
        if (show.over || show.ready) {
          return;
        }
        show.ready = true;
        drop(current);
        current = show;
        coming = null;
        since = movedAt = hall.ticks();
        lastTime = -1;
        show.node.classList.add("in");
      }
      function broken() {
        if (show.over) {
          return;
        }
        // a file we hold and the player refuses is the file's fault; one we could not fetch may come later
        fault(item, held[item.src] ? "unplayable" : "unreachable");
        stop(show);
      }
      coming = show;
      if (item.kind === "image") {
        show.node = picture(item, ready, broken);
        place.appendChild(show.node);
      } else if (item.kind === "video") {
        show.node = film(item, ready, broken, function () {
          since = -Infinity;
        });
        place.appendChild(show.node);
      } else {
        show.node = slides.draw(item, settings, zone);
        place.appendChild(show.node);
        ready();
      }
    }

    function stop(show) {
      drop(show);
      if (show === coming) {
        coming = null;
      }
      if (show === current) {
        current = null;
      }
    }

    function watch(now) {
      var at = hall.ticks(),
        node;
      if (coming && at - coming.at > PATIENCE) {
        fault(coming.item, held[coming.item.src] ? "unplayable" : "unreachable");
        stop(coming);
      }
      if (!current) {
        return;
      }
      node = current.node;
      if (node.tagName === "VIDEO" && !node.paused && !node.ended) {
        if (node.currentTime !== lastTime) {
          lastTime = node.currentTime;
          movedAt = at;
        }
        if (at - movedAt > STALL) {
          fault(current.item, "unplayable");
          stop(current);
          return;
        }
      }
      if (
        current.item.kind !== "hours" &&
        current.item.kind !== "prepare" &&
        !due(current.item, now)
      ) {
        stop(current);
      }
    }

    function spent(item) {
      var length = item.kind === "video" ? item.seconds || 600 : item.seconds || SHOWN;
      return (hall.ticks() - since) / 1000 >= length;
    }

    function step(now) {
      var all = playable(now),
        here,
        next;
      watch(now);
      if (coming) {
        return;
      }
      if (!all.length) {
        if (current) {
          stop(current);
        }
        return;
      }
      here = current ? all.map(keyOf).indexOf(keyOf(current.item)) : -1;
      if (current && here >= 0 && !spent(current.item)) {
        return;
      }
      if (current && here >= 0 && all.length === 1) {
        since = hall.ticks();
        if (current.node.tagName === "VIDEO") {
          current.node.currentTime = 0;
          current.node.play();
        }
        return;
      }
      if (here >= 0) {
        turn = here + 1;
      } else if (!current) {
        turn = 0;
      }
      turn %= all.length;
      begin(all[turn]);
    }

    return {
      /** What the hub told this screen (see Luot.screen), and the fields of the snapshot for their names. */
      take: function (fresh, snapshot) {
        var now = JSON.stringify([
          fresh && fresh.playlist,
          fresh && fresh.prepare,
          fresh && fresh.hours,
        ]);
        settings = Object.assign({}, fresh, { fields: snapshot ? snapshot.fields : [] });
        if (now === list) {
          return;
        }
        list = now;
        items = (fresh && fresh.playlist) || [];
        bad = {};
        retryAt = 0;
        forgetOthers();
        if (current) {
          stop(current);
        }
        if (coming) {
          stop(coming);
        }
        report();
      },
      /** Once a second while the layout has a place for it; `only` is what this screen may play. */
      draw: function (now, here, only) {
        if (zone !== here) {
          zone = here;
          if (current) {
            stop(current);
          }
        }
        kinds = only;
        load();
        step(now);
      },
      /** The place is not there in this layout: nothing plays. */
      rest: function () {
        if (current) {
          stop(current);
        }
        if (coming) {
          stop(coming);
        }
      },
      /** The lines that take turns at the foot of the board. */
      tickers: function (now, only) {
        kinds = only;
        return items.filter(function (item) {
          return item.kind === "ticker" && due(item, now);
        });
      },
      /** What cannot be played, for staff: "name (why); …" */
      faults: function () {
        return Object.keys(bad)
          .map(function (key) {
            return bad[key].name + " (" + bad[key].why + ")";
          })
          .join("; ")
          .slice(0, 240);
      },
      playing: function () {
        return current ? current.item : null;
      },
    };
  };
})(window);
