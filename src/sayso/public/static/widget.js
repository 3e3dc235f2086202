/*
 * sayso's form widget. One line in a page: <script src="https://ask.shop.example/widget.js" data-form="checkout" async></script>
 *
 * It shows the notice and its unticked boxes beside the fields, and says what was really shown and what became of it.
 * It sets no cookie, keeps nothing, and sends nothing that was typed before the form is submitted, unless the shop's
 * settings say so. Whatever fails in here, the form still submits.
 */
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script) return;
  const origin = new URL(script.src).origin;
  const name = script.dataset.form;
  const language = document.documentElement.lang || "";
  const gpc = navigator.globalPrivacyControl === true;

  const form = () =>
    (script.dataset.for && document.querySelector(script.dataset.for)) ||
    script.closest("form") ||
    [...document.forms].find((one) => one.querySelector("input[type=email], input[name*=email i]"));

  const USUAL = {
    email: "input[type=email], input[autocomplete~=email], input[name*=email i]",
    phone: "input[type=tel], input[autocomplete~=tel], input[name*=phone i]",
    country: "[autocomplete~=country], [autocomplete~=country-name]",
  };
  const field = (inside, kind) =>
    inside.querySelector(script.dataset[kind] || `[data-sayso=${kind}]`) || inside.querySelector(USUAL[kind]);

  const element = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  const state = (box) => (box.checked ? "ticked" : "unticked");

  /* What the person did to one box: `touched` is the state that their own hand last left it in. */
  const watch = (input, declared, label) => {
    const box = { declared, input, label, before: input.defaultChecked || input.checked ? "ticked" : "unticked", touched: null };
    input.addEventListener("change", (event) => {
      if (event.isTrusted) box.touched = state(input);
    });
    return box;
  };

  const changedBy = (box) => {
    const now = state(box.input);
    if (box.touched === now) return "person";
    return now === box.before && box.touched === null ? "nobody" : "script";
  };

  const visible = (node) =>
    node.isConnected && (node.checkVisibility ? node.checkVisibility({ opacityProperty: true, visibilityProperty: true }) : node.offsetParent !== null) &&
    node.getBoundingClientRect().height > 1;

  const start = async () => {
    const target = form();
    if (!target || !name) return;
    const asked = new URLSearchParams({ lang: language });
    const answer = await fetch(`${origin}/forms/${encodeURIComponent(name)}?${asked}`, { credentials: "omit", referrerPolicy: "origin" });
    if (!answer.ok) return;
    const given = await answer.json();

    const paragraphs = (texts) => texts.map((text) => element("p", { textContent: text }));
    const notice = element("div", { id: `sayso-notice-${name}` }, ...paragraphs(given.notice.first));
    const link = element("a", { href: given.notice.link, target: "_blank", rel: "noopener", textContent: given.notice.link_text });
    const more = element("details", {}, element("summary", { textContent: given.notice.more_text }), ...paragraphs(given.notice.more), element("p", {}, link));
    const block = element("fieldset", { className: "sayso", lang: given.language }, element("legend", { textContent: given.legend }), notice, more);
    const boxes = [];
    for (const declared of given.boxes) {
      if (gpc && declared.shares) continue;
      const present = document.querySelector(`input[type=checkbox][data-sayso="${CSS.escape(declared.id)}"]`);
      if (present) {
        boxes.push(watch(present, declared, present.labels[0] || present.parentElement));
        continue;
      }
      const input = element("input", { type: "checkbox", id: `sayso-${name}-${declared.id}`, autocomplete: "off" });
      const label = element("label", { htmlFor: input.id, textContent: declared.wording });
      block.append(element("div", {}, input, " ", label));
      boxes.push(watch(input, declared, label));
    }
    const country = () => {
      const code = (field(target, "country")?.value || "").trim();
      return /^[a-z]{2}$/i.test(code) ? code.toUpperCase() : undefined;
    };
    const typed = { email: field(target, "email"), phone: field(target, "phone") };
    const last = [typed.email, typed.phone].filter(Boolean).pop();
    const row = last && (last.closest("p, div, li") || last);
    if (row && target.contains(row) && row !== target) row.after(block);
    else target.prepend(block);
    for (const input of Object.values(typed)) {
      if (input) input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") || ""} ${notice.id}`.trim());
    }

    /* Seen once is seen: a step of a checkout that is hidden again was still shown. */
    const seen = new Set();
    const look = () => {
      for (const node of [notice, ...boxes.map((box) => box.label)]) if (node && visible(node)) seen.add(node);
    };
    const again = setInterval(look, 500);
    look();

    const told = (submitted, withDetails) => {
      look();
      const value = (input) => (withDetails && input && input.value.trim()) || undefined;
      return JSON.stringify({
        nonce: given.nonce,
        submitted,
        page: (location.origin + location.pathname).slice(0, 2000),
        gpc,
        notice_seen: seen.has(notice),
        email: value(typed.email),
        phone: value(typed.phone),
        country: country(),
        boxes: boxes.map((box) => ({
          id: box.declared.id,
          seen: seen.has(box.label),
          shown: (box.label ? box.label.textContent : "").replace(/\s+/g, " ").trim().slice(0, 2000),
          default: box.before,
          final: state(box.input),
          changed_by: changedBy(box),
        })),
      });
    };
    const send = (text) => navigator.sendBeacon(`${origin}/forms/${encodeURIComponent(name)}`, text);

    target.addEventListener("submit", () => {
      clearInterval(again);
      send(told(true, true));
    });
    if (given.before_submission) {
      for (const input of Object.values(typed)) {
        if (input) input.addEventListener("change", () => seen.has(notice) && input.validity.valid && send(told(false, true)));
      }
    }
  };

  const safely = () => start().catch(() => {});
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", safely);
  else safely();
})();
