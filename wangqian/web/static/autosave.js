/* What is typed is kept on the server while it is typed: two seconds after the last change, and when the page is left. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-keep]");
  if (!form) { return; }
  var out = form.querySelector("[data-kept]"), timer = 0, kept = read(), sending = false;

  function read() {
    var data = new FormData(form);
    data.delete("csrfmiddlewaretoken");
    return new URLSearchParams(data).toString();
  }

  function keep() {
    var now = read();
    if (now === kept || sending) { return; }
    var body = new URLSearchParams(new FormData(form));
    body.set("keep", "auto");
    sending = true;
    fetch(form.action || location.href, { method: "POST", body: body, credentials: "same-origin", redirect: "error" })
      .then(function (answer) { return answer.ok ? answer.json() : Promise.reject(answer); })
      .then(function (said) { kept = now; out.textContent = said.kept; })
      .catch(function () { out.textContent = form.dataset.failed; })
      .finally(function () { sending = false; if (read() !== now) { soon(); } });
  }

  function soon() {
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, 2000);
  }

  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("submit", function () { window.clearTimeout(timer); });
  document.addEventListener("visibilitychange", function () { if (document.visibilityState === "hidden") { keep(); } });
}());
