// Runs among the page's own scripts, before them. It asks the extension first, and whatever that has no answer for goes to the
// browser's own functions, with the options as they came. Nothing here is trusted: the page could do all of it itself.
(() => {
  "use strict";
  if (!isSecureContext || !navigator.credentials || !window.PublicKeyCredential) return;
  const container = CredentialsContainer.prototype;
  const own = { create: container.create, get: container.get };
  const statics = Object.fromEntries(
    [
      "isUserVerifyingPlatformAuthenticatorAvailable", "isConditionalMediationAvailable", "getClientCapabilities",
      "signalUnknownCredential", "signalAllAcceptedCredentials", "signalCurrentUserDetails",
    ].map(name => [name, PublicKeyCredential[name]?.bind(PublicKeyCredential)]));

  // MARK: The extension

  // Milliseconds after which there is no extension any more: it was removed or renewed under this page.
  const patience = 2000;
  const waiting = new Map();
  addEventListener("message", event => {
    if (event.source !== window || typeof event.data?.fobAnswer !== "string") return;
    event.stopImmediatePropagation();
    waiting.get(event.data.fobAnswer)?.(event.data);
  }, true);

  function ask(message, signal) {
    const id = crypto.randomUUID();
    const send = data => postMessage(data, location.origin);
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        waiting.delete(id);
        signal?.removeEventListener("abort", stop);
      };
      const stop = () => {
        end();
        send({ fobStop: id });
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        end();
        resolve({ fallback: true });
      }, patience);
      waiting.set(id, data => {
        clearTimeout(timer);
        if (!data.answer) return;
        end();
        resolve(data.answer);
      });
      if (signal?.aborted) return stop();
      signal?.addEventListener("abort", stop, { once: true });
      send({ fobAsk: id, message });
    });
  }

  // MARK: Options and answers as JSON

  function text(source) {
    if (!(source instanceof ArrayBuffer) && !ArrayBuffer.isView(source)) throw new TypeError("no bytes");
    const bytes = source instanceof ArrayBuffer
      ? new Uint8Array(source) : new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
    let binary = "";
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }

  const bytes = text =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), one => one.charCodeAt(0)).buffer;
  const present = members => Object.fromEntries(Object.entries(members).filter(([, value]) => value != null));
  const string = value => value == null ? undefined : String(value);
  const list = (values, item) => values == null ? undefined : Array.from(values, item);
  const keys = values => list(values, key => ({ type: string(key.type), id: text(key.id) }));
  const inputs = values => values && present({ first: text(values.first), second: values.second && text(values.second) });

  function prf(wanted, allowed = []) {
    if (!wanted) return undefined;
    const each = wanted.evalByCredential;
    if (each && !Object.keys(each).every(id => allowed.some(key => key.id === id))) throw new TypeError("no such key");
    return present({
      eval: inputs(wanted.eval),
      evalByCredential: each && Object.fromEntries(Object.entries(each).map(([id, values]) => [id, inputs(values)])),
    });
  }

  function creation(wanted) {
    const selection = wanted.authenticatorSelection, extensions = wanted.extensions;
    return present({
      rp: present({ id: string(wanted.rp.id), name: string(wanted.rp.name) }),
      user: present({
        id: text(wanted.user.id), name: string(wanted.user.name), displayName: string(wanted.user.displayName),
      }),
      challenge: text(wanted.challenge),
      pubKeyCredParams: Array.from(wanted.pubKeyCredParams, one => ({ type: string(one.type), alg: Number(one.alg) })),
      excludeCredentials: keys(wanted.excludeCredentials),
      authenticatorSelection: selection && present({
        residentKey: string(selection.residentKey), userVerification: string(selection.userVerification),
        requireResidentKey: selection.requireResidentKey == null ? undefined : Boolean(selection.requireResidentKey),
      }),
      extensions: extensions && present({
        prf: prf(extensions.prf), credentialProtectionPolicy: string(extensions.credentialProtectionPolicy),
      }),
    });
  }

  function request(wanted) {
    const allowCredentials = keys(wanted.allowCredentials), extensions = wanted.extensions;
    return present({
      rpId: string(wanted.rpId), challenge: text(wanted.challenge), userVerification: string(wanted.userVerification),
      allowCredentials, extensions: extensions && present({ prf: prf(extensions.prf, allowCredentials) }),
    });
  }

  // What fob has nothing for: the browser's own way is asked at once.
  const isForOthers = wanted =>
    wanted.attestation === "enterprise" || wanted.extensions?.largeBlob?.support === "required"
    || wanted.extensions?.appid || wanted.extensions?.appidExclude || wanted.extensions?.payment?.isPayment;

  // Whether another site is related to the page's, and that it is not, the browser says.
  const isOwn = site => site == null || location.hostname === site || location.hostname.endsWith(`.${site}`);

  function frozen(prototype, members) {
    const describe = ([name, value]) => [name, { value, enumerable: true, configurable: true }];
    return Object.create(prototype, Object.fromEntries(Object.entries(members).map(describe)));
  }

  function credential(found, wanted, results, isNew) {
    const attachment = wanted.authenticatorSelection?.authenticatorAttachment === "cross-platform"
      ? "cross-platform" : "platform";
    const transports = ["internal", "usb"];
    const response = isNew
      ? frozen(AuthenticatorAttestationResponse.prototype, {
        clientDataJSON: bytes(found.clientDataJSON), attestationObject: bytes(found.attestationObject),
        getTransports: () => [...transports], getAuthenticatorData: () => bytes(found.authenticatorData),
        getPublicKey: () => bytes(found.publicKey), getPublicKeyAlgorithm: () => -found.algorithm,
      })
      : frozen(AuthenticatorAssertionResponse.prototype, {
        clientDataJSON: bytes(found.clientDataJSON), authenticatorData: bytes(found.authenticatorData),
        signature: bytes(found.signature), userHandle: found.userHandle ? bytes(found.userHandle) : null,
      });
    const values = results.prf?.results;
    return frozen(PublicKeyCredential.prototype, {
      id: found.id, rawId: bytes(found.id), type: "public-key", authenticatorAttachment: attachment, response,
      getClientExtensionResults: () => ({
        ...results,
        ...values && {
          prf: { ...results.prf, results: Object.fromEntries(Object.entries(values).map(([name, one]) => [name, bytes(one)])) },
        },
      }),
      toJSON: () => ({
        id: found.id, rawId: found.id, type: "public-key", authenticatorAttachment: attachment,
        clientExtensionResults: structuredClone(results),
        response: isNew
          ? {
            clientDataJSON: found.clientDataJSON, attestationObject: found.attestationObject,
            authenticatorData: found.authenticatorData, transports: [...transports], publicKey: found.publicKey,
            publicKeyAlgorithm: -found.algorithm,
          }
          : present({
            clientDataJSON: found.clientDataJSON, authenticatorData: found.authenticatorData, signature: found.signature,
            userHandle: found.userHandle,
          }),
      }),
    });
  }

  // The outputs of extensions, in base64.
  function results(answer, wanted, isNew) {
    const found = {};
    if (isNew && wanted.extensions?.credProps) {
      const selection = wanted.authenticatorSelection;
      found.credProps = {
        rk: selection?.residentKey != null
          ? ["required", "preferred"].includes(selection.residentKey) : Boolean(selection?.requireResidentKey),
      };
    }
    if (!wanted.extensions?.prf) return found;
    const [first, second] = answer.prf;
    found.prf = { ...isNew && { enabled: true }, ...first && { results: { first, ...second && { second } } } };
    return found;
  }

  function given(answer, wanted, isNew) {
    if (answer.error) throw new DOMException(answer.error.message, answer.error.name);
    return credential(answer.ok, wanted, results(answer, wanted, isNew), isNew);
  }

  // MARK: create and get

  async function run(self, kind, options, json) {
    const wanted = options?.publicKey;
    const others = () => own[kind].call(self, options);
    if (!wanted || isForOthers(wanted)) return others();
    let asked;
    // What is wrong in the options the browser says.
    try { asked = json(wanted); } catch { return others(); }
    if (!isOwn(kind === "get" ? asked.rpId : asked.rp.id)) return others();
    // Nobody may be asked for it, and fob answers nothing unasked.
    if (options.mediation === "silent") return others();
    if (options.mediation === "conditional") return kind === "get" ? conditional(self, options, asked) : others();
    const answer = await ask({ kind, options: asked }, options.signal);
    return answer.fallback ? others() : given(answer, wanted, kind === "create");
  }

  // Both wait for the person: what comes first ends the other.
  function conditional(self, options, asked) {
    const wanted = options.publicKey, end = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, end.signal]) : end.signal;
    return new Promise((resolve, reject) => {
      const theirs = own.get.call(self, { ...options, signal });
      const ours = ask({ kind: "get", isConditional: true, options: asked }, signal).then(answer => {
        if (answer.fallback) return theirs.then(resolve, reject);
        end.abort();
        resolve(given(answer, wanted, false));
      });
      theirs.then(found => {
        resolve(found);
        end.abort();
      // Without a way of its own the browser gives up; the extension's goes on.
      }, () => {});
      ours.catch(reject);
    });
  }

  function replace(object, name, value) {
    const before = Object.getOwnPropertyDescriptor(object, name);
    Object.defineProperty(object, name, { configurable: true, enumerable: true, writable: true, ...before, value });
  }

  replace(container, "create", function create(options) { return run(this, "create", options, creation); });
  replace(container, "get", function get(options) { return run(this, "get", options, request); });

  // MARK: What there is

  const isHere = async () => Boolean((await ask({ kind: "status" })).ok);
  replace(PublicKeyCredential, "isUserVerifyingPlatformAuthenticatorAvailable",
    async function isUserVerifyingPlatformAuthenticatorAvailable() {
      return await isHere() || await statics.isUserVerifyingPlatformAuthenticatorAvailable?.() || false;
    });
  replace(PublicKeyCredential, "isConditionalMediationAvailable", async function isConditionalMediationAvailable() {
    return await isHere() || await statics.isConditionalMediationAvailable?.() || false;
  });
  replace(PublicKeyCredential, "getClientCapabilities", async function getClientCapabilities() {
    const [found, isOurs] = [await statics.getClientCapabilities?.() ?? {}, await isHere()];
    const ours = [
      "conditionalGet", "extension:credProps", "extension:credProtect", "extension:prf", "passkeyPlatformAuthenticator",
      "signalAllAcceptedCredentials", "signalCurrentUserDetails", "signalUnknownCredential",
      "userVerifyingPlatformAuthenticator",
    ];
    return isOurs ? { ...found, ...Object.fromEntries(ours.map(name => [name, true])) } : found;
  });
  // Nobody learns what comes of it.
  for (const signal of ["unknownCredential", "allAcceptedCredentials", "currentUserDetails"]) {
    const name = `signal${signal[0].toUpperCase()}${signal.slice(1)}`;
    replace(PublicKeyCredential, name, async function (options) {
      const { rpId, credentialId, userId, allAcceptedCredentialIds, name: user, displayName } = options;
      const members = { rpId, credentialId, userId, allAcceptedCredentialIds, name: user, displayName };
      // What is wrong in it the browser says.
      await statics[name]?.(options);
      ask({ kind: "signal", options: { signal, ...JSON.parse(JSON.stringify(members)) } });
    });
  }
})();
