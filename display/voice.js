/* The loudspeaker: clips of a voice pack, fetched and decoded at load, stitched on the sound card's own clock. Works with the hub gone.
   Luot.voice({base, onState}) → {load(lang), refresh(lang, then), ready(readings, then),
   say(readings, done, {volume, chime}), seconds(readings), state(), resume(), missing()}.
   A reading is made of clips of a pack, or is one recording at an address of the hub (`url`: what staff typed).
   Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = (root.Luot = root.Luot || {});
  var SILENT = 0.006,
    BEFORE = 0.012,
    AFTER = 0.024; // as the packs are trimmed: an MP3 decoder adds a silent lead-in, which is cut again here
  var READINGS_APART = 0.6,
    AFTER_CHIME = 0.15,
    START = 0.06;
  var RECORDINGS = 8,
    RECORDING_WAIT = 6000; // announcements typed by staff: few, and one that does not come leaves the chime and the screen
  var LOOK_AGAIN = 60000,
    LOOK_AT_CARD = 5000;
  var GAPS = { number: 60, letter: 100, phrase: 80, before_phrase: 160 };

  function bytes(url, kind, done) {
    var request = new XMLHttpRequest();
    request.open("GET", url);
    request.responseType = kind;
    request.timeout = 20000;
    request.onloadend = function () {
      done(request.status === 200 ? request.response : null, request.status);
    };
    request.send();
  }

  /** Sound from the bytes of a file; null where this set cannot play it. The promise tells the same a second time. */
  function decode(context, data, done) {
    var promise = context.decodeAudioData(data, done, function () {
      done(null);
    });
    if (promise && promise.catch) {
      promise.catch(function () {});
    }
  }

  function span(buffer) {
    var data = buffer.getChannelData(0),
      first = 0,
      last = data.length - 1;
    while (first < data.length && Math.abs(data[first]) <= SILENT) {
      first += 1;
    }
    while (last > first && Math.abs(data[last]) <= SILENT) {
      last -= 1;
    }
    first = Math.max(0, first / buffer.sampleRate - BEFORE);
    return {
      buffer: buffer,
      offset: first,
      length: Math.max(
        0,
        Math.min(buffer.duration, (last + 1) / buffer.sampleRate + AFTER) - first
      ),
    };
  }

  Luot.voice = function (options) {
    var centre = /^\/board\/([^/]+)/.exec(root.location.pathname); // a centre's own voice stands before the one that comes along
    var bases = options.base
      ? [options.base]
      : (centre ? ["/display/voice/" + centre[1] + "/"] : []).concat("/display/voice/");
    var packs = {},
      coming = {},
      recordings = {},
      order = [],
      context = null,
      reported = "",
      stuck = false,
      speaking = 0,
      busyUntil = 0,
      still = null,
      broken = [];

    function audio() {
      var Maker = root.AudioContext || root.webkitAudioContext;
      if (!context && Maker) {
        context = new Maker();
        context.onstatechange = report;
      }
      return context;
    }

    /** on · blocked (a touch is needed) · stuck (the sound card stands still) · loading · none (no sound here at all) */
    function state() {
      if (!context) {
        return root.AudioContext || root.webkitAudioContext ? "loading" : "none";
      }
      if (context.state !== "running") {
        return "blocked";
      }
      if (stuck) {
        return "stuck";
      }
      return Object.keys(packs).some(function (lang) {
        return packs[lang].ready;
      })
        ? "on"
        : "loading";
    }

    function report() {
      if (state() !== reported) {
        reported = state();
        if (options.onState) {
          options.onState(reported);
        }
      }
    }

    function resume() {
      if (audio() && context.state === "suspended") {
        context.resume().then(report, report);
      }
    }

    /* ---- packs: a manifest, then its clips; looked at again every minute, so that a voice published meanwhile is taken up whole ---- */

    function load(lang, then) {
      if (packs[lang] || !audio()) {
        report();
        if (then) {
          then();
        }
        return;
      }
      packs[lang] = { clips: {}, meta: {}, gaps: GAPS, ready: false };
      manifest(lang, 0, 5000, then);
      report();
    }

    /** Looks whether another voice is in force, and goes on when it can be heard (or did not come). */
    function refresh(lang, then) {
      if (packs[lang]) {
        manifest(lang, 0, 0, then);
      } else {
        load(lang, then);
      }
    }

    function manifest(lang, place, wait, then) {
      bytes(bases[place] + lang + "/manifest.json", "json", function (pack, status) {
        if (pack && pack.clips) {
          take(lang, bases[place], pack, then);
          return;
        }
        if (status === 404 && place + 1 < bases.length) {
          manifest(lang, place + 1, wait, then);
          return;
        }
        if (wait && status !== 404) {
          setTimeout(function () {
            manifest(lang, 0, Math.min(60000, wait * 2));
          }, wait);
        }
        if (then) {
          then();
        }
      });
    }

    function take(lang, from, pack, then) {
      var old = packs[lang],
        stamp = from + JSON.stringify(pack.clips),
        fresh,
        keys;
      if (old.stamp === stamp || (coming[lang] && coming[lang].stamp === stamp)) {
        if (then) {
          then();
        }
        return;
      }
      fresh = {
        clips: {},
        meta: pack.clips,
        gaps: Object.assign({}, GAPS, pack.gaps),
        ready: false,
        stamp: stamp,
        from: from,
      };
      keys = Object.keys(pack.clips).filter(function (key) {
        if (/^phrase_/.test(key)) {
          return false; // a desk's sentence: no call says it
        }
        var before = old.meta[key],
          same =
            before && before.sha256 && before.sha256 === pack.clips[key].sha256 && old.clips[key];
        if (same) {
          fresh.clips[key] = old.clips[key];
        }
        return !same;
      });
      coming[lang] = fresh;
      if (!old.ready) {
        packs[lang] = fresh;
      } // nothing to speak with yet: each clip is of use as it comes
      clips(lang, fresh, keys, 5000, then);
    }

    function clips(lang, pack, keys, wait, then) {
      var failed = [],
        dead = [],
        left = keys.length,
        at = 0;
      function end() {
        if (coming[lang] !== pack) {
          if (then) {
            then();
          }
          return;
        } // yet another voice came meanwhile
        if (packs[lang] === pack || !failed.length) {
          if (packs[lang] !== pack) {
            broken = broken.filter(function (name) {
              return name.indexOf(lang + "/") !== 0;
            });
          }
          packs[lang] = pack;
          pack.ready = true;
        }
        dead.forEach(function (key) {
          lack(lang + "/" + key);
        });
        report();
        if (failed.length) {
          setTimeout(function () {
            clips(lang, pack, failed, Math.min(60000, wait * 2));
          }, wait);
        }
        if (then) {
          then();
        }
      }
      function one() {
        var key = keys[at],
          meta = pack.meta[key];
        at += 1;
        if (!key) {
          return;
        }
        function done(clip, forever) {
          if (clip) {
            pack.clips[key] = clip;
          } else if (forever) {
            dead.push(key);
          } else {
            failed.push(key);
          }
          left -= 1;
          if (left) {
            one();
          } else {
            end();
          }
        }
        bytes(
          pack.from +
            lang +
            "/" +
            meta.file +
            (meta.sha256 ? "?v=" + meta.sha256.slice(0, 16) : ""),
          "arraybuffer",
          function (data, status) {
            if (!data) {
              done(null, status === 404);
              return;
            }
            decode(context, data, function (buffer) {
              done(buffer && span(buffer), !buffer);
            });
          }
        );
      }
      if (!left) {
        end();
        return;
      }
      for (var lane = 0; lane < 4; lane++) {
        one();
      }
    }

    setInterval(function () {
      Object.keys(packs).forEach(function (lang) {
        refresh(lang);
      });
    }, LOOK_AGAIN);

    /* A sound card that stood still may run again (a cable put back, a set that was asleep): then this board can speak again, and says so. */
    function lookAtCard() {
      var ticks = root.performance.now(),
        before = still;
      still = stuck ? { ticks: ticks, card: context.currentTime } : null;
      if (
        !before ||
        !stuck ||
        context.currentTime - before.card < (ticks - before.ticks) * 0.0008
      ) {
        return;
      }
      stuck = false;
      still = null;
      busyUntil = Math.min(busyUntil, context.currentTime);
      report();
    }

    setInterval(lookAtCard, LOOK_AT_CARD);

    /* ---- one call as a list of [when, clip] from 0 ---- */

    function kind(lang, key) {
      var unlettered = /^\d+$/.test(key) ? "number" : "phrase",
        byName = /^L_/.test(key) ? "letter" : unlettered;
      return (packs[lang].meta[key] || {}).kind || byName;
    }

    /** Fetches the recordings that the readings need, then goes on; what has not come in time is left out. */
    function ready(readings, then) {
      var wanted = readings.filter(function (one) {
          return one.url && !recordings[one.url];
        }),
        left = wanted.length,
        late;
      function gone_on() {
        if (left >= 0) {
          left = -1;
          clearTimeout(late);
          then();
        }
      }
      if (!left || !audio()) {
        then();
        return;
      }
      late = setTimeout(gone_on, RECORDING_WAIT);
      wanted.forEach(function (one) {
        function here(clip) {
          if (clip) {
            recordings[one.url] = clip;
            order.push(one.url);
            if (order.length > RECORDINGS) {
              delete recordings[order.shift()];
            }
          } else {
            lack(one.url);
          }
          if (left > 0) {
            left -= 1;
            if (!left) {
              gone_on();
            }
          }
        }
        bytes(one.url, "arraybuffer", function (data) {
          if (!data) {
            here(null);
            return;
          }
          decode(context, data, function (buffer) {
            here(buffer && span(buffer));
          });
        });
      });
    }

    function plan(readings, chime) {
      var at = 0,
        events = [],
        bell = null,
        pause; // seconds before the next reading: after the chime, or between two
      if (chime !== false) {
        Object.keys(packs).forEach(function (lang) {
          bell = bell || packs[lang].clips.chime;
        });
      }
      if (bell) {
        events.push([0, bell]);
        at = bell.length;
      }
      pause = bell ? AFTER_CHIME : 0;
      readings.forEach(function (reading) {
        var pack = packs[reading.lang],
          whole,
          round,
          i,
          key;
        if (reading.url) {
          for (round = 0; recordings[reading.url] && round < (reading.times || 1); round++) {
            at += pause;
            pause = READINGS_APART;
            events.push([at, recordings[reading.url]]);
            at += recordings[reading.url].length;
          }
          return;
        }
        // a reading with a hole could send someone to the wrong counter: then the chime and the screen speak alone
        whole =
          pack &&
          reading.clips.length &&
          reading.clips.every(function (name) {
            return pack.clips[name];
          });
        if (!whole) {
          reading.clips.forEach(function (name) {
            if (!pack || (pack.ready && !pack.clips[name])) {
              lack(reading.lang + "/" + name);
            }
          });
          return;
        }
        for (round = 0; round < (reading.times || 1); round++) {
          at += pause;
          pause = READINGS_APART;
          for (i = 0; i < reading.clips.length; i++) {
            key = reading.clips[i];
            events.push([at, pack.clips[key]]);
            at += pack.clips[key].length;
            if (i + 1 < reading.clips.length) {
              at +=
                (kind(reading.lang, reading.clips[i + 1]) === "phrase"
                  ? pack.gaps.before_phrase
                  : pack.gaps[kind(reading.lang, key)] || GAPS.number) / 1000;
            }
          }
        }
      });
      return { events: events, seconds: at };
    }

    function lack(name) {
      if (broken.indexOf(name) < 0 && broken.length < 50) {
        broken.push(name);
      }
    }

    function seconds(readings) {
      return context ? plan(readings).seconds + START : 0;
    }

    /** Plays the chime and the readings at a volume of 0 to 1; done(true) when they were heard, done(false) at once when there is no sound. */
    function say(readings, done, how) {
      var score = context && context.state === "running" ? plan(readings, how && how.chime) : null,
        begin,
        out;
      if (!score || !score.events.length) {
        setTimeout(function () {
          done(false);
        }, 0);
        return;
      }
      begin = Math.max(context.currentTime + START, busyUntil + START); // two calls never talk over each other, whatever the timers do
      busyUntil = begin + score.seconds;
      speaking += 1;
      out = context.createGain();
      out.gain.value =
        how && typeof how.volume === "number" ? Math.max(0, Math.min(1, how.volume)) : 1;
      out.connect(context.destination);
      score.events.forEach(function (event) {
        var source = context.createBufferSource();
        source.buffer = event[1].buffer;
        source.connect(out);
        source.start(begin + event[0], event[1].offset, event[1].length);
      });
      setTimeout(
        function () {
          speaking -= 1;
          out.disconnect();
          stuck = context.state === "running" && context.currentTime < begin + score.seconds - 1;
          report();
          done(!stuck && context.state === "running");
        },
        (busyUntil - context.currentTime) * 1000
      );
    }

    return {
      load: function (lang) {
        load(lang);
      },
      refresh: refresh,
      ready: ready,
      say: say,
      seconds: seconds,
      state: state,
      resume: resume,
      missing: function () {
        return broken.slice();
      },
      speaking: function () {
        return speaking;
      },
    };
  };
})(window);
