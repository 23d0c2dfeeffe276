import { html, nothing, svg } from 'lit';
import { HoneElement } from '../lib/element.js';
import { axisTime, localTime, whole } from '../lib/format.js';

/** Share of a bucket's width that its bar fills. */
const BAR = 0.5;
const LINES = 4;
const LABELS = 7;
/** Height of the plot in the units its rectangles use; the style sheet stretches it. */
const TOP = 100;

/**
 * Sessions over time: bars of those that ended, a dashed line of those created. Drawn here rather than by ECharts,
 * which weighs ten times as much as the whole first page.
 *
 * @property {{at: string, created: number, completed: number, failed: number}[]} timeline
 * @property {boolean} fine whether the buckets are hours rather than days
 * @fires bucket with the filters for the sessions created in the bucket that was pressed
 */
class Timeline extends HoneElement {
  static properties = {
    timeline: { attribute: false },
    fine: { type: Boolean },
    pointed: { state: true },
  };

  constructor() {
    super();
    this.timeline = [];
    this.fine = false;
    /** @type {number|null} the bucket under the pointer */
    this.pointed = null;
  }

  render() {
    const most = Math.max(1, ...this.timeline.map(({ created, completed, failed }) => Math.max(created, completed + failed)));
    const step = roundStep(most / LINES);
    const top = Math.ceil(most / step) * step;
    const marks = Array.from({ length: top / step + 1 }, (_, i) => i * step);
    return html`
      <div class="timeline-head">
        <ul class="timeline-legend" aria-hidden="true">
          <li class="is-completed">Completed</li><li class="is-failed">Failed</li><li class="is-created">Created</li>
        </ul>
        <p class="timeline-said quiet" data-test="timeline-said">${this.#said()}</p>
      </div>
      <div class="timeline-plot" role="img" aria-label=${summary(this.timeline)}
           @pointermove=${this.#point} @click=${this.#press} @pointerleave=${() => { this.pointed = null; }}>
        <div class="timeline-marks" aria-hidden="true">${marks.toReversed().map((mark) => html`<span>${whole(mark)}</span>`)}</div>
        <div class="timeline-area">
          <svg preserveAspectRatio="none" viewBox="0 0 ${this.timeline.length} ${TOP}" aria-hidden="true">
            ${marks.map((mark) => rule(y(mark, top), this.timeline.length))}
            ${this.timeline.map((bucket, i) => bars(bucket, i, top, i === this.pointed))}
            <polyline class="timeline-created" points=${this.timeline.map(({ created }, i) => `${i + 0.5},${y(created, top)}`).join(' ')}/>
          </svg>
        </div>
        <svg class="timeline-days" aria-hidden="true">${this.#labels()}</svg>
      </div>`;
  }

  /** As many labels as are readable, each under the middle of its bucket. */
  #labels() {
    const { length } = this.timeline;
    const every = Math.ceil(length / LABELS);
    return this.timeline.map(({ at }, i) => (i % every === 0
      ? svg`<text x="${(i + 0.5) / length * 100}%" y="13" text-anchor="middle">${axisTime(at, this.fine)}</text>` : nothing));
  }

  #said() {
    const bucket = this.timeline[this.pointed];
    return bucket ? html`${this.fine ? localTime(bucket.at) : axisTime(bucket.at, false)}: ${counts(bucket)}` : nothing;
  }

  #press(event) {
    this.#point(event);
    const bucket = this.timeline[this.pointed];
    if (bucket) {
      const next = this.timeline[this.pointed + 1];
      this.dispatchEvent(new CustomEvent('bucket', { detail: { created_after: bucket.at, ...(next ? { created_before: next.at } : {}) } }));
    }
  }

  #point(event) {
    const { left, width } = this.querySelector('.timeline-area').getBoundingClientRect();
    const i = Math.floor((event.clientX - left) / width * this.timeline.length);
    this.pointed = i >= 0 && i < this.timeline.length ? i : null;
  }
}

function bars({ completed, failed }, i, top, pointed) {
  const bar = (name, from, count) => svg`
    <rect class="timeline-${name}" x=${i + (1 - BAR) / 2} width=${BAR} y=${y(from + count, top)} height=${count / top * TOP}/>`;
  return svg`
    ${pointed ? svg`<rect class="timeline-pointed" x=${i} width="1" y="0" height=${TOP}/>` : nothing}
    ${bar('completed', 0, completed)}${bar('failed', completed, failed)}`;
}

function rule(at, width) {
  return svg`<line class="timeline-rule" x1="0" x2=${width} y1=${at} y2=${at}/>`;
}

function y(count, top) {
  return TOP - count / top * TOP;
}

/** The next of 1, 2, 5, 10, 20, 50… */
function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least);
}

function summary(timeline) {
  const sum = (key) => timeline.reduce((total, bucket) => total + bucket[key], 0);
  return `Sessions over time: ${counts({ created: sum('created'), completed: sum('completed'), failed: sum('failed') })}`;
}

function counts({ created, completed, failed }) {
  return `${whole(created)} created, ${whole(completed)} completed, ${whole(failed)} failed`;
}

customElements.define('hone-timeline', Timeline);
