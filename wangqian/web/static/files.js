/* Files handed in (a choice is sent at once, with its progress) and looked at (one page at a time). Without it both work, more slowly. */
(function () {
  "use strict";

  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }
  function boxOf(event) { return event.target.closest && event.target.closest("[data-files]"); }
  function fill(words, values) {
    return Object.keys(values).reduce(function (said, name) { return said.replace("{" + name + "}", String(values[name])); }, words);
  }

  /* --- handing in ------------------------------------------------------------------------------------ */
  var sending = 0;

  document.addEventListener("change", function (event) {
    var input = event.target;
    if (!input.matches("[data-send]") || !input.files.length) { return; }
    sending = input.files.length;
    input.form.requestSubmit();
  });
  document.addEventListener("click", function (event) {
    var summary = event.target.closest(".files-again > summary");
    if (!summary) { return; }
    event.preventDefault();
    summary.parentNode.querySelector("[data-send]").click();
  });

  function tell(box, words, share) {
    var way = box.querySelector("[data-way]");
    way.hidden = share === null;
    if (share !== null) { way.firstElementChild.value = share; }
    box.querySelector("[data-said]").textContent = words;
  }
  document.addEventListener("htmx:beforeRequest", function (event) {
    var box = boxOf(event);
    if (box && event.target.matches(".files-pick")) {
      tell(box, fill(box.querySelector("[data-said]").dataset.sending, { n: sending, p: "0%" }), 0);
    }
  });
  document.addEventListener("htmx:xhr:progress", function (event) {
    var box = boxOf(event), sent = event.detail;
    if (!box || !event.target.matches(".files-pick") || !sent.lengthComputable || !sent.total) { return; }
    var share = Math.min(100, Math.round(sent.loaded / sent.total * 100)), said = box.querySelector("[data-said]").dataset;
    tell(box, fill(share < 100 ? said.sending : said.checking, { n: sending, p: share + "%" }), share);
  });
  ["htmx:sendError", "htmx:responseError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var box = boxOf(event);
      if (!box) { return; }
      tell(box, box.querySelector("[data-said]").dataset.failed, null);
      all("[data-send]", box).forEach(function (input) { input.value = ""; });
    });
  });

  /* --- looking at ------------------------------------------------------------------------------------ */
  function show(viewer, to) {
    var pages = all("[data-page]", viewer), where = viewer.querySelector("[data-where]");
    var at = Math.max(0, Math.min(pages.length - 1, to));
    viewer.dataset.at = String(at);
    pages.forEach(function (page, number) { page.hidden = number !== at; });
    all(".viewer-file", viewer).forEach(function (file) { file.hidden = !file.contains(pages[at]); });
    where.textContent = fill(where.dataset.words, { n: at + 1, all: pages.length });
    all("[data-go]", viewer).forEach(function (button) {
      button.setAttribute("aria-disabled", String(at + Number(button.dataset.go) < 0 || at + Number(button.dataset.go) >= pages.length));
    });
  }
  function step(viewer, by) { show(viewer, Number(viewer.dataset.at) + by); }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-go]");
    if (button) { step(button.closest("[data-viewer]"), Number(button.dataset.go)); }
    var turn = event.target.closest("[data-turn]"); /* for who looks: the file stays as it was handed in */
    if (turn) {
      turn.dataset.turn = String((Number(turn.dataset.turn) + 1) % 4);
      turn.closest("[data-page]").dataset.turned = turn.dataset.turn;
    }
  });
  document.addEventListener("keydown", function (event) {
    var by = { ArrowLeft: -1, ArrowRight: 1 }[event.key], typing = event.target.closest("input, select, textarea, [contenteditable]");
    var viewer = by && !typing && !event.altKey && !event.ctrlKey && !event.metaKey && document.querySelector("[data-viewer]");
    if (viewer && all("[data-page]", viewer).length > 1) { event.preventDefault(); step(viewer, by); }
  });
  function begin() {
    all("[data-viewer]").forEach(function (viewer) {
      if (viewer.dataset.at === undefined && all("[data-page]", viewer).length > 1) {
        viewer.querySelector("[data-viewer-way]").hidden = false;
        show(viewer, 0);
      }
    });
  }
  document.addEventListener("htmx:afterSettle", begin);
  begin();
}());
