// Puts a code into the page, where a person has asked for that.
"use strict";
const fobFill = (() => {
  const isField = element =>
    element instanceof HTMLInputElement && !element.disabled && !element.readOnly
    && ["text", "tel", "number", "password", ""].includes(element.type);
  const isSeen = element => element.getClientRects().length > 0;

  /** The field that a code belongs into: the page says which, or it has the focus, or it looks like none other. */
  function field() {
    const fields = [...document.querySelectorAll("input")].filter(one => isField(one) && isSeen(one));
    const named = fields.find(one => one.autocomplete.split(/\s+/).includes("one-time-code"));
    if (named) return named;
    if (isField(document.activeElement)) return document.activeElement;
    const likely = fields.filter(one =>
      one.type !== "password" && (one.inputMode === "numeric" || one.type === "tel" || one.type === "number" || one.maxLength === 1));
    return likely.length === 1 || likely.length > 3 && likely.every(one => one.maxLength === 1) ? likely[0] : null;
  }

  function put(element, text) {
    // The page's own setter would not see a value that is not typed.
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(element, text);
    for (const type of ["input", "change"]) element.dispatchEvent(new Event(type, { bubbles: true }));
  }

  /** Whether there was a field for it. */
  return code => {
    const first = field();
    if (!first) return false;
    first.focus();
    if (first.maxLength !== 1) {
      put(first, code);
      return true;
    }
    // One field for each character.
    const all = [...document.querySelectorAll("input")].filter(one => isField(one) && isSeen(one) && one.maxLength === 1);
    const row = all.slice(all.indexOf(first), all.indexOf(first) + code.length);
    if (row.length < code.length) return false;
    row.forEach((one, index) => put(one, code[index]));
    return true;
  };
})();
