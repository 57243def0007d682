// Checks the record of a draw in the browser: public and volunteer's view, the same checks as `python -m lottery.verify`.
// No network, no library, nothing leaves the page. docs/verify.md says what each check means.
(function (root) {
  "use strict";

  const FORMAT = "allmende-draw-2";

  // Canonical JSON: sorted keys, no white space; numbers are whole.

  function byCodePoints(one, other) {
    const left = Array.from(one), right = Array.from(other);
    for (let at = 0; at < Math.min(left.length, right.length); at++) {
      const gap = left[at].codePointAt(0) - right[at].codePointAt(0);
      if (gap) return gap;
    }
    return left.length - right.length;
  }

  function canonical(value) {
    if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Error(value + " is no whole number");
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
    const keys = Object.keys(value).sort(byCodePoints);
    return "{" + keys.map((key) => JSON.stringify(key) + ":" + canonical(value[key])).join(",") + "}";
  }

  // SHA-256 (FIPS 180-4); crypto.subtle is missing where a page is opened from a folder.

  const ROUND = [], START = [];
  (function () {
    const fraction = (x) => ((x - Math.floor(x)) * 0x100000000) | 0;
    for (let n = 2; ROUND.length < 64; n++) {
      let prime = true;
      for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
      if (!prime) continue;
      if (START.length < 8) START.push(fraction(Math.sqrt(n)));
      ROUND.push(fraction(Math.cbrt(n)));
    }
  })();

  function sha256(text) {
    const bytes = new TextEncoder().encode(text);
    const blocks = ((bytes.length + 8) >> 6) + 1;
    const words = new Uint32Array(blocks * 16);
    bytes.forEach((byte, at) => { words[at >> 2] |= byte << (24 - (at % 4) * 8); });
    words[bytes.length >> 2] |= 0x80 << (24 - (bytes.length % 4) * 8);
    words[words.length - 2] = Math.floor(bytes.length / 0x20000000);
    words[words.length - 1] = bytes.length << 3;
    const hash = Int32Array.from(START), w = new Int32Array(64);
    const turn = (x, n) => (x >>> n) | (x << (32 - n));
    for (let block = 0; block < blocks; block++) {
      for (let i = 0; i < 64; i++) {
        if (i < 16) { w[i] = words[block * 16 + i]; continue; }
        const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
        const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
      }
      let [a, b, c, d, e, f, g, h] = hash;
      for (let i = 0; i < 64; i++) {
        const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[i] + w[i]) | 0;
        const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
      }
      [a, b, c, d, e, f, g, h].forEach((word, i) => { hash[i] = (hash[i] + word) | 0; });
    }
    return Array.from(hash, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  const digest = (value) => sha256(canonical(value));

  // The curve P-256, as in lottery/algorithms/commitments.py.

  const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
  const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
  const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const mod = (x) => { const rest = x % P; return rest < 0n ? rest + P : rest; };

  function power(base, exponent) {
    let result = 1n;
    for (const bit of exponent.toString(2)) {
      result = mod(result * result);
      if (bit === "1") result = mod(result * base);
    }
    return result;
  }

  function height(x) {
    if (x < 0n || x >= P) return null;
    const square = mod(x * x * x - 3n * x + B), y = power(square, (P + 1n) / 4n);
    return mod(y * y) === square ? y : null;
  }

  function decode(text) {
    if (text === "00") return null;
    if (!/^0[23][0-9a-f]{64}$/.test(text)) throw new Error("a seal is no point");
    const x = BigInt("0x" + text.slice(2)), y = height(x);
    if (y === null) throw new Error("a seal is no point of the curve");
    return (y % 2n === BigInt(text[1]) % 2n) ? [x, y] : [x, P - y];
  }

  const generators = new Map();
  function generator(...names) {
    const key = canonical(names);
    for (let counter = 0; !generators.has(key); counter++) {
      const x = BigInt("0x" + digest([FORMAT, "generator", ...names, counter])), y = height(x);
      if (y !== null) generators.set(key, [x, y % 2n === 0n ? y : P - y]);
    }
    return generators.get(key);
  }

  function double([x, y, z]) {
    const square = mod(z * z), high = mod(y * y), across = mod(4n * x * high);
    const slope = mod(3n * (x - square) * (x + square)), newX = mod(slope * slope - 2n * across);
    return [newX, mod(slope * (across - newX) - 8n * high * high), mod(2n * y * z)];
  }

  function add(one, other) {
    if (other === null) return one;
    const [x, y, z] = one;
    if (z === 0n) return [other[0], other[1], 1n];
    const square = mod(z * z), wide = mod(other[0] * square - x), high = mod(other[1] * square * z - y);
    if (wide === 0n) return high === 0n ? double(one) : [1n, 1n, 0n];
    const wide2 = mod(wide * wide), wide3 = mod(wide * wide2), across = mod(x * wide2);
    const newX = mod(high * high - wide3 - 2n * across);
    return [newX, mod(high * (across - newX) - y * wide3), mod(z * wide)];
  }

  function plain([x, y, z]) {
    if (z === 0n) return null;
    const inverse = power(z, P - 2n), square = mod(inverse * inverse);
    return [mod(x * square), mod(y * square * inverse)];
  }

  function multiply(base, factor) {
    let result = [1n, 1n, 0n];
    for (const bit of (factor % ORDER).toString(2)) {
      result = double(result);
      if (bit === "1") result = add(result, base);
    }
    return plain(result);
  }

  const total = (points) => plain(points.reduce(add, [1n, 1n, 0n]));
  const same = (one, other) => String(one) === String(other);

  function blindingOf(text) {
    if (!/^[0-9a-f]{64}$/.test(text)) throw new Error("a blinding number has 64 hexadecimal digits");
    const number = BigInt("0x" + text);
    if (number >= ORDER) throw new Error("a blinding number lies below the order of the group");
    return number;
  }

  // From randomness to a number, as in lottery/algorithms/choosing.py.

  function streamNumber(below, ...seed) {
    const span = 2n ** 256n, wide = BigInt(below), limit = span - span % wide;
    for (let counter = 0; ; counter++) {
      const number = BigInt("0x" + digest([FORMAT, ...seed, counter]));
      if (number < limit) return Number(number % wide);
    }
  }

  function isValue(source, value) {
    if (source.kind === "digits") return /^[0-9]+$/.test(value) && value.length === source.count;
    if (source.kind === "drand") return /^([0-9a-f]{96}|[0-9a-f]{192})$/.test(value);
    if (source.kind !== "numbers" || !/^(0|[1-9][0-9]*)( (0|[1-9][0-9]*))*$/.test(value)) return false;
    const numbers = value.split(" ").map(Number);
    const rising = numbers.every((number, at) => at === 0 || number > numbers[at - 1]);
    return rising && numbers.length === source.count && numbers[0] >= source.from && numbers[numbers.length - 1] <= source.to;
  }

  function chosenNumber(source, values, commitment, panels) {
    const fits = values.length === source.sources.length && values.length > 0;
    if (!fits || !values.every((value, at) => isValue(source.sources[at], value))) return null;
    if (source.rule === "hash") return streamNumber(panels, "number", commitment, values);
    const digits = String(panels - 1).length;
    if (source.rule !== "digits" || values.length !== 1 || source.sources[0].kind !== "digits") return null;
    return values[0].length === digits && Number(values[0]) < panels ? Number(values[0]) : null;
  }

  function openedNumbers(number, values, commitment, panels, count) {
    const found = [];
    for (let turn = 0; found.length < Math.min(count, panels - 1); turn++) {
      const other = streamNumber(panels, "opened", commitment, values, turn);
      if (other !== number && !found.includes(other)) found.push(other);
    }
    return found;
  }

  // The checks. Each has a key (for its words), and a function that says whether it holds.

  const PARTS = ["census", "chances", "draw", "leaves", "method", "panels", "pool", "proof", "quotas", "seals", "source", "totals"];
  const KEYS = {
    sealed: ["commitment", "committed", "format", "parts", "stage", "view"],
    drawn: ["commitment", "committed", "drawn", "format", "parts", "protocol", "result", "stage", "view"],
  };
  const DRAWN = ["number", "opened", "panel", "ranking", "values"];
  const PANEL = ["blinding", "counts", "members", "number", "salt"];
  const OPENING = ["blinding", "commitment", "format", "place", "pseudonym", "salt", "values", "view"];
  const hasKeys = (value, keys) => canonical(Object.keys(value).sort()) === canonical(keys);

  function isFormed(record) {
    const drawn = record.drawn;
    return record.format === FORMAT && record.view === "public" && Object.hasOwn(KEYS, record.stage) &&
      hasKeys(record, KEYS[record.stage]) && hasKeys(record.committed, PARTS) &&
      (record.stage === "sealed" || (hasKeys(drawn, DRAWN) && hasKeys(drawn.ranking, ["order"]) &&
        [drawn.panel, ...drawn.opened].every((panel) => hasKeys(panel, PANEL))));
  }

  const featuresOf = (committed) => [...new Set(committed.quotas.map((quota) => quota.feature))];

  function quotasCanBeMet(committed) {
    const size = committed.method.size;
    const names = new Set(committed.quotas.map((quota) => canonical([quota.feature, quota.value])));
    return size > 0 && names.size === committed.quotas.length && committed.quotas.every((q) => q.min <= q.max) &&
      featuresOf(committed).every((feature) => {
        const own = committed.quotas.filter((quota) => quota.feature === feature);
        const sum = (key) => own.reduce((count, quota) => count + quota[key], 0);
        return sum("min") <= size && size <= sum("max");
      });
  }

  function poolIsSound(committed) {
    const { pool, seals, leaves, panels, method } = committed;
    return pool.every((name, at) => at === 0 || byCodePoints(pool[at - 1], name) < 0) && pool.length >= method.size &&
      pool.length === seals.length && pool.length === leaves.length && panels.count === panels.leaves.length &&
      panels.digits === String(panels.count - 1).length;
  }

  function opens(committed, points, opened) {
    const { quotas } = committed, { counts } = opened;
    if (counts.length !== quotas.length) return false;
    const sums = featuresOf(committed).every((feature) =>
      counts.reduce((sum, count, at) => sum + (quotas[at].feature === feature ? count : 0), 0) === points.length);
    const shares = quotas.map((quota, at) => multiply(generator("value", quota.feature, quota.value), BigInt(counts[at])));
    shares.push(multiply(generator("blinding"), blindingOf(opened.blinding)));
    return sums && same(total(shares), total(points));
  }

  const leaf = (salt, kind, number, value) => digest([salt, kind, number, value]);

  function panelIsSealed(committed, panel, number) {
    const at = new Map(committed.pool.map((name, place) => [name, place]));
    const places = panel.members.map((name) => at.get(name));
    return panel.number === number && places.length === committed.method.size && new Set(places).size === places.length &&
      places.every((place) => place !== undefined) &&
      leaf(panel.salt, "panel", number, places) === committed.panels.leaves[number];
  }

  function quotasAreKept(committed, points, panel) {
    return opens(committed, panel.members.map((name) => points.get(name)), panel) &&
      committed.quotas.every((quota, at) => quota.min <= panel.counts[at] && panel.counts[at] <= quota.max);
  }

  function rankingOf(pool, values, commitment) {
    const keys = new Map(pool.map((name) => [name, digest([FORMAT, "alternate", commitment, values, name])]));
    return [...pool].sort((one, other) => (keys.get(one) < keys.get(other) ? -1 : 1));
  }

  function verify(record, opening) {
    const results = [];
    const check = (key, test) => {
      let holds = false;
      try { holds = test() === true; } catch (error) { holds = false; }
      results.push({ key, holds });
      return holds;
    };
    const { committed } = record;
    const formed = check("form", () => isFormed(record));
    check("parts", () => canonical(record.parts) ===
      canonical(Object.fromEntries(Object.keys(committed).map((name) => [name, digest(committed[name])]))));
    check("commitment", () => digest([FORMAT, record.parts]) === record.commitment);
    if (!formed) return results;
    const points = new Map();
    check("quotas", () => quotasCanBeMet(committed));
    check("pool", () => {
      committed.pool.forEach((name, at) => points.set(name, decode(committed.seals[at])));
      return poolIsSound(committed);
    });
    check("totals", () => opens(committed, [...points.values()], committed.totals));
    if (record.stage === "drawn") checkDrawn(record, points, check);
    if (opening) checkOpening(record, points, opening, check);
    return results;
  }

  function checkDrawn(record, points, check) {
    const { committed, drawn, commitment } = record;
    const { values } = drawn, count = committed.panels.count;
    check("result", () => digest([FORMAT, commitment, drawn, record.protocol]) === record.result);
    check("number", () => chosenNumber(committed.source, values, commitment, count) === drawn.number);
    check("panel", () => panelIsSealed(committed, drawn.panel, drawn.number));
    check("kept", () => quotasAreKept(committed, points, drawn.panel));
    check("opened", () => {
      const named = openedNumbers(drawn.number, values, commitment, count, committed.method.opened);
      return named.length === drawn.opened.length && drawn.opened.every((panel, at) =>
        panelIsSealed(committed, panel, named[at]) && quotasAreKept(committed, points, panel));
    });
    check("ranking", () => canonical(rankingOf(committed.pool, values, commitment)) === canonical(drawn.ranking.order));
  }

  function checkOpening(record, points, opening, check) {
    const { committed } = record, at = committed.pool.indexOf(opening.pseudonym);
    check("yours", () => hasKeys(opening, OPENING) && opening.view === "volunteer" && opening.format === FORMAT &&
      opening.commitment === record.commitment && at >= 0);
    check("row", () => {
      const features = featuresOf(committed);
      const known = new Set(committed.quotas.map((quota) => canonical([quota.feature, quota.value])));
      const own = features.map((feature, place) => [feature, opening.values[place]]);
      const shares = own.map((pair) => generator("value", ...pair));
      shares.push(multiply(generator("blinding"), blindingOf(opening.blinding)));
      return opening.values.length === features.length && own.every((pair) => known.has(canonical(pair))) &&
        same(total(shares), points.get(opening.pseudonym));
    });
    check("place", () => {
      const { place } = opening, count = committed.panels.count;
      return leaf(opening.salt, "person", at, place) === committed.leaves[at] &&
        Math.abs(Number(place.chance) - place.numbers.length / count) <= 2 / count + 1e-9;
    });
    if (record.stage === "drawn") check("mine", () => [record.drawn.panel, ...record.drawn.opened].every((panel) =>
      panel.members.includes(opening.pseudonym) === opening.place.numbers.includes(panel.number)));
  }

  root.allmendeVerify = { verify, canonical, digest, sha256 };

  // The page: words are in the document, by key, in its language.

  function start(form) {
    const out = document.querySelector("[data-verify-result]");
    const word = (key) => {
      const found = document.querySelector('[data-word="' + key + '"]');
      return found ? found.textContent : key;
    };
    const line = (kind, text) => {
      const item = document.createElement("li");
      item.className = "verify-" + kind;
      item.textContent = word(kind) + ": " + text;
      return item;
    };
    async function read(input) {
      return input.files.length ? JSON.parse(await input.files[0].text()) : null;
    }
    const part = (key, lines) => {
      const heading = document.createElement("h2"), list = document.createElement("ul");
      heading.textContent = word(key);
      list.append(...lines);
      const box = document.createElement("section");
      box.className = "section";
      box.append(heading, list);
      return [box];
    };
    const notice = (kind, ...texts) => {
      const box = document.createElement("div"), body = document.createElement("div");
      const icon = document.createElement("span");
      box.className = "notice notice--" + kind;
      icon.className = "kern-icon kern-icon--" + (kind === "error" ? "danger" : kind);
      icon.setAttribute("aria-hidden", "true");
      body.className = "notice__body";
      texts.forEach((text) => {
        const one = document.createElement("p");
        one.textContent = text;
        body.append(one);
      });
      box.append(icon, body);
      return box;
    };
    form.addEventListener("submit", async function (event) {
      event.preventDefault();
      let head, parts = [];
      try {
        const record = await read(form.elements.record), opening = await read(form.elements.opening);
        if (!record || typeof record.committed !== "object") throw new Error("no record");
        const mine = opening && opening.view === "volunteer" ? opening : null;
        const results = verify(record, mine);
        const faults = results.filter((result) => !result.holds);
        const seal = word("seal") + " " + record.commitment;
        head = notice(
          faults.length ? "error" : "success",
          word(faults.length ? "faults" : "holds"), word(mine ? "view-volunteer" : "view-public"), seal
        );
        const unseen = ["features", "panels", "mail", "source", "proofs"].map((key) => "not-" + key);
        if (opening && !mine) unseen.unshift("command");
        if (record.stage === "sealed") unseen.unshift("stage-sealed");
        parts = [
          ...part("checked", results.map((result) => line(result.holds ? "ok" : "fault", word(result.key)))),
          ...part("missing", unseen.map((key) => line("unseen", word(key)))),
        ];
      } catch (error) {
        head = notice("error", word("unreadable"));
      }
      out.replaceChildren(head, ...parts);
      out.focus();
    });
  }

  if (typeof document !== "undefined") {
    document.querySelectorAll("form[data-verify]").forEach(start);
  }
})(typeof window === "undefined" ? globalThis : window);
