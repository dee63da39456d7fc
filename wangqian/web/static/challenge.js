/* Solves the page's challenge (wangqian/web/challenge.py) while the form is filled in. Without it the form still works, slowly. */
(function () {
  "use strict";
  var encoder = new TextEncoder();

  function bytes(hex) {
    return Uint8Array.from(hex.match(/../g) || [], function (pair) { return parseInt(pair, 16); });
  }

  function hex(buffer) {
    return Array.prototype.map.call(new Uint8Array(buffer), function (byte) {
      return byte.toString(16).padStart(2, "0");
    }).join("");
  }

  /* One try: the key derived from the nonce and a number. */
  async function derived(parameters, number) {
    var nonce = bytes(parameters.nonce), password = new Uint8Array(nonce.length + 4);
    password.set(nonce);
    new DataView(password.buffer).setUint32(nonce.length, number);
    var key = await window.crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    return hex(await window.crypto.subtle.deriveBits(
      { name: "PBKDF2", hash: "SHA-256", salt: bytes(parameters.salt), iterations: parameters.cost }, key, parameters.keyLength * 8));
  }

  async function solved(challenge) {
    for (var number = 0; ; number += 1) {
      var found = await derived(challenge.parameters, number);
      if (found.startsWith(challenge.parameters.keyPrefix)) {
        var text = JSON.stringify({ challenge: challenge, solution: { counter: number, derivedKey: found } });
        return btoa(String.fromCharCode.apply(null, encoder.encode(text)));
      }
    }
  }

  function prepare(field) {
    var form = field.form, line = document.createElement("p"), work = null, waiting = null;
    line.className = "muted work-line";
    line.setAttribute("role", "status");

    function begin() {
      if (work) { return; }
      work = solved(JSON.parse(field.dataset.challenge)).then(function (answer) {
        field.value = answer;
        line.textContent = "";
      }, function () {
        line.textContent = field.dataset.failed;
        field.dataset.given = "up";
      }).then(function () {
        if (waiting) { form.requestSubmit(waiting.isConnected ? waiting : undefined); }
      });
    }

    form.append(line);
    form.addEventListener("focusin", begin);
    form.addEventListener("submit", function (event) {
      if (field.value || field.dataset.given) { return; }
      if (event.defaultPrevented) { begin(); return; }  // a passkey is asked first and sends the form itself
      event.preventDefault();
      waiting = event.submitter || form.querySelector("button");
      line.textContent = field.dataset.working;
      begin();
    });
    if ("eager" in field.dataset) { begin(); }
  }

  document.querySelectorAll("[data-challenge]").forEach(prepare);
}());
