// Small comforts; every page works without this file.
(function () {
  "use strict";

  // Menus that lie over the page close with Escape and with a click beside them.
  function closeMenus(except) {
    document.querySelectorAll("details.pop[open], details.menu[open]").forEach(function (menu) {
      if (menu !== except) menu.open = false;
    });
  }

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.pop[open], details.menu[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest(".masthead")) {
      const own = event.target.closest("details.pop");
      document.querySelectorAll("details.pop[open]").forEach(function (menu) {
        if (menu !== own) menu.open = false;
      });
    } else {
      closeMenus(null);
    }
  });

  // A form that came back: say so at once, wherever the reader was.
  document.addEventListener("DOMContentLoaded", function () {
    const summary = document.querySelector("[data-error-summary]");
    if (summary) summary.focus();
    countCharacters(document);
  });

  // How many characters are left, for fields with a limit.
  function countCharacters(root) {
    root.querySelectorAll("textarea[maxlength]:not([data-counted])").forEach(function (area) {
      const text = document.body.dataset.left || "";
      if (!text) return;
      area.dataset.counted = "";
      const left = document.createElement("p");
      left.className = "kern-hint";
      area.insertAdjacentElement("afterend", left);
      const show = function () {
        left.textContent = text.replace("%s", String(area.maxLength - area.value.length));
      };
      area.addEventListener("input", show);
      show();
    });
  }

  document.addEventListener("htmx:after:swap", function (event) {
    countCharacters(event.target instanceof Element ? event.target : document);
  });

  // A form is sent once: a second click while the answer is on its way does nothing.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
  });

  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
    });
  });

  // In the hall one key is enough: arrows, space bar and the keys of a presenter turn the page.
  document.addEventListener("keydown", function (event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !document.querySelector("[data-hall]")) return;
    const isBack = event.key === "ArrowLeft" || event.key === "PageUp";
    const isNext = event.key === "ArrowRight" || event.key === "PageDown" || event.key === " ";
    const link = document.querySelector(isBack ? "[data-hall-back]" : isNext ? "[data-hall-next]" : "[data-none]");
    if (!link) return;
    event.preventDefault();
    link.click();
  });

  // A passkey that was not used or not found: say what to do instead.
  document.addEventListener("allauth.error", function (event) {
    const hint = document.getElementById("passkey-trouble");
    if (!hint) return;
    event.preventDefault();
    hint.hidden = false;
    hint.focus();
  });
})();

// A code behind # in a letter's address never reaches a server; only this page reads it into its field.
for (const field of document.querySelectorAll('[data-fill="hash"]')) {
  if (!field.value && location.hash.length > 1) {
    field.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname + location.search);
  }
}
