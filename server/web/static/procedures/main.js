/* The list of procedures: out as a spreadsheet, in from one. A file is looked at first; what it would change is shown
   before anybody may apply it. */
import { html, render } from "/static/console/html.js";
import { hasText, loadTexts, t } from "/static/console/texts.js";
import { fetchInTime, LONG_LIMIT_MS } from "/static/fetch_in_time.js";
import { listed, signIn } from "/static/screens/api.js";

const root = document.getElementById("procedures"),
  { centre, lang, most } = root.dataset,
  api = `/api/v1/${centre}/procedures`,
  fields = listed("fields", "field");
const SHOWN = 200;
const state = {
  csrf: "",
  file: null,
  reading: false,
  answer: null,
  called: {},
  remove: false,
  trouble: "",
  done: "",
};

/** Send the file: to be looked at, or, with `apply`, to be put in force. */
async function send(apply) {
  const query = new URLSearchParams();
  for (const [name, prefix] of Object.entries(state.called))
    if (prefix) query.append("field", `${name}=${prefix}`);
  if (state.remove) query.set("remove", "1");
  if (apply) {
    query.set("apply", "1");
    query.set("version", state.answer.version);
    query.set("request_id", window.Luot.requestId());
  }
  Object.assign(state, { reading: true, trouble: "", done: "" });
  show();
  try {
    const options = {
      method: "POST",
      headers: {
        Accept: "application/json",
        "Accept-Language": lang,
        "Content-Type": "application/octet-stream",
        "X-CSRF-Token": state.csrf,
      },
      body: state.file,
    };
    const response = await fetchInTime(`${api}?${query}`, options, LONG_LIMIT_MS);
    const answer = await response.json();
    if (!answer.ok) state.trouble = answer.message;
    else if (answer.applied)
      Object.assign(state, { done: t("page.applied"), answer: null, file: null });
    else {
      state.answer = answer;
      for (const { name, proposed } of answer.unknown_fields) state.called[name] ??= proposed || "";
    }
  } catch {
    state.trouble = t("offline");
  }
  state.reading = false;
  show();
}

function choose(file) {
  if (!file) return;
  Object.assign(state, { file, answer: null, called: {}, done: "" });
  if (file.size > most * 1048576) {
    state.trouble = t("page.how", { n: most });
    show();
    return;
  }
  send(false);
}

/** A difference as `luot load` says it, in the words of this page; a key of the document becomes its column's head. */
function inWords(line) {
  const match = /^([+~-]) service ([^:]+): (.*)$/s.exec(line);
  if (!match) return line;
  const [, sign, code, rest] = match;
  if (sign !== "~") return `${t(`page.sign.${sign}`)} ${code}: ${rest}`;
  const changes = rest.split("; ").map((change) => {
    const [, key, values] = /^(\w+) (.*)$/s.exec(change) || [null, "", change];
    const head = KEYS[key] || key;
    const plain = values.replace(/\bnone\b/g, t("page.none")).replace(/\byes\b/g, "✓");
    return hasText(`heads.${head}`) ? `${t(`heads.${head}`)} ${plain}` : change;
  });
  return `${t("page.sign.~")} ${code}: ${changes.join("; ")}`;
}
const KEYS = { official: "code", also_in: "field", bring: "papers" };

const Lines = ({ lines, kind }) => html`<ul class=${`lines ${kind}`}>
    ${lines.slice(0, SHOWN).map((line) => html`<li>${line}</li>`)}
  </ul>
  ${lines.length > SHOWN && html`<p class="soft">${t("page.more", { n: lines.length - SHOWN })}</p>`}`;

const Part = ({ title, children }) =>
  html`<section class="part"><h2>${title}</h2>${children}</section>`;

function Unknown() {
  const { unknown_fields: unknown } = state.answer;
  if (!unknown.length) return null;
  const open = unknown.filter(({ name }) => !state.called[name]);
  const options = [["", t("page.choose")], ["-", t("page.leave_out")], ...fields];
  return html`<${Part} title=${t("page.unknown")}>
    <p class="soft">${t("page.unknown_how")}</p>
    ${
      open.length > 1 &&
      html`<p class="rest"><label><span>${t("page.rest", { n: open.length })}</span>
        <select value="" onChange=${(event) => {
          for (const { name } of open) state.called[name] = event.target.value;
          show();
        }}>${options.map(([value, text]) => html`<option value=${value}>${text}</option>`)}</select></label></p>`
    }
    <ul class="matches">
      ${unknown.map(
        ({ name, count, proposed }) => html`<li>
          <label>
            <span>${name} <span class="soft">${t("page.rows", { n: count })}${proposed && proposed === state.called[name] && `, ${t("page.proposed")}`}</span></span>
            <select
              value=${state.called[name] || ""}
              onChange=${(event) => {
                state.called[name] = event.target.value;
                show();
              }}
            >
              ${options.map(([value, text]) => html`<option value=${value}>${text}</option>`)}
            </select>
          </label>
        </li>`
      )}
    </ul>
    <button
      class="go"
      disabled=${state.reading || !unknown.every(({ name }) => state.called[name])}
      onClick=${() => send(false)}
    >
      ${t("page.again")}
    </button>
  <//>`;
}

function Answer() {
  const { refusals, notes, differences, columns, unused, may_apply: mayApply } = state.answer;
  const unknown = state.answer.unknown_fields.length > 0;
  return html`
    ${
      refusals.length > 0 &&
      html`<${Part} title=${t("page.refused")}><${Lines} lines=${refusals} kind="bad" /><//>`
    }
    <${Unknown} />
    ${!refusals.length && !unknown && !differences.length && html`<p>${t("page.nothing")}</p>`}
    ${
      mayApply &&
      html`<p class="act">
      <button class="go" disabled=${state.reading} onClick=${() => send(true)}>
        ${t("page.apply", { n: differences.length })}
      </button>
    </p>`
    }
    ${
      notes.length > 0 &&
      html`<${Part} title=${t("page.notes")}><${Lines} lines=${notes} kind="" /><//>`
    }
    ${
      differences.length > 0 &&
      html`<${Part} title=${t("page.differences", { n: differences.length })}>
      <${Lines} lines=${differences.map(inWords)} kind="" />
    <//>`
    }
    ${
      Object.keys(columns).length > 0 &&
      html`<${Part} title=${t("page.columns")}>
      <p>
        ${Object.entries(columns)
          .map(
            ([what, head]) => `${head} → ${hasText(`heads.${what}`) ? t(`heads.${what}`) : what}`
          )
          .join(" · ")}
      </p>
      ${unused.length > 0 && html`<p class="soft">${t("page.unused")}: ${unused.join(", ")}</p>`}
    <//>`
    }
  `;
}

function show() {
  render(
    html`
      <${Part} title=${t("page.out")}>
        <p class="ways">
          <a class="btn" href=${`${api}?format=xlsx&lang=${lang}`}>${t("page.out_xlsx")}</a>
          <a class="btn" href=${`${api}?format=csv&lang=${lang}`}>${t("page.out_csv")}</a>
        </p>
      <//>
      <${Part} title=${t("page.in")}>
        <p class="soft">${t("page.how", { n: most })}</p>
        <p class="ways">
          <label class=${`${state.answer?.may_apply || state.answer?.unknown_fields.length ? "btn" : "go"} file`}>
            ${t("page.file")}
            <input
              type="file"
              accept=".xlsx,.csv"
              disabled=${state.reading}
              onChange=${(event) => {
                choose(event.target.files[0]);
                event.target.value = "";
              }}
            />
          </label>
          <label class="tick">
            <input
              type="checkbox"
              checked=${state.remove}
              onChange=${(event) => {
                state.remove = event.target.checked;
                if (state.file) send(false);
                else show();
              }}
            />
            ${t("page.remove")}
          </label>
        </p>
        <p role="status">
          ${state.reading ? t("page.reading", { name: state.file.name }) : state.done || state.file?.name}
        </p>
        ${state.trouble && html`<p class="trouble" role="alert">${state.trouble}</p>`}
      <//>
      ${state.answer && html`<${Answer} />`}
    `,
    root
  );
}

await loadTexts(["spreadsheet", "devices"], lang);
const who = await signIn();
state.csrf = who?.csrf || "";
show();
