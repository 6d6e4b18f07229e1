// The dashboard of proxify: asks the admin API what is, every two seconds, and writes what has changed into the cells that are there.
// One file, of more than 400 lines: what its parts share is the state of one page, and the page is three requests without a build step.

const period = 2000;
const patience = 10_000;
const kept = 60; // points of a trend: two minutes
const page = 100; // sessions
const mostEvents = 300;

const by = id => document.getElementById(id);

/** What the page knows. The token is here and nowhere else. The proxy's clock may be ahead of ours. */
const now = { token: null, mayChange: false, generation: null, process: null, ahead: 0, open: null, apps: [], targets: [], changes: [], skip: 0 };

// ---- The API ----

class Refusal extends Error {
    constructor(status, message) {
        super(message);
        this.status = status;
    }
}

async function ask(path, { method = "GET", generation = null, signal = AbortSignal.timeout(patience) } = {}) {
    const headers = {};
    if (now.token !== null)
        headers.Authorization = `Bearer ${now.token}`;
    if (generation !== null)
        headers["If-Match"] = `"${generation}"`;
    const response = await fetch(path, { method, headers, signal, cache: "no-store", credentials: "omit" });
    const ahead = Date.parse(response.headers.get("Date")) - Date.now();
    if (Math.abs(ahead - now.ahead) > 2000)
        now.ahead = ahead;
    if (response.ok)
        return response;
    const answer = await response.json().catch(() => null);
    throw new Refusal(response.status, answer?.error ?? `the answer was ${response.status}`);
}

const get = async path => (await ask(path)).json();

const path = (...segments) => `/v1/${segments.map(encodeURIComponent).join("/")}`;

// ---- Words and numbers ----

const whole = new Intl.NumberFormat("en");
const tenth = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

const perSecond = n => n === null ? "–" : n >= 100 ? whole.format(Math.round(n)) : tenth.format(n);

function bytes(n) {
    if (n === null)
        return "–";
    let unit = 0;
    for (; n >= 1024 && unit < 5; unit++)
        n /= 1024;
    return `${unit === 0 ? whole.format(Math.round(n)) : tenth.format(n)} ${["B", "KiB", "MiB", "GiB", "TiB", "PiB"][unit]}`;
}

/** Two units at the most: 2m 8s, 3d 4h. */
function time(seconds) {
    if (seconds < 10)
        return `${tenth.format(Math.max(0, seconds))}s`;
    const parts = [[86_400, "d"], [3_600, "h"], [60, "m"], [1, "s"]];
    const first = parts.findIndex(([length]) => seconds >= length);
    const [length, unit] = parts[first];
    const text = `${Math.floor(seconds / length)}${unit}`;
    const next = parts[first + 1];
    return next ? `${text} ${Math.floor(seconds % length / next[0])}${next[1]}` : text;
}

/** 0.21 ms, 14 ms, 1.2 s. */
function milliseconds(n) {
    return n === null ? "–" : n >= 1000 ? `${tenth.format(n / 1000)} s` : `${n >= 10 ? Math.round(n) : n.toFixed(2)} ms`;
}

const since = when => (Date.now() + now.ahead - Date.parse(when)) / 1000;
const ago = when => when === null ? "" : `${time(since(when))} ago`;
const clock = when => new Date(when).toLocaleTimeString("en-GB");
const day = when => new Date(when).toLocaleString("sv-SE");
const several = (n, noun) => `${whole.format(n)} ${noun}${n === 1 ? "" : "s"}`;
const words = snake => snake.replaceAll("_", " ");

// ---- Writing what has changed, and nothing else ----

function write(node, text) {
    if (node.textContent !== text)
        node.textContent = text;
}

function mark(node, attribute, value) {
    if (value === null || value === "")
        node.removeAttribute(attribute);
    else if (node.getAttribute(attribute) !== value)
        node.setAttribute(attribute, value);
}

const show = (node, text) => write(typeof node === "string" ? by(node) : node, text);

function make(tag, className = "", text = "") {
    const node = document.createElement(tag);
    if (className !== "")
        node.className = className;
    node.textContent = text;
    return node;
}

function button(text, act, className = "") {
    const node = make("button", className, text);
    node.type = "button";
    node.addEventListener("click", act);
    return node;
}

/** Names and numbers side by side. */
function writeCounts(list, counts) {
    const names = Object.keys(counts);
    if (names.length === 0) {
        if (list.firstElementChild?.className !== "quiet")
            list.replaceChildren(make("div", "quiet", "none"));
        return;
    }

    if (list.dataset.names !== names.join() || list.firstElementChild?.className === "quiet") {
        list.dataset.names = names.join();
        list.replaceChildren(...names.map(name => {
            const pair = make("div");
            pair.append(make("dt", "", words(name)), make("dd"));
            return pair;
        }));
    }

    names.forEach((name, i) => write(list.children[i].lastElementChild, whole.format(counts[name])));
}

/** Lines, each with its class. */
function writeList(list, lines) {
    const shown = JSON.stringify(lines);
    if (list.dataset.shown === shown)
        return;
    list.dataset.shown = shown;
    list.replaceChildren(...lines.map(([className, line]) => make("li", className, line)));
}

// ---- Tables ----

/** A table of rows with keys. Of long ones only the rows in sight are there. */
class Table {
    static #beyond = 12; // rows above and below what is in sight
    #rows = new Map();
    #items = [];

    /**
     * Columns: what stands above it, the cells' class, and what makes a cell: given its td it returns what writes an item into it.
     */
    constructor(id, key, columns, empty) {
        this.table = by(id);
        this.key = key;
        this.columns = columns;
        this.height = 30;
        const head = this.table.createTHead().insertRow();
        for (const { head: title, unseen, className } of columns) {
            const cell = make("th", className);
            cell.scope = "col";
            cell.append(unseen ? make("span", "unseen", title) : title);
            head.append(cell);
        }

        this.body = this.table.createTBody();
        this.above = this.#gap();
        this.below = this.#gap();
        this.body.append(this.above, this.below);
        this.scroll = this.table.parentElement;
        this.scroll.addEventListener("scroll", () => this.#render(), { passive: true });
        this.empty = make("p", "empty", empty);
        this.empty.hidden = true;
        this.scroll.after(this.empty);
    }

    show(items) {
        this.#items = items;
        this.table.setAttribute("aria-rowcount", `${items.length + 1}`);
        this.scroll.hidden = items.length === 0;
        this.empty.hidden = items.length > 0;
        this.#render();
    }

    row(key) {
        return this.#rows.get(key)?.row;
    }

    #render() {
        const count = Math.ceil((this.scroll.clientHeight || 400) / this.height) + 2 * Table.#beyond;
        const first = Math.max(0, Math.min(Math.floor(this.scroll.scrollTop / this.height) - Table.#beyond, this.#items.length - count));
        const shown = this.#items.slice(first, first + count);
        const keys = new Set(shown.map(this.key));
        for (const [key, { row }] of this.#rows) {
            if (!keys.has(key)) {
                row.remove();
                this.#rows.delete(key);
            }
        }

        let place = this.above;
        shown.forEach((item, i) => {
            const { row, cells } = this.#rowOf(this.key(item));
            if (place.nextElementSibling !== row)
                place.after(row);
            place = row;
            mark(row, "aria-rowindex", `${first + i + 2}`);
            cells.forEach(cell => cell(item));
        });
        this.#stretch(this.above, first);
        this.#stretch(this.below, this.#items.length - first - shown.length);
        const height = this.#rows.values().next().value?.row.getBoundingClientRect().height;
        if (height > 0 && Math.abs(height - this.height) > .5) { // letters are larger here
            this.height = height;
            this.#render();
        }
    }

    #rowOf(key) {
        let found = this.#rows.get(key);
        if (found === undefined) {
            const row = document.createElement("tr");
            const cells = this.columns.map(({ className, cell, isHead }) => {
                const td = make(isHead ? "th" : "td", className);
                if (isHead)
                    td.scope = "row";
                row.append(td);
                return cell(td, row);
            });
            this.#rows.set(key, found = { row, cells });
        }

        return found;
    }

    #gap() {
        const row = make("tr", "gap");
        row.setAttribute("aria-hidden", "true");
        row.insertCell().colSpan = this.columns.length;
        return row;
    }

    #stretch(gap, rows) {
        const height = `${rows * this.height}px`;
        gap.hidden = rows === 0;
        if (gap.firstElementChild.style.height !== height)
            gap.firstElementChild.style.height = height;
    }
}

const text = read => td => item => write(td, read(item));

const textWithTitle = read => td => item => {
    write(td, read(item));
    mark(td, "title", read(item));
};

// ---- Trends ----

function trend(parent) {
    const svg = by("spark").content.firstElementChild.cloneNode(true);
    const [area, line] = svg.children;
    parent.append(svg);
    return values => {
        const most = Math.max(...values, Number.MIN_VALUE);
        const points = values.map((value, i) => `${kept - values.length + i},${(19 - 18 * value / most).toFixed(1)}`);
        mark(line, "d", points.length > 1 ? `M${points.join("L")}` : "");
        mark(area, "d", points.length > 1 ? `M${kept - values.length},20L${points.join("L")}L${kept - 1},20Z` : "");
    };
}

/** Rates of counters, by what they have grown between two looks. */
class Rates {
    #last = null;
    #lastAt = 0;

    constructor(...names) {
        this.names = names;
        this.forget();
    }

    forget() {
        this.#last = null;
        this.now = Object.fromEntries(this.names.map(name => [name, null]));
        this.past = Object.fromEntries(this.names.map(name => [name, []]));
    }

    look(counters, at) {
        if (this.#last !== null && this.names.some(name => counters[name] < this.#last[name]))
            this.forget(); // it is another one of that name
        if (this.#last !== null) {
            for (const name of this.names) {
                const rate = (counters[name] - this.#last[name]) * 1000 / (at - this.#lastAt);
                this.now[name] = rate;
                this.past[name].push(rate);
                if (this.past[name].length > kept)
                    this.past[name].shift();
            }
        }

        this.#last = counters;
        this.#lastAt = at;
    }
}

const total = new Rates("started", "fromClients", "fromTargets");
const ofApps = new Map();

function countersOf(app) {
    const ended = Object.values(app.ended).reduce((sum, n) => sum + n, 0);
    return { started: ended + app.sessions, fromClients: app.bytes_from_clients, fromTargets: app.bytes_from_targets };
}

function look(apps, at) {
    const sum = { started: 0, fromClients: 0, fromTargets: 0 };
    for (const app of apps) {
        const counters = countersOf(app);
        if (!ofApps.has(app.name))
            ofApps.set(app.name, new Rates("started", "both", "fromClients", "fromTargets"));
        ofApps.get(app.name).look({ ...counters, both: counters.fromClients + counters.fromTargets }, at);
        for (const name in sum)
            sum[name] += counters[name];
    }

    total.look(sum, at);
    for (const name of ofApps.keys()) {
        if (!apps.some(app => app.name === name))
            ofApps.delete(name);
    }
}

const rate = (name, format) => td => app => write(td, format(ofApps.get(app.name).now[name]));

function trendOf(name) {
    return td => {
        const draw = trend(td);
        return app => draw(ofApps.get(app.name).past[name]);
    };
}

// ---- What is shown ----

const apps = new Table("apps-table", app => app.name, [
    { head: "App", isHead: true, cell: appName },
    { head: "Ports", className: "wide long address", cell: textWithTitle(app => app.ports.join(", ")) },
    { head: "Targets up", className: "number", cell: appUp },
    { head: "Sessions", className: "number", cell: text(app => whole.format(app.sessions)) },
    { head: "Waiting", className: "number middle", cell: text(app => whole.format(app.sessions_waiting)) },
    { head: "New/s", className: "rate", cell: rate("started", perSecond) },
    { head: "Trend of new sessions", unseen: true, className: "trend middle", cell: trendOf("started") },
    { head: "From clients/s", className: "rate wide", cell: rate("fromClients", bytes) },
    { head: "From targets/s", className: "rate middle", cell: rate("fromTargets", bytes) },
    { head: "Trend of bytes", unseen: true, className: "trend middle", cell: trendOf("both") },
], "There are no apps.");

function appName(th, row) {
    const link = make("a");
    const tag = make("span", "tag warn");
    th.append(link, tag);
    row.addEventListener("click", e => e.target === link || getSelection().toString() !== "" || link.click());
    return app => {
        write(link, app.name);
        mark(link, "href", `#app=${encodeURIComponent(app.name)}`);
        mark(link, "aria-current", app.name === now.open ? "true" : null);
        row.classList.toggle("open", app.name === now.open);
        write(tag, app.paused ? "paused" : "");
    };
}

function appUp(td) {
    return app => {
        write(td, `${whole.format(app.targets_up)} of ${whole.format(app.targets)}`);
        td.classList.toggle("bad", app.targets_up === 0);
        td.classList.toggle("warn", app.targets_up > 0 && app.targets_up < app.targets);
    };
}

const looks = { up: "good", down: "bad", ejected: "bad", trial: "warn" };

const targets = new Table("targets-table", target => `${target.target} ${target.endpoint}`, [
    { head: "Target", isHead: true, className: "address", cell: targetName },
    { head: "Health", cell: targetHealth },
    { head: "Since", className: "middle", cell: targetSince },
    { head: "Why", className: "wide long", cell: textWithTitle(target => target.why ?? "") },
    { head: "Weight", className: "number", cell: targetWeight },
    { head: "Sessions", className: "number", cell: targetSessions },
    { head: "In all", className: "number wide", cell: text(target => whole.format(target.sessions_total)) },
    { head: "Connect", className: "number wide", cell: text(target => milliseconds(target.connect_ms)) },
    { head: "Failures", className: "number middle", cell: targetFailures },
    { head: "Requests", className: "number wide", cell: text(target => target.requests === null ? "–" : whole.format(target.requests.sent)) },
    { head: "Received", className: "number wide", cell: text(target => bytes(target.bytes_received)) },
    { head: "Sent", className: "number wide", cell: text(target => bytes(target.bytes_sent)) },
    { head: "Actions", unseen: true, className: "actions change", cell: targetActions },
], "No target is like that.");

function targetName(th) {
    const [name, endpoint, backup] = [make("span"), make("span", "quiet"), make("span", "tag quiet")];
    th.append(name, endpoint, backup);
    return target => {
        write(name, target.target);
        write(endpoint, target.endpoint === target.target ? "" : ` ${target.endpoint}`);
        write(backup, target.backup ? "backup" : "");
    };
}

function targetHealth(td) {
    const health = make("span");
    td.append(health);
    return target => {
        write(health, target.health);
        mark(health, "class", `dot ${looks[target.health] ?? "quiet"}`);
        mark(td, "title", target.why);
    };
}

function targetSince(td) {
    return target => {
        write(td, ago(target.since));
        mark(td, "title", target.since && day(target.since));
    };
}

function targetWeight(td) {
    const [tag, weight] = [make("span", "tag warn"), make("span")];
    td.append(tag, weight);
    return target => {
        const change = now.changes.find(c => c.kind === "weight" && c.app === target.app && c.target === target.target);
        write(weight, `${target.weight}`);
        write(tag, change ? `config: ${change.configured}` : target.change === "weight" ? "changed" : target.change ?? "");
    };
}

function targetSessions(td) {
    let shown = null;
    const link = button("", () => filterSessions(shown.app, shown.endpoint), "link");
    td.append(link);
    return target => {
        shown = target;
        write(link, whole.format(target.sessions));
        mark(link, "aria-label", `${several(target.sessions, "session")} with ${target.target}: show`);
        link.disabled = target.sessions === 0;
    };
}

function targetFailures(td) {
    return target => {
        write(td, whole.format(target.connect_failures));
        td.classList.toggle("quiet", target.connect_failures === 0);
    };
}

const live = target => target.sessions === 0 ? "no live session is with it" : `its ${several(target.sessions, "live session")}`;

const changesOfTargets = {
    drain: target => `${target.target} of ${target.app} gets no new sessions; ${live(target)}${target.sessions === 0 ? "" : " may go on"}.`,
    disable: target => `${target.target} of ${target.app} gets no new sessions; ${live(target)}${target.sessions === 0 ? "" : " will be reset"}.`,
    enable: target => `${target.target} of ${target.app} gets the config's weight again.`,
};

function targetActions(td) {
    let shown = null;
    const buttons = Object.entries(changesOfTargets).map(([verb, says]) => {
        const title = `${verb[0].toUpperCase()}${verb.slice(1)}`;
        const node = button(title, () => confirmChange(`${title} the target?`, says(shown), title, verb === "disable",
            path("apps", shown.app, "targets", shown.target, verb)));
        td.append(node);
        return [verb, title, node];
    });
    return target => {
        shown = target;
        for (const [verb, title, node] of buttons) {
            node.hidden = verb === "enable" ? target.change !== "weight" : verb === "drain" && target.weight === 0;
            mark(node, "aria-label", `${title} ${target.target}`);
        }
    };
}

const sessions = new Table("sessions-table", session => session.id, [
    { head: "Client", isHead: true, className: "address", cell: text(clientOf) },
    { head: "Port", className: "number middle", cell: text(session => session.listen?.slice(session.listen.lastIndexOf(":") + 1) ?? "") },
    { head: "App", className: "middle long", cell: textWithTitle(session => session.app) },
    { head: "Target", className: "address", cell: text(session => session.target ?? "–") },
    { head: "Age", className: "number", cell: text(session => time(session.age_seconds)) },
    { head: "Idle", className: "number wide", cell: text(session => session.idle_seconds === null ? "–" : time(session.idle_seconds)) },
    { head: "From client", className: "number middle", cell: text(session => bytes(session.from_client)) },
    { head: "From target", className: "number middle", cell: text(session => bytes(session.from_target)) },
    { head: "TLS", className: "wide", cell: text(session => session.tls ?? "") },
    { head: "Name asked for", className: "wide long", cell: textWithTitle(session => session.server_name ?? "") },
    { head: "Actions", unseen: true, className: "actions change", cell: sessionActions },
], "There are none.");

function clientOf(session) {
    return session.client ?? `(${several(session.shared_by, "client")})`;
}

function sessionActions(td) {
    let shown = null;
    const says = () => shown.client === null ? `The connection to ${shown.target} that clients share will be closed; they go on over another one.`
        : `The session of ${shown.client} with ${shown.target ?? "no target yet"} will be reset.`;
    const end = button("End", () => confirmChange(shown.client === null ? "End the connection?" : "End the session?", says(),
        "End it", true, `/v1/sessions?id=${encodeURIComponent(shown.id)}`, "DELETE"));
    td.append(end);
    return session => {
        shown = session;
        mark(end, "aria-label", `End the session of ${clientOf(session)}`);
    };
}

const certificates = new Table("certificates-table", certificate => `${certificate.app} ${certificate.what} ${certificate.file}`, [
    { head: "What", isHead: true, className: "long", cell: textWithTitle(certificate => certificate.what) },
    { head: "App", className: "long", cell: textWithTitle(certificate => certificate.app) },
    { head: "Until", className: "middle", cell: td => certificate => {
        write(td, day(certificate.until).slice(0, 10));
        mark(td, "title", `${day(certificate.until)}, ${certificate.file}`);
    } },
    { head: "Days left", className: "number", cell: td => certificate => {
        write(td, certificate.days < 0 ? "expired" : whole.format(certificate.days));
        td.classList.toggle("bad", certificate.days < 7);
        td.classList.toggle("warn", certificate.days >= 7 && certificate.days < 30);
    } },
], "");

const machines = new Table("machines-table", machine => machine.name, [
    { head: "Machine", isHead: true, cell: machineName },
    { head: "Version", className: "middle", cell: text(machine => machine.version.split("+")[0]) },
    { head: "Up", className: "middle", cell: text(machine => machine.started_at === null ? "–" : time(since(machine.started_at))) },
    { head: "Generation", className: "number wide", cell: text(machine => whole.format(machine.generation)) },
    { head: "Revision", className: "number middle", cell: text(machine => `${machine.revision}`) },
    { head: "Sessions", className: "number", cell: text(machine => whole.format(machine.sessions)) },
    { head: "Targets up", className: "number", cell: appUp },
    { head: "Wrong", className: "long", cell: machineWrong },
], "No machine has told of itself yet.");

function machineName(th) {
    const [name, tag] = [make("span"), make("span", "tag quiet")];
    th.append(name, tag);
    return machine => {
        write(name, machine.name);
        write(tag, machine.isSelf ? "this one" : "");
    };
}

function machineWrong(td) {
    td.classList.add("bad");
    return textWithTitle(machine => machine.wrong.join("; "))(td);
}

const says = {
    weight: c => `${c.app} ${c.target}: weight ${c.value}, ${c.configured} in the config`,
    target_added: c => `${c.app} ${c.target}: added`,
    target_removed: c => `${c.app} ${c.target}: taken away`,
    port: c => `${c.app}: port ${c.value} opened`,
    paused: c => `${c.app}: paused`,
    drained: c => `${c.app} ${c.target}: drained on all machines`,
    disabled: c => `${c.app} ${c.target}: disabled on all machines`,
};

const trends = [
    ["started", trend(by("new-spark")), by("new-now"), perSecond],
    ["fromClients", trend(by("from-clients-spark")), by("from-clients-now"), bytes],
    ["fromTargets", trend(by("from-targets-spark")), by("from-targets-now"), bytes],
];

function showStatus(status) {
    now.generation = status.generation;
    now.mayChange = status.may_change;
    now.changes = status.changes;
    document.body.classList.toggle("may-change", now.mayChange);
    show("token", now.token === null ? "Token…" : "Token in use…");
    show("version", status.version.replace(/(\+.{7}).*/, "$1"));
    mark(by("version"), "title", status.version);
    show("uptime", status.started_at === null ? "–" : time(since(status.started_at)));
    show("transport", `${status.transport}, ${several(status.workers, "worker")}`);
    show("generation", whole.format(status.generation));
    show("config", status.config_file);
    mark(by("config"), "title", status.config_sha256 && `SHA-256 ${status.config_sha256}`);
    const reload = status.last_reload;
    show("last-reload", reload === null ? "none yet" : `${ago(reload.at)}${reload.applied ? "" : ", refused"}`);
    by("last-reload").classList.toggle("bad", reload !== null && !reload.applied);
    showProblems(reload);
    show("sessions-now", whole.format(status.sessions));
    show("waiting-now", whole.format(status.sessions_waiting));
    by("waiting-now").classList.toggle("warn", status.sessions_waiting > 0);
    show("up-now", `${whole.format(status.targets_up)} of ${whole.format(status.targets)}`);
    appUp(by("up-now"))(status);
    document.title = status.targets_up < status.targets ? `${status.targets_up} of ${status.targets} up – proxify` : "proxify";

    writeList(by("changes-list"), status.changes.length === 0 ? [["quiet", "none"]] : status.changes.map(change => ["", says[change.kind](change)]));

    by("steering").hidden = status.steering === null;
    if (status.steering !== null)
        writeCounts(by("steering-list"), status.steering);
}

function showProblems(reload) {
    const alert = by("refused");
    alert.hidden = reload === null || reload.applied;
    if (alert.hidden || alert.dataset.at === reload.at)
        return;
    alert.dataset.at = reload.at;
    show("refused-title", `The config file was refused at ${clock(reload.at)}; the one before stays in force:`);
    by("problems").replaceChildren(...reload.problems.map(problem => make("li", "", problem)));
}

function showApps() {
    apps.show(now.apps);
    for (const [name, draw, node, format] of trends) {
        draw(total.past[name]);
        write(node, format(total.now[name]));
    }

    const names = now.apps.map(app => app.name);
    const select = by("sessions-filter").elements.app;
    if (select.dataset.names !== names.join("\n")) {
        select.dataset.names = names.join("\n");
        const chosen = select.value;
        select.replaceChildren(new Option("all", ""), ...names.map(name => new Option(name, name)));
        select.value = names.includes(chosen) ? chosen : "";
    }

    const ends = now.apps.flatMap(app => app.certificates.map(certificate =>
        ({ ...certificate, app: app.name, days: Math.floor(-since(certificate.until) / 86_400) })));
    by("certificates").hidden = ends.length === 0;
    certificates.show(ends.sort((a, b) => a.until < b.until ? -1 : 1));
}

function showOpen() {
    const app = now.apps.find(a => a.name === now.open);
    by("app").hidden = app === undefined;
    if (app === undefined)
        return;
    show("app-title", app.name);
    show("app-about", `${app.balancing}, ports ${app.ports.join(", ")}${app.paused ? ", paused" : ""}`);
    show("app-pause", app.paused ? "Resume…" : "Pause…");
    const part = by("target-filter").value.trim();
    const isShown = by("target-troubled").checked
        ? target => (target.health !== "up" && target.health !== "unwatched") || target.change !== null || target.weight === 0 : () => true;
    const shown = now.targets.filter(target => (target.target.includes(part) || target.endpoint.includes(part)) && isShown(target));
    targets.show(shown);
    show("target-count", shown.length === now.targets.length ? several(shown.length, "target") : `${shown.length} of ${several(now.targets.length, "target")}`);
    writeCounts(by("ended"), app.ended);
    writeCounts(by("limited"), app.refused);
}

// ---- The machines whose config comes from the same place ----

let isFleetAsked = false;

/** Apart from all else: etcd, which is asked for it, may be slow, or away. */
async function lookAtFleet(source) {
    by("fleet").hidden = !source;
    if (!source || isFleetAsked)
        return;
    isFleetAsked = true;
    try {
        showFleet(await get("/v1/fleet"));
        showFleetProblem("");
    } catch (e) {
        showFleetProblem(`As it was: ${source.problem ?? e.message}`);
    } finally {
        isFleetAsked = false;
    }
}

function showFleetProblem(problem) {
    by("fleet").classList.toggle("stale", problem !== "");
    show("fleet-problem", problem);
}

function showFleet({ self, source, revision, machines: all, marks }) {
    // Not by revisions: who has read all of it since then has a newer one of the same config.
    const newest = all.filter(m => m.problems.length === 0).sort((a, b) => b.revision - a.revision)[0]?.config_sha256;
    const behind = [];
    for (const machine of all) {
        const { name, problems } = machine;
        const isOlder = problems.length === 0 && machine.config_sha256 !== newest;
        if (problems.length > 0)
            behind.push(["bad", `${name} does not have the newest config: ${problems.join("; ")}`]);
        else if (isOlder)
            behind.push(["bad", `${name} still has the config of revision ${machine.revision}`]);
        machine.isSelf = name === self;
        machine.wrong = [
            machine.state === "running" ? "" : machine.state, problems.length > 0 ? "config refused" : isOlder ? "older config" : "",
            machine.down.length === 0 ? "" : `down: ${machine.down.join(", ")}`,
        ].filter(word => word !== "");
    }

    machines.show(all);
    show("fleet-about", `${source}, revision ${revision}`);
    writeList(by("fleet-list"), [...behind, ...marks.map(m =>
        ["", [`${m.app} ${m.target}: ${m.state} by ${m.by} at ${m.machine}`, Date.parse(m.at) > 0 ? ago(m.at) : "",
            m.until === null ? "" : `for another ${time(-since(m.until))}`].filter(word => word !== "").join(", ")])]);
}

// ---- Live sessions ----

let areSessionsInSight = false;

async function lookAtSessions() {
    if (!areSessionsInSight)
        return;
    const { app, target, client } = by("sessions-filter").elements;
    const query = new URLSearchParams({ skip: now.skip, limit: page });
    for (const field of [app, target, client]) {
        if (field.value.trim() !== "")
            query.set(field.name, field.value.trim());
    }

    const answer = await get(`/v1/sessions?${query}`);
    if (now.skip >= answer.total && now.skip > 0) {
        now.skip = Math.max(0, Math.ceil(answer.total / page) - 1) * page;
        return lookAtSessions();
    }

    sessions.show(answer.sessions);
    const [from, to, all] = [now.skip + 1, now.skip + answer.sessions.length, answer.total].map(whole.format);
    show("sessions-count", answer.total === 0 ? "" : `${from}–${to} of ${all}`);
    by("sessions-back").disabled = now.skip === 0;
    by("sessions-on").disabled = now.skip + page >= answer.total;
}

function filterSessions(app, target) {
    const form = by("sessions-filter");
    form.elements.app.value = app;
    form.elements.target.value = target;
    form.elements.client.value = "";
    turnTo(0);
    by("sessions").scrollIntoView();
    form.elements.target.focus({ preventScroll: true });
}

function turnTo(skip) {
    now.skip = skip;
    areSessionsInSight = true;
    return lookNow();
}

// ---- Looking, again and again ----

let timer = 0;
let looking = null;

/** One look at a time; who asks for one while another is under way gets the next. */
async function lookNow() {
    clearTimeout(timer);
    while (looking !== null)
        await looking;
    looking = lookOnce();
    await looking;
    looking = null;
    clearTimeout(timer);
    if (!document.hidden)
        timer = setTimeout(lookNow, period);
}

async function lookOnce() {
    try {
        const open = now.open;
        const [status, all] = await Promise.all([get("/v1/status"), get("/v1/apps")]);
        const at = performance.now();
        const process = `${status.pid} ${status.started_at}`;
        if (now.process !== null && now.process !== process)
            forget();
        now.process = process;
        now.apps = all;
        look(all, at);
        showStatus(status);
        showApps();
        lookAtFleet(status.source);
        const exists = all.some(app => app.name === open);
        const found = exists ? await get(`/v1/targets?app=${encodeURIComponent(open)}`) : [];
        if (open === now.open) {
            now.targets = found;
            showOpen();
        }

        await lookAtSessions();
        showConnection(null);
        follow();
    } catch (e) {
        showConnection(e);
    }
}

/** Another process answers now: nothing of the one before is true of it. */
function forget() {
    total.forget();
    ofApps.clear();
    lastEvent = 0;
    by("events-list").replaceChildren();
    following?.abort();
}

function showConnection(error) {
    const needsToken = error instanceof Refusal && error.status === 401;
    document.body.classList.toggle("stale", error !== null);
    mark(by("state"), "class", error === null ? "state live" : "state lost");
    show("state", error === null ? "live" : needsToken ? "a token is needed" : "no answer");
    by("lost").hidden = error === null;
    if (error !== null)
        show("lost", needsToken ? `Not answered: ${error.message}.` : `The proxy does not answer (${error.message}). Trying again every two seconds.`);
}

// ---- Events ----

let following = null;
let lastEvent = 0;

/** Shows those that were, then each that comes, until the page is hidden or the stream breaks. */
async function follow() {
    if (following !== null || document.hidden)
        return;
    const mine = following = new AbortController();
    try {
        const before = await get(`/v1/events?after=${lastEvent}`);
        mine.signal.throwIfAborted();
        before.slice(-mostEvents).forEach(event => showEvent(event));
        const response = await ask(`/v1/events/stream?after=${lastEvent}`, { signal: mine.signal });
        let rest = "";
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
            const records = (rest + part.value).split("\n\n");
            rest = records.pop();
            for (const record of records) {
                const data = record.split("\n").find(line => line.startsWith("data: "));
                if (data)
                    announce(showEvent(JSON.parse(data.slice(6))));
            }
        }
    } catch {
        // The next look says what is wrong, and comes here again.
    } finally {
        following = null;
    }
}

function showEvent(event) {
    lastEvent = event.number;
    const item = make("li");
    item.dataset.level = event.level;
    const when = make("time", "", clock(event.time));
    when.dateTime = event.time;
    when.title = day(event.time);
    item.append(when, make("span", "level", event.level), make("span", "name", event.event ?? ""), make("span", "text", event.message));
    const list = by("events-list");
    const scroll = list.parentElement;
    const height = scroll.scrollHeight;
    list.prepend(item);
    if (scroll.scrollTop > 0)
        scroll.scrollTop += scroll.scrollHeight - height; // what is being read stays where it is
    while (list.children.length > mostEvents)
        list.lastElementChild.remove();
    return event;
}

function announce(event) {
    if (event.level === "warn" || event.level === "error")
        show("announcement", event.message);
}

// ---- Changes, each after a question ----

function dialog(id, submit) {
    const node = by(id);
    const error = node.querySelector(".error");
    const go = node.querySelector(".go");
    node.querySelector(".cancel").addEventListener("click", () => node.close());
    node.querySelector("form").addEventListener("submit", async e => {
        e.preventDefault();
        go.disabled = true;
        try {
            await submit();
            node.close();
        } catch (failure) {
            write(error, failure.message);
        } finally {
            go.disabled = false;
        }
    });
    return { node, go, open: () => { write(error, ""); node.showModal(); } };
}

let change = null;

const confirmation = dialog("confirm", async () => {
    try {
        const within = by("within").hidden ? "" : by("within-value").value.trim();
        const answer = await (await ask(within === "" ? change.path : `${change.path}?within=${encodeURIComponent(within)}`, change)).json();
        if (answer.applied === false)
            throw new Error(answer.problems.join("; "));
    } finally {
        await lookNow();
        change.generation = now.generation; // who is told that something else has changed, and sees what, may go on
    }
});

function confirmChange(title, says, verb, isHarmful, where, method = "POST") {
    change = { path: where, method, generation: now.generation };
    show("confirm-title", title);
    show("confirm-text", says);
    show(confirmation.go, verb);
    confirmation.go.classList.toggle("harmful", isHarmful);
    by("within").hidden = verb !== "Drain";
    by("within-value").value = "";
    confirmation.open();
    confirmation.node.querySelector(".cancel").focus();
}

const tokenDialog = dialog("token-dialog", async () => {
    const before = now.token;
    now.token = by("token-value").value.trim() || null;
    try {
        await get("/v1/status");
    } catch (e) {
        now.token = before;
        throw e;
    }

    by("token-value").value = "";
    following?.abort();
    await lookNow();
});

by("token").addEventListener("click", () => {
    by("token-value").value = "";
    tokenDialog.node.querySelector(".forget").hidden = now.token === null;
    tokenDialog.open();
});

tokenDialog.node.querySelector(".forget").addEventListener("click", () => {
    now.token = null;
    tokenDialog.node.close();
    following?.abort();
    lookNow();
});

by("reload").addEventListener("click", () =>
    confirmChange("Reload the config?", `${by("config").textContent} is read again. With errors in it, it is refused and changes nothing.`,
        "Reload", false, "/v1/reload"));

by("app-pause").addEventListener("click", () => {
    const { name, paused } = now.apps.find(app => app.name === now.open);
    confirmChange(paused ? "Resume the app?" : "Pause the app?",
        paused ? `The ports of ${name} are opened again.` : `The ports of ${name} are closed: it takes no new sessions. Its live sessions go on.`,
        paused ? "Resume" : "Pause", !paused, path("apps", name, paused ? "resume" : "pause"));
});

// ---- Getting about ----

async function openByAddress(event) {
    const before = now.open;
    const name = /^#app=(.*)$/.exec(location.hash)?.[1];
    now.open = name === undefined ? null : new URLSearchParams(`app=${name}`).get("app");
    if (now.open === before)
        return;
    now.targets = [];
    by("target-filter").value = "";
    by("target-troubled").checked = false;
    await lookNow();
    if (event === undefined)
        return; // a page that has just been loaded begins at its top
    if (now.open !== null && !by("app").hidden) {
        by("app").scrollIntoView({ block: "nearest" });
        by("app").focus({ preventScroll: true });
    } else if (before !== null) {
        apps.row(before)?.querySelector("a").focus();
    }
}

addEventListener("hashchange", openByAddress);
by("app-sessions").addEventListener("click", () => filterSessions(now.open, ""));
by("target-filter").addEventListener("input", showOpen);
by("target-troubled").addEventListener("change", showOpen);
by("events-loud").addEventListener("change", e => by("events-list").classList.toggle("loud", e.target.checked));
by("sessions-back").addEventListener("click", () => turnTo(Math.max(0, now.skip - page)));
by("sessions-on").addEventListener("click", () => turnTo(now.skip + page));
by("sessions-filter").addEventListener("submit", e => e.preventDefault());
by("sessions-filter").addEventListener("change", () => turnTo(0));

new IntersectionObserver(entries => {
    const was = areSessionsInSight;
    areSessionsInSight = entries.at(-1).isIntersecting;
    if (areSessionsInSight && !was)
        lookNow();
}, { rootMargin: "300px" }).observe(by("sessions"));

document.addEventListener("visibilitychange", () => {
    if (document.hidden)
        following?.abort();
    else
        lookNow();
});

await openByAddress();
if (now.open === null)
    lookNow();
