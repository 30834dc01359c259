/* The picture of a view, drawn by Apache ECharts. Every figure of it stands in the table below, which is what a keyboard and a screen reader use. */
import { Component, html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import { HeatMap } from "./charts.js";
import { decimal } from "./figures.js";

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const toMinutes = (seconds) =>
  seconds === null || seconds === undefined ? null : Math.round(seconds / 6) / 10;
const numberOf = (n) => decimal(n);

/** Series of a view: [{key, name of its column, how it is drawn}]. */
const DRAWN = {
  why: [{ key: "leg_over_15", style: "solid" }],
  staffing: [
    { key: "line_mean", style: "usual" },
    { key: "counters_open", style: "line" },
    { key: "leg_p90_s", style: "dashed", axis: 1 },
  ],
  counters: [
    { key: "serving_s", style: "solid", stack: "all" },
    { key: "idle_s", style: "usual", stack: "all" },
    { key: "paused_s", style: "hatched", stack: "all" },
  ],
  distribution: [
    { key: "leg_called", style: "solid", stack: "all" },
    { key: "leg_left", style: "hatched", stack: "all" },
    { key: "called_by_pct", style: "line", axis: 1, most: 100 },
  ],
  outcomes: [
    { key: "served", style: "solid", stack: "all" },
    { key: "no_shows", style: "usual", stack: "all" },
    { key: "abandoned", style: "hatched", stack: "all" },
  ],
  leavers: [{ key: "leg_left", style: "solid" }],
  trend: [
    { key: "p90_before_s", style: "hollow" },
    { key: "leg_p90_s", style: "solid" },
  ],
};
/** Rows that are long names lie, time stands. */
const LYING = ["why", "outcomes", "trend", "counters"];

function seriesOf(drawn, answer, colours) {
  const column = answer.columns.find((c) => c.key === drawn.key);
  const scale = column.kind === "minutes" ? toMinutes : (n) => n;
  const lying = LYING.includes(answer.view);
  const common = {
    name: column.label,
    data: answer.rows.map((row) => scale(row.values[drawn.key])),
    animation: false,
    silent: true,
  };
  if (drawn.style === "line" || drawn.style === "dashed") {
    return {
      ...common,
      type: "line",
      yAxisIndex: drawn.axis || 0,
      symbol: drawn.style === "line" ? "circle" : "rect",
      symbolSize: 5,
      lineStyle: {
        color: colours.ink,
        width: drawn.style === "line" ? 2 : 1.5,
        type: drawn.style === "line" ? "solid" : "dashed",
      },
      itemStyle: { color: colours.ink },
    };
  }
  const hatch = {
    symbol: "rect",
    dashArrayX: [1, 0],
    dashArrayY: [2, 4],
    rotation: -Math.PI / 4,
    color: colours.ink,
  };
  const fill = {
    solid: colours.ink,
    usual: colours.beige,
    hatched: colours.paper,
    hollow: colours.paper,
  }[drawn.style];
  return {
    ...common,
    type: "bar",
    stack: drawn.stack,
    barMaxWidth: lying ? 18 : 26,
    itemStyle: {
      color: fill,
      borderColor: drawn.style === "solid" ? colours.ink : colours.edge,
      borderWidth: drawn.style === "solid" ? 0 : 1,
      decal: drawn.style === "hatched" ? hatch : { symbol: "none" },
    },
  };
}

/** What ECharts is told to draw. */
export function optionOf(answer) {
  const colours = {
    ink: token("--ink"),
    soft: token("--ink-2"),
    line: token("--line"),
    edge: token("--line-3"),
    beige: token("--paper-3"),
    paper: token("--paper"),
  };
  const drawn = DRAWN[answer.view];
  const lying = LYING.includes(answer.view);
  const words = { color: colours.soft, fontFamily: "Be Vietnam Pro", fontSize: 13 };
  const figures = { ...words, fontFamily: "IBM Plex Sans", formatter: numberOf };
  const names = {
    type: "category",
    data: answer.rows.map((row) => row.label.split(/ ?–| \(/)[0]),
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colours.ink } },
    axisLabel: {
      ...words,
      hideOverlap: true,
      width: lying ? 190 : undefined,
      overflow: "truncate",
    },
    inverse: lying,
  };
  const second = drawn.find((one) => one.axis);
  const values = (most) => ({
    type: "value",
    min: 0,
    max: most,
    axisLabel: figures,
    splitLine: { lineStyle: { color: colours.line } },
  });
  const valueAxes = second
    ? [values(), { ...values(second.most), splitLine: { show: false } }]
    : values();
  return {
    animation: false,
    aria: { enabled: true, label: { enabled: false }, decal: { show: false } },
    legend: {
      top: 0,
      left: 0,
      itemWidth: 22,
      itemHeight: 10,
      selectedMode: false,
      textStyle: words,
    },
    grid: { left: 8, right: 16, top: 36, bottom: 6, containLabel: true },
    xAxis: lying ? valueAxes : names,
    yAxis: lying ? names : valueAxes,
    series: drawn.map((one) => seriesOf(one, answer, colours)),
  };
}

class Chart extends Component {
  componentDidMount() {
    this.chart = window.echarts.init(this.place, null, { renderer: "canvas" });
    this.resized = new ResizeObserver(() => this.chart.resize());
    this.resized.observe(this.place);
    this.draw();
  }

  componentDidUpdate() {
    this.draw();
  }

  componentWillUnmount() {
    this.resized.disconnect();
    this.chart.dispose();
  }

  draw() {
    this.chart.setOption(optionOf(this.props.answer), true);
  }

  render({ answer }) {
    const tall = LYING.includes(answer.view) ? Math.max(200, 60 + answer.rows.length * 30) : 300;
    return html`<div class="drawn" ref=${(el) => {
      if (!el) return;
      this.place = el;
      el.style.height = `${tall}px`;
    }}></div>`;
  }
}

/** Weekday and hour: three maps on the same grid, people waiting, counters, people joining. */
function Week({ answer }) {
  const cells = (key, scale) =>
    answer.rows.map((row) => {
      const [weekday, hour] = row.key.split(" ");
      const n = row.values[key];
      return { weekday, hour, legs: row.values.leg_all, value: n === null ? null : scale(n) };
    });
  const map = (key, title, scale, steps) =>
    HeatMap({ cells: cells(key, scale), title: t(title), unit: t("views.per_day"), steps });
  return html`<div class="pictures">
    ${map("leg_p90_s", "views.heat_p90", (s) => Math.round(s / 60), null)}
    ${map("counters_open", "views.heat_open", (n) => Math.round(n), [])}
    ${map("joined", "views.heat_joined", (n) => Math.round(n), [])}</div>`;
}

/** The picture of a view; nothing where there is none to draw. */
export function Picture({ answer }) {
  if (!answer.rows.length) return null;
  if (answer.view === "week") return Week({ answer });
  if (!DRAWN[answer.view]) return null;
  return html`<figure class="picture" role="group" aria-label=${`${t("views.chart")}: ${answer.title}`}><${Chart} answer=${answer} /></figure>`;
}
