/* Preact and htm, as one import for the console's modules. */
import { h, render, Component } from "/lib/preact/dist/preact.mjs";
import htm from "/lib/htm/dist/htm.mjs";

export const html = htm.bind(h);
export { render, Component };
