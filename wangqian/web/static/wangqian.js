/* Progressive enhancement only: every page works without this file. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");

  function all(selector, within) {
    return Array.prototype.slice.call((within || document).querySelectorAll(selector));
  }

  /* One submit per form: the server is idempotent anyway, this spares people the doubt. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-again")) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    var button = event.submitter;
    window.setTimeout(function () {
      if (event.defaultPrevented) { delete form.dataset.sent; return; }
      if (button) { button.classList.add("busy"); button.setAttribute("aria-disabled", "true"); }
    }, 0);
  });
  window.addEventListener("pageshow", function () {
    all("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
    all(".busy").forEach(function (button) { button.classList.remove("busy"); button.removeAttribute("aria-disabled"); });
  });

  /* Ticked rows: count, all of this page. */
  function picks() { return all("[data-pick]:not(:disabled)"); }
  function recount() {
    var rows = picks(), ticked = rows.filter(function (box) { return box.checked; }).length;
    all("[data-picked]").forEach(function (out) { out.textContent = String(ticked); });
    all("[data-pick-all]").forEach(function (box) {
      box.checked = rows.length > 0 && ticked === rows.length;
      box.indeterminate = ticked > 0 && ticked < rows.length;
    });
  }

  /* data-when="field=value" (several values: a|b; any other: !a): shown only then; hidden controls are not sent. */
  function when(block) {
    var parts = block.dataset.when.split("="), other = parts[1].charAt(0) === "!", wanted = parts[1].replace("!", "").split("|");
    var form = block.closest("form");
    var values = all('[name="' + parts[0] + '"]', form).filter(function (input) {
      return (input.type !== "radio" && input.type !== "checkbox") || input.checked;
    }).map(function (input) { return input.value; });
    var show = values.some(function (value) { return other ? value && wanted.indexOf(value) < 0 : wanted.indexOf(value) >= 0; });
    block.hidden = !show;
    all("input, select, textarea", block).forEach(function (input) { input.disabled = !show; });
  }

  function count(area) {
    var out = document.getElementById(area.id + "_count");
    if (out) { out.textContent = area.value.length + " / " + area.maxLength; }
  }

  function wait(button) {
    var rest = Number(button.dataset.wait), words = button.textContent;
    (function tick() {
      button.disabled = rest > 0;
      button.textContent = rest > 0 ? button.dataset.waitWords.replace("{n}", String(rest)) : words;
      rest -= 1;
      if (rest >= 0) { window.setTimeout(tick, 1000); }
    }());
  }

  document.addEventListener("change", function (event) {
    var box = event.target;
    if (box.matches("[data-pick-all]")) { picks().forEach(function (pick) { pick.checked = box.checked; }); }
    if (box.matches("[data-pick-all], [data-pick]")) { recount(); }
    all("[data-when]").forEach(when);
  });
  document.addEventListener("input", function (event) {
    if (event.target.matches("textarea[maxlength]")) { count(event.target); }
  });
  /* What a register knows, taken over into the fields of its names. */
  function fill(button) {
    var form = button.closest("form"), known = JSON.parse(button.dataset.fill);
    Object.keys(known).forEach(function (name) {
      var input = form.querySelector('[name="' + name + '"]');
      if (input && known[name]) { input.value = known[name]; input.dispatchEvent(new Event("change", { bubbles: true })); }
    });
    button.closest("[data-known]").textContent = "";
  }

  document.addEventListener("click", function (event) {
    var taken = event.target.closest("[data-fill]");
    if (taken) { fill(taken); return; }
    var button = event.target.closest("[data-copy], [data-print]");
    if (!button) { return; }
    if (button.hasAttribute("data-print")) { window.print(); return; }
    var field = document.getElementById(button.dataset.copy), said = document.getElementById(button.dataset.copy + "_said");
    var copied = navigator.clipboard ? navigator.clipboard.writeText(field.value) : Promise.reject();
    copied.catch(function () { field.select(); document.execCommand("copy"); button.focus(); }).then(function () { said.textContent = said.dataset.words; });
  });
  /* A place picked from the list stands in its field as if it had been typed; what was offered before no longer counts. */
  function unoffer(box) { all("input[type=radio]", box).forEach(function (radio) { radio.checked = false; }); }
  function fold(box) { box.querySelector("[data-region-found]").textContent = ""; }
  document.addEventListener("click", function (event) {
    var one = event.target.closest("[data-region-pick]");
    if (!one) { return; }
    var box = one.closest("[data-region]"), field = box.querySelector("input");
    field.value = one.dataset.regionPick;
    box.querySelector("[data-region-said]").textContent = field.value;
    unoffer(box);
    fold(box);
    if (!event.detail) { field.focus(); } /* by keyboard; on a phone its own keyboard would open */
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("input", function (event) {
    if (event.target.matches("[data-region] input:not([type=radio])")) { unoffer(event.target.closest("[data-region]")); }
  });
  document.addEventListener("keydown", function (event) {
    var box = event.key === "Escape" && event.target.closest("[data-region]");
    if (box) { fold(box); box.querySelector("input").focus(); }
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    var box = event.target.closest("[data-region]"), panel = box && box.querySelector("[data-said]");
    if (box) { box.querySelector("[data-region-said]").textContent = panel ? panel.dataset.said : ""; }
  });
  /* What was found for a field is seen together with it, above the bar of buttons. */
  document.addEventListener("htmx:afterSettle", function (event) {
    var found = event.target.closest("[data-region-found], [data-known]");
    if (found && found.children.length) { found.closest(".field").scrollIntoView({ block: "nearest" }); }
  });

  /* One key for what is done many times a day: outside of fields, without Ctrl or Alt, and only in a browser in which somebody
     switched them on: a letter that slips, or is spoken, does nothing (WCAG 2.1.4). */
  var keys = false;
  try { keys = localStorage.getItem("keys") === "on"; } catch (blocked) { /* then they last as long as the page */ }
  function keysAre(on) {
    keys = on;
    root.classList.toggle("keys-on", on);
    all("[data-keys-on]").forEach(function (button) { button.textContent = on ? button.dataset.keysOn : button.dataset.keysOff; });
    all("[data-key]").forEach(function (one) {
      if (on) { one.setAttribute("aria-keyshortcuts", one.dataset.key); } else { one.removeAttribute("aria-keyshortcuts"); }
    });
  }
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-keys-on]")) { return; }
    keysAre(!keys);
    try { localStorage.setItem("keys", keys ? "on" : "off"); } catch (blocked) { /* as above */ }
  });
  document.addEventListener("keydown", function (event) {
    if (!keys || event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, textarea, [contenteditable]")) { return; }
    var found = /^[a-z]$/.test(event.key) && document.querySelector('[data-key="' + event.key + '"]');
    if (found) { event.preventDefault(); found.click(); }
  });

  /* What unfolds to be decided is ready to be typed in, or to be pressed by Enter. */
  document.addEventListener("toggle", function (event) {
    if (!event.target.matches("details.decision[open]")) { return; }
    var first = event.target.querySelector("select, input:not([type=hidden]), textarea, button:not(.visually-hidden)");
    if (first) { first.focus(); }
  }, true);

  /* An open menu closes on Escape and on a click elsewhere. */
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      all("details.drop[open]").forEach(function (menu) { menu.open = false; menu.firstElementChild.focus(); });
    }
  });
  document.addEventListener("click", function (event) {
    all("details.drop[open]").forEach(function (menu) { if (!menu.contains(event.target)) { menu.open = false; } });
  });

  /* On a phone the menu is a strip: where one is stands in sight. */
  function sight(here) {
    var strip = here.closest(".menu, .tabs"), shift = here.getBoundingClientRect().left - strip.getBoundingClientRect().left;
    strip.scrollLeft += shift - (strip.clientWidth - here.offsetWidth) / 2;
  }

  function start() {
    all(".menu [aria-current], .tabs [aria-current]").forEach(sight);
    all("[data-wait]").forEach(wait);
    settled();
    keysAre(keys);
    all("[data-script]").slice(0, 1).forEach(function (field) {
      var script = document.createElement("script");
      script.src = field.dataset.script;
      document.head.append(script);
    });
    var summary = document.getElementById("error-summary");
    if (summary) { summary.focus(); }
  }
  function settled() {
    all("[data-when]").forEach(when);
    all("textarea[maxlength]").forEach(count);
    recount();
  }
  document.addEventListener("htmx:afterSettle", settled);
  start();
}());
