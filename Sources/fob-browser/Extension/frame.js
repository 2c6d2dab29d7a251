// Beside the page, where it cannot reach: looks at what a page may ask from where it is, and passes it on. Where that comes from
// the browser says to the background, not this.
"use strict";
(() => {
  const api = globalThis.browser ?? chrome;
  const none = { fallback: true };
  // Not every browser has it.
  const policy = document.permissionsPolicy ?? document.featurePolicy;
  // Requests of the page that are not answered: what ends each.
  const running = new Map();
  // Each of these keeps a program of its own busy: so many at once, and no more.
  const mostAsking = 8, asking = new Set();
  // The sign-in that waits for a person to choose a field.
  let offered = null;

  addEventListener("message", event => {
    if (typeof event.data?.fobFrame === "string" && window === window.top && event.source !== window) return tellFrame(event);
    if (event.source !== window) return;
    const { fobAsk: id, fobStop: stopped, message } = event.data ?? {};
    if (typeof stopped === "string" && running.has(stopped)) {
      running.get(stopped)();
      asking.delete(stopped);
    }
    if (typeof id !== "string" || !message) return;
    event.stopImmediatePropagation();
    const send = answer => postMessage({ fobAnswer: id, answer }, location.origin);
    send(null);
    if (message.kind !== "get" || !message.isConditional) {
      if (asking.size >= mostAsking) return send(none);
      asking.add(id);
    }
    begin(id, message, answer => {
      running.delete(id);
      asking.delete(id);
      send(answer);
    });
  }, true);

  function begin(id, message, answer) {
    switch (message.kind) {
    case "signal": {
      // The owner is asked: only for what a person sees.
      const above = ancestors();
      if (!above || document.visibilityState !== "visible") return answer(none);
      message = { kind: "signal", options: message.options, ancestors: above };
    }
    // falls through
    case "status":
      return void api.runtime.sendMessage({ page: message }).then(found => answer(found ?? none), () => answer(none));
    case "create":
    case "get": {
      const above = ancestors();
      if (!policy && window.parent === window.top && !isAlone(above)) {
        let isOver = false;
        running.set(id, () => {
          isOver = true;
          running.delete(id);
        });
        return void placed(message.kind).then(found => {
          if (isOver) return;
          return found ? ask(id, message, found, answer) : answer(none);
        });
      }
      if (!above || !mayAsk(message.kind)) return answer(none);
      return ask(id, message, above, answer);
    }
    default: return answer(none);
    }
  }

  function ask(id, message, above, answer) {
    if (message.isConditional) {
      const waiting = offered = { message, above, answer, stop() {} };
      running.set(id, () => {
        running.delete(id);
        waiting.stop();
        if (offered === waiting) offered = null;
      });
      // An answer now would say whether there are keys. The browser's own way goes on beside this one.
      return;
    }
    // What nobody sees nobody asks for.
    if (document.visibilityState !== "visible") return answer(none);
    return ceremony(id, message, above, answer);
  }

  // MARK: What this frame may

  /** Where a browser does not tell a frame of another site what it may, the page right around it does, as that decides it: the
      origin of that page, which the browser says, or null. */
  function placed(kind) {
    return new Promise(resolve => {
      const id = crypto.randomUUID();
      const listen = event => {
        if (event.source !== window.parent || event.data?.fobPlace !== id) return;
        event.stopImmediatePropagation();
        end(event.data.may === true ? [event.origin] : null);
      };
      const end = found => {
        removeEventListener("message", listen, true);
        clearTimeout(timer);
        resolve(found);
      };
      const timer = setTimeout(() => end(null), 1000);
      addEventListener("message", listen, true);
      window.parent.postMessage({ fobFrame: id, kind }, "*");
    });
  }

  function tellFrame(event) {
    event.stopImmediatePropagation();
    const { fobFrame: id, kind } = event.data;
    const frame = [...document.querySelectorAll("iframe")].find(one => one.contentWindow === event.source);
    event.source.postMessage({ fobPlace: id, may: Boolean(frame) && allows(frame, kind, event.origin) }, event.origin);
  }

  /** What a frame's attribute allows (Permissions Policy, section 6.1): without a list, the origin that it was made for. */
  function allows(frame, kind, origin) {
    const list = frame.allow.split(";").map(part => part.trim().split(/\s+/))
      .find(([name]) => name === `publickey-credentials-${kind}`)?.slice(1);
    if (!list) return origin === location.origin;
    const source = new URL(frame.src, location.href).origin;
    return (list.length ? list : ["'src'"]).some(one => one === "*" || one === origin
      || one === "'src'" && origin === source || one === "'self'" && origin === location.origin);
  }

  /** Origins of the frames around this one, the nearest first; null where they cannot be told. */
  function ancestors() {
    if (window === window.top) return [];
    if (location.ancestorOrigins) return [...location.ancestorOrigins];
    const found = [];
    try {
      for (let one = window; one !== one.parent; one = one.parent) found.push(one.parent.location.origin);
    } catch { return null; }
    return found;
  }

  /** Permissions-Policy; where a browser does not tell, what it is without one. */
  function mayAsk(kind) {
    return policy ? policy.allowsFeature(`publickey-credentials-${kind}`) : isAlone(ancestors());
  }

  function isAlone(above) { return above?.every(origin => origin === location.origin) ?? false; }

  // MARK: One request

  // Milliseconds before a person is told that fob asks: what is answered at once needs no notice.
  const quiet = 300;

  function ceremony(id, message, above, answer) {
    let port, hide = () => {}, timer;
    const end = found => {
      clearTimeout(timer);
      hide();
      port?.disconnect();
      port = null;
      if (running.delete(id) && found) answer(found);
    };
    running.set(id, () => end(null));
    const others = [
      ["Use another key", () => end(none)],
      ["Cancel", () => end({ error: { name: "NotAllowedError", message: "The person has said no." } })],
    ];
    const what = message.kind === "create" ? "register a key" : "sign in";
    const tell = () => {
      hide();
      hide = fobNotice(`fob asks whether to ${what} at ${location.host}. Answer there.`, others);
    };
    try {
      port = api.runtime.connect({ name: "ceremony" });
    } catch { return end(none); }
    port.onDisconnect.addListener(() => end(none));
    port.onMessage.addListener(told => {
      if (told.answer) return end(told.answer);
      clearTimeout(timer);
      hide();
      hide = fobNotice(`Sign in at ${location.host} with fob as`, [
        ...told.keys.map(key => [key.name || key.displayName || "a user without a name", () => {
          port.postMessage({ chosen: key.id });
          tell();
        }]), ...others,
      ]);
    });
    port.postMessage({ message: { kind: message.kind, options: message.options }, ancestors: above });
    timer = setTimeout(tell, quiet);
    return () => end(null);
  }

  // MARK: A sign-in that waits in a field

  /** Keys of a waiting sign-in; true while the vault is locked, null where there are none. */
  async function choices({ message, above }) {
    const found = await api.runtime.sendMessage({ page: { kind: "keys", options: message.options, ancestors: above } })
      .catch(() => null);
    if (found?.isLocked) return true;
    const allowed = message.options.allowCredentials?.map(key => key.id);
    const keys = found?.keys?.filter(key => !allowed?.length || allowed.includes(key.id));
    return keys?.length ? keys : null;
  }

  let isOffering = false;
  const offer = async event => {
    const field = event.target;
    if (!event.isTrusted || !offered || isOffering || !(field instanceof HTMLInputElement)
      || !field.autocomplete.split(/\s+/).includes("webauthn")) return;
    const waiting = offered, { message, above } = waiting;
    isOffering = true;
    const keys = await choices(waiting);
    if (!keys || offered !== waiting) return void (isOffering = false);
    let hide = () => {};
    const end = () => {
      hide();
      isOffering = false;
    };
    const start = key => {
      hide();
      const allowCredentials = key ? [{ type: "public-key", id: key.id }] : message.options.allowCredentials;
      const options = { ...message.options, allowCredentials };
      const cancel = ceremony(crypto.randomUUID(), { kind: "get", options }, above, found => {
        isOffering = false;
        // Who has said no may choose again.
        if (!found.ok || offered !== waiting) return;
        offered = null;
        waiting.answer(found);
      });
      waiting.stop = () => {
        cancel?.();
        isOffering = false;
      };
    };
    waiting.stop = end;
    const all = keys === true ? [["Unlock fob", () => start(null)]]
      : keys.map(key => [key.name || key.displayName || "a user without a name", () => start(key)]);
    hide = fobNotice(`Sign in at ${location.host} with fob as`, [...all, ["Not now", end]]);
  };
  addEventListener("pointerdown", offer, true);
  addEventListener("keydown", offer, true);

  // MARK: The background

  api.runtime.onMessage.addListener((message, sender, reply) => {
    if (sender.id !== api.runtime.id || window !== window.top) return;
    // The browser says where the answer to that comes from.
    if (message.where) return void api.runtime.sendMessage({ here: message.where }).catch(() => {});
    if (message.code) reply(message.origin === location.origin && fobFill(message.code));
  });
})();
