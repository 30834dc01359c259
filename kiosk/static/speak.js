// Reading aloud: the words of a page, then of each control that gets the focus. The sound comes from the kiosk itself.
const player = new Audio();
let queue = [];

function next() {
  const item = queue.shift();
  if (!item) return;
  player.src = `/api/say?${new URLSearchParams(item)}`;
  player.play().catch(() => { queue = []; });
}
player.addEventListener('ended', next);
player.addEventListener('error', next);

/** Says these sentences one after the other, in place of what is being said. */
export function speak(sentences, lang) {
  hush();
  queue = sentences.map((text) => text.replace(/\s+/g, ' ').trim()).filter(Boolean).map((text) => ({ text, lang }));
  next();
}

export function hush() {
  queue = [];
  player.pause();
}

/** What there is to read on the page now: its question, its facts, its choices with their keys. */
export function sentencesOf(page) {
  const title = page.querySelector('h1');
  const told = [...page.querySelectorAll('.hall span:last-child, .how, .again, .ask, .ask-how, .trouble, .calm, .take, .hours, .head span:first-child')];
  const facts = [...page.querySelectorAll('.check > div, .facts dl > div, .strip > div, .of')];
  const choices = [...page.querySelectorAll('main button:not(.keys button):not(.foot button), main li.off')];
  return [title, ...told, ...facts, ...choices].filter(Boolean).map(wordsOf);
}

/** A control's words with pauses between its parts. */
export function wordsOf(node) {
  const parts = [];
  const walk = (at) => {
    for (const child of at.childNodes) {
      if (child.nodeType === 3) { if (child.data.trim()) parts.push(child.data.trim()); } else if (child.getAttribute && child.getAttribute('aria-hidden') !== 'true') walk(child);
    }
  };
  walk(node);
  return parts.join(', ').replace(/\.,/g, '.').replace(/–,/g, ' ');
}
