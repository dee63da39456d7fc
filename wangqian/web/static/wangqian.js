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

  /* data-when="field=value" (several values: a|b): shown only then; hidden controls are not sent. */
  function when(block) {
    var parts = block.dataset.when.split("="), wanted = parts[1].split("|");
    var form = block.closest("form");
    var values = all('[name="' + parts[0] + '"]', form).filter(function (input) {
      return (input.type !== "radio" && input.type !== "checkbox") || input.checked;
    }).map(function (input) { return input.value; });
    var show = values.some(function (value) { return wanted.indexOf(value) >= 0; });
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
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy], [data-print]");
    if (!button) { return; }
    if (button.hasAttribute("data-print")) { window.print(); return; }
    var field = document.getElementById(button.dataset.copy), said = document.getElementById(button.dataset.copy + "_said");
    field.select();
    var copied = navigator.clipboard ? navigator.clipboard.writeText(field.value) : Promise.reject();
    copied.catch(function () { document.execCommand("copy"); }).then(function () { said.textContent = said.dataset.words; });
  });
  /* An open menu closes on Escape and on a click elsewhere. */
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      all("details.drop[open]").forEach(function (menu) { menu.open = false; menu.firstElementChild.focus(); });
    }
  });
  document.addEventListener("click", function (event) {
    all("details.drop[open]").forEach(function (menu) { if (!menu.contains(event.target)) { menu.open = false; } });
  });

  function start() {
    all("[data-when]").forEach(when);
    all("textarea[maxlength]").forEach(count);
    all("[data-wait]").forEach(wait);
    recount();
    var summary = document.getElementById("error-summary");
    if (summary) { summary.focus(); }
  }
  document.addEventListener("htmx:afterSettle", recount);
  start();
}());
