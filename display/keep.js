/* A service worker: keeps the screens' own files in the browser, so that a television switched on without a network shows the last truth.
   The network goes first; what it does not give within 3 s comes from the cache. The hub's data (/api, /socket.io) never passes through here. */
(function () {
  "use strict";
  var STORE = "luot-hall-1",
    PATIENCE = 3000;

  function ours(url) {
    return (
      url.origin === self.location.origin &&
      /^\/(?:board|sign|door|display|ui|lib)\//.test(url.pathname)
    );
  }

  // a page is the same file whatever stands behind ? in its address
  function keyOf(url) {
    return /^\/(?:board|sign|door)\//.test(url.pathname) ? url.origin + url.pathname : url.href;
  }

  function keep(key, answer) {
    if (answer.ok && answer.type === "basic") {
      var copy = answer.clone();
      caches
        .open(STORE)
        .then(function (store) {
          return store.put(key, copy);
        })
        .catch(function () {
          return null;
        });
    }
    return answer;
  }

  function fromStore(key) {
    return caches.open(STORE).then(function (store) {
      return store.match(key);
    });
  }

  self.addEventListener("install", function () {
    self.skipWaiting();
  });
  self.addEventListener("activate", function (event) {
    event.waitUntil(
      caches
        .keys()
        .then(function (names) {
          return Promise.all(
            names.map(function (name) {
              return /^luot-hall-/.test(name) && name !== STORE ? caches.delete(name) : null;
            })
          );
        })
        .then(function () {
          return self.clients.claim();
        })
    );
  });
  self.addEventListener("fetch", function (event) {
    var request = event.request,
      url = new URL(request.url),
      key,
      network;
    if (request.method !== "GET" || !ours(url)) {
      return;
    }
    key = keyOf(url);
    network = fetch(request).then(function (answer) {
      return keep(key, answer);
    });
    event.respondWith(
      new Promise(function (give, fail) {
        var late = setTimeout(function () {
          fromStore(key).then(function (kept) {
            if (kept) {
              give(kept);
            }
          });
        }, PATIENCE);
        network.then(
          function (answer) {
            clearTimeout(late);
            if (answer.status < 500) {
              give(answer);
            } else {
              fromStore(key).then(function (kept) {
                give(kept || answer);
              });
            }
          },
          function (error) {
            clearTimeout(late);
            fromStore(key).then(function (kept) {
              if (kept) {
                give(kept);
              } else {
                fail(error);
              }
            });
          }
        );
      })
    );
  });
})();
