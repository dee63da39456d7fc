/* What is typed is kept on the server while it is typed: two seconds after the last change, and when the page is left. What could
   not be kept is sent again while the page is open; what the server will not keep is said in its own words. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-keep]");
  if (!form) { return; }
  var SOON = 2000, LONG = 60000, KEEPALIVE = 60000; /* ms, ms, bytes: a browser lets 64 KB outlive their page */
  var out = form.querySelector("[data-kept]"), login = form.querySelector("[data-login]"), box = form.querySelector("[data-elsewhere]");
  var timer = 0, wait = SOON, kept = read(), sending = null, going = "", submitting = false, renewed = false;
  var shut = Boolean(document.querySelector("[name=over]")); /* until one of two contents is chosen */

  function read() {
    var data = new FormData(form);
    data.delete("csrfmiddlewaretoken");
    return new URLSearchParams(data).toString();
  }

  function say(words) {
    login.hidden = true;
    out.textContent = words;
  }

  function keep(leaving) {
    var now = read(), mine;
    window.clearTimeout(timer);
    if (now === kept || shut || submitting || (sending && (!leaving || now === going))) { return; }
    if (sending) { sending.abort(); }
    mine = sending = new AbortController();
    going = now;
    var body = new URLSearchParams(new FormData(form));
    body.set("keep", "auto");
    var outlives = Boolean(leaving) && body.toString().length < KEEPALIVE;
    fetch(form.action || location.href, {
      method: "POST", body: body, credentials: "same-origin", redirect: "manual", keepalive: outlives, signal: mine.signal
    }).then(function (answer) { return answered(answer, now); })
      .catch(function () { if (sending === mine && !submitting) { say(form.dataset.offline); again(); } })
      .finally(function () {
        if (sending !== mine) { return; }
        sending = null;
        if (read() !== now) { later(SOON); }
      });
  }

  function answered(answer, now) {
    if (answer.ok) {
      return answer.json().then(function (said) { kept = now; wait = SOON; renewed = false; say(said.kept); });
    }
    if (answer.type === "opaqueredirect") { return expired(); }
    if (answer.status === 403 && !renewed) { renewed = true; return renew(); }
    if (answer.status >= 500 || answer.status === 429) { say(form.dataset.offline); return again(); }
    return answer.text().then(function (text) { refused(answer, text, now); });
  }

  /* The same would be refused again: it is not sent before something else is typed. */
  function refused(answer, text, now) {
    var json = /json/.test(answer.headers.get("Content-Type"));
    kept = now;
    if (answer.status === 409 && !json) { shut = true; say(""); box.innerHTML = text; return; }
    say(json ? JSON.parse(text).error : form.dataset.refused);
  }

  function expired() {
    out.textContent = "";
    login.hidden = renewed = false;
    again();
  }

  /* Logged in again in another window, this page's token is an old one: the page of today has the new one. */
  function renew() {
    return fetch(location.href, { credentials: "same-origin" }).then(function (answer) { return answer.text(); }).then(function (text) {
      var token = new DOMParser().parseFromString(text, "text/html").querySelector("form[data-keep] [name=csrfmiddlewaretoken]");
      if (!token) { expired(); return; }
      document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach(function (one) { one.value = token.value; });
      later(0);
    });
  }

  function later(time) {
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, time);
  }

  function again() {
    later(wait);
    wait = Math.min(wait * 2, LONG);
  }

  /* What is looked up while logged out is answered by the page of the login: it has no place in the form. */
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (!/^\s*<!doctype/i.test(event.detail.serverResponse) || event.detail.requestConfig.elt.closest("[hx-select]")) { return; }
    event.detail.shouldSwap = false;
    expired();
  });

  function soon() { later(SOON); }
  function leaving() { if (document.visibilityState === "hidden") { keep(true); } else if (wait > SOON) { later(0); } }

  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("submit", function (event) {
    if (!navigator.onLine) { event.preventDefault(); say(form.dataset.offline); again(); return; }
    window.clearTimeout(timer);
    submitting = true;
    if (sending) { sending.abort(); }
  });
  window.addEventListener("pageshow", function (event) {
    submitting = false;
    if (event.persisted) { soon(); }
  });
  window.addEventListener("online", function () { wait = SOON; later(0); });
  document.addEventListener("visibilitychange", leaving);
  window.addEventListener("pagehide", function () { keep(true); });
}());
