// Finding a procedure by typing: without marks, in any order of words, on a keyboard that is part of the page.
import { html, Icon, Sign, Foot, fieldName } from '/static/parts.js';
import { NumberedRow } from '/static/choose.js';
import { say, named, bare } from '/static/words.js';

const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const MOST = 4;
// what people call a procedure that its official name does not say
const COMMON = { 'so do': 'quyen su dung dat', 'so hong': 'quyen su dung dat', 'giay khai sinh': 'khai sinh', cccd: 'can cuoc', 'can cuoc cong dan': 'can cuoc', cmnd: 'can cuoc', 'ho khau': 'thuong tru tam tru', 'sao y': 'ban sao', 'cong chung': 'chung thuc' };

/** Open services whose names hold every word begun in the query, best first: [{field, service}]. */
export function find(fields, query, lang) {
  const asked = bare(query);
  if (asked.length < 2) return [];
  const wanted = [asked, ...Object.entries(COMMON).filter(([said]) => asked.includes(said) || (said.startsWith(asked) && asked.length > 2)).map(([, official]) => official)];
  const found = [];
  for (const field of fields) {
    if (field.state !== 'open') continue;
    for (const service of field.services) {
      const texts = ['vi', lang].map((l) => ` ${bare(named(service.name, l))} ${bare(named(field.name, l))}`);
      const scores = wanted.map((want) => Math.max(...texts.map((text) => score(text, want))));
      const best = Math.max(...scores);
      if (best > 0) found.push({ field, service, best });
    }
  }
  return found.sort((a, b) => b.best - a.best).slice(0, MOST);
}

function score(text, want) {
  if (text.includes(` ${want}`)) return 3;
  return want.split(' ').every((word) => text.includes(` ${word}`)) ? 1 : 0;
}

export function Search({ state, act }) {
  const { lang, query } = state;
  const found = find(state.snapshot.fields, query, lang);
  const words = bare(query).length < 2 ? '' : found.length ? say(lang, 'search.found', { n: found.length }) : say(lang, 'search.none');
  return html`<div class="kiosk search">
    <${Sign} state=${state} title=${say(lang, 'search.title')} />
    <main class="desk">
      <label class="typed"><${Icon} name="search" /><span class="unseen">${say(lang, 'search.label')}</span>
        <input type="text" inputmode="none" autocomplete="off" spellcheck=${false} maxlength="40" value=${query} placeholder=${say(lang, 'search.hint')} onInput=${(event) => act.type(event.target.value)} /></label>
      <p class="found" role="status">${words || say(lang, 'search.label')}</p>
      <ul class="rows">${found.map(({ field, service }, i) => html`<${NumberedRow} key=${service.code} n=${i + 1} tile=${field.field} text=${named(service.name, lang)} small=${fieldName(field, lang)[0]} onClick=${() => act.found(field, service)} />`)}</ul>
      <div class="keys" role="group" aria-label=${say(lang, 'search.keys')}>
        ${ROWS.map((row) => html`<div>${[...row].map((letter) => html`<button type="button" onClick=${() => act.type(query + letter)}>${letter.toUpperCase()}</button>`)}</div>`)}
        <div><button type="button" class="wide" onClick=${() => act.type(`${query} `)}>${say(lang, 'search.space')}</button><button type="button" class="wide" onClick=${() => act.type(query.slice(0, -1))}><${Icon} name="erase" />${say(lang, 'search.erase')}</button></div>
      </div>
      <${Foot} state=${state} act=${act} />
    </main>
  </div>`;
}
