/* Passkeys: asks the browser, puts the answer into the form, sends the form. Every page has another way without this file.
 *
 * A block [data-passkey] stands in its form: "get" signs, "create" makes a new one. What the browser is asked comes from the server
 * when the person begins, so it is bound to what is on the screen and to this moment. All sentences stand in the page, so that they
 * are translated.
 */
(function () {
  "use strict";
  var able = Boolean(window.PublicKeyCredential && navigator.credentials && navigator.credentials.get);

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (one) { return one.charCodeAt(0); });
  }
  function word(buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function named(list) {
    return list && list.map(function (one) { return Object.assign({}, one, { id: bytes(one.id) }); });
  }

  /* What the server asks, as the browser wants it. */
  function asking(options) {
    var asked = Object.assign({ timeout: 120000 }, options.publicKey);
    asked.challenge = bytes(asked.challenge);
    if (asked.user) { asked.user = Object.assign({}, asked.user, { id: bytes(asked.user.id) }); }
    if (asked.excludeCredentials) { asked.excludeCredentials = named(asked.excludeCredentials); }
    if (asked.allowCredentials) { asked.allowCredentials = named(asked.allowCredentials); }
    return asked;
  }

  /* What the browser answers, as the server wants it. */
  function answer(made) {
    var said = made.response, kept = { clientDataJSON: word(said.clientDataJSON) };
    if (said.attestationObject) {
      kept.attestationObject = word(said.attestationObject);
      kept.transports = said.getTransports ? said.getTransports() : [];
    } else {
      kept.authenticatorData = word(said.authenticatorData);
      kept.signature = word(said.signature);
      kept.userHandle = said.userHandle ? word(said.userHandle) : null;
    }
    return JSON.stringify({
      id: made.id, rawId: word(made.rawId), type: made.type, response: kept, clientExtensionResults: {},
      authenticatorAttachment: made.authenticatorAttachment || null
    });
  }

  function Asker(block) {
    var form = block.closest("form"), words = block.dataset, busy = false;
    var button = block.querySelector("button"), said = block.querySelector("[role=alert]");

    function say(sentence) { said.textContent = sentence; said.hidden = !sentence; }
    function work(on) { busy = on; if (button) { button.classList.toggle("busy", on); } }
    function unticked() { return form.querySelector("[name=agreed]:not(:checked)"); }

    /* What the passkey shall sign. A page instead of an answer: sending the form as it is shows what is wrong. */
    function options() {
      var body = new FormData(form);
      body.set("begin_passkey", "1");
      return fetch(form.getAttribute("action") || location.href, { method: "POST", body: body, credentials: "same-origin" })
        .then(function (reply) {
          if ((reply.headers.get("Content-Type") || "").indexOf("application/json") < 0) { throw { send: true }; }
          return reply.json();
        })
        .then(function (reply) { if (reply.error) { throw { words: reply.error }; } return reply; });
    }
    function send(made) {
      if (made) { form.querySelector("[name=assertion]").value = answer(made); }
      form.dataset.proven = "1";
      form.requestSubmit(form.querySelector("button:not([type=button]):not([name=send_code])"));
    }
    function stopped(problem) {
      if (problem.send) { send(null); return; }
      if (problem.words) { say(problem.words); return; }
      var cancelled = problem.name === "NotAllowedError" || problem.name === "AbortError";
      say(cancelled ? words.cancelled : problem.name === "InvalidStateError" ? words.already : words.failed);
    }
    function ask() {
      if (busy) { return; }
      if (unticked()) { say(words.tick); unticked().focus(); return; }
      work(true);
      say("");
      options().then(function (asked) {
        return navigator.credentials[words.passkey]({ publicKey: asking(asked) });
      }).then(send).catch(stopped).then(function () { work(false); });
    }
    /* The form's own button with nothing typed: the passkey is what the person has. */
    function meant(submitter) {
      var typed = Array.prototype.some.call(form.querySelectorAll("[name=code], [name=password]"), function (field) {
        return field.value.trim();
      });
      return !typed && !form.dataset.proven && !(submitter && submitter.name);
    }

    if (!able) {
      if (button) { button.hidden = true; }
      say(words.unable);
      return;
    }
    if (button) { button.addEventListener("click", ask); }
    form.addEventListener("submit", function (event) {
      if (meant(event.submitter)) { event.preventDefault(); ask(); }
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll("[data-passkey]"), function (block) { new Asker(block); });
}());
