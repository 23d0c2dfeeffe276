/**
 * `<hone-chart>`: an ECharts canvas in the interface's colours. ECharts is loaded with the first chart only.
 * What it shows must also stand beside it as text: a canvas tells a screen reader nothing but its label.
 *
 * It fires `range` with `{from, to}` in values of the horizontal axis when somebody zooms, or null for the whole;
 * `pick` with the id of the datum that was clicked; `brush` with `{axis, intervals}` when somebody selects part of a
 * parallel axis.
 */

const TOKENS = [
  'ink', 'ink-soft', 'line', 'surface', 'accent', 'good', 'bad', 'idle', 'busy',
  'series-1', 'series-2', 'series-3', 'series-4', 'series-5', 'series-6',
];
/** Live points may come many times a second; a chart is drawn this often at most. */
const DRAW_EVERY_MS = 200;
/** Components that go where a new option no longer has them; others merge. */
const REPLACED = { replaceMerge: ['series', 'yAxis', 'parallelAxis', 'visualMap'] };

/**
 * @typedef {Record<string, string>} Colors by the token's name, as the browser computed them
 */

class Chart extends HTMLElement {
  #option = null;
  #chart = null;
  #group = '';
  /** @type {{from: number, to: number}|null} */
  #range = null;
  #drawTimer = 0;
  #drawnAt = 0;
  #resize = new ResizeObserver(() => this.#chart?.resize());
  #onTheme = () => this.#draw(true);

  /** @param {(colors: Colors) => object} option asked again when the theme changes */
  set option(option) {
    this.#option = option;
    this.#schedule();
  }

  /** @param {string} text what the chart shows, in words */
  set label(text) {
    this.setAttribute('role', 'img');
    this.setAttribute('aria-label', text);
  }

  /** @param {string} name charts of one group zoom and point together */
  set group(name) {
    this.#group = name;
  }

  /** @param {{from: number, to: number}|null} range what part of the horizontal axis to show; null for the whole */
  set range(range) {
    if (range?.from !== this.#range?.from || range?.to !== this.#range?.to) {
      this.#range = range;
      this.#applyRange();
    }
  }

  get range() {
    return this.#range;
  }

  async connectedCallback() {
    addEventListener('hone-theme', this.#onTheme);
    const echarts = await import('echarts');
    if (!this.isConnected || this.#chart) {
      return;
    }
    this.#chart = echarts.init(this);
    if (this.#group) {
      this.#chart.group = this.#group;
      echarts.connect(this.#group);
    }
    this.#listen();
    this.#resize.observe(this);
    this.#draw(true);
  }

  disconnectedCallback() {
    removeEventListener('hone-theme', this.#onTheme);
    clearTimeout(this.#drawTimer);
    this.#drawTimer = 0;
    this.#resize.disconnect();
    this.#chart?.dispose();
    this.#chart = null;
  }

  #listen() {
    const chart = this.#chart;
    chart.getZr().on('dblclick', () => this.#fire('range', null));
    // What another chart of the group passed on is that one's to tell.
    chart.on('datazoom', ({ escapeConnect }) => {
      if (!escapeConnect) {
        const { start, end, startValue: from, endValue: to } = chart.getOption().dataZoom[0];
        this.#fire('range', start === 0 && end === 100 ? null : { from, to });
      }
    });
    chart.on('click', ({ data }) => data?.id && this.#fire('pick', data.id));
    chart.on('axisareaselected', ({ parallelAxisId: axis, intervals }) => this.#fire('brush', { axis, intervals }));
  }

  #fire(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #applyRange() {
    const range = this.#range;
    this.#chart?.dispatchAction(
      { type: 'dataZoom', ...(range === null ? { start: 0, end: 100 } : { startValue: range.from, endValue: range.to }) },
      { silent: true });
  }

  /**
   * Marks what is selected on a parallel axis, without telling so.
   *
   * @param {string} axis its id
   * @param {[number, number][]} intervals
   */
  select(axis, intervals) {
    this.#chart?.dispatchAction({ type: 'axisAreaSelect', parallelAxisId: axis, intervals }, { silent: true });
  }

  /** Lets a drag of the mouse select what to zoom into; a finger goes on scrolling the page. */
  #selectByDrag() {
    if (!matchMedia('(pointer: fine)').matches) {
      return;
    }
    this.#chart.dispatchAction({ type: 'takeGlobalCursor', key: 'dataZoomSelect', dataZoomSelectActive: true });
  }

  #schedule() {
    if (this.#chart && !this.#drawTimer) {
      const wait = Math.max(0, DRAW_EVERY_MS - (performance.now() - this.#drawnAt));
      this.#drawTimer = setTimeout(() => this.#draw(false), wait);
    }
  }

  /** @param {boolean} anew whether nothing of the former option, colours included, may stay */
  #draw(anew) {
    clearTimeout(this.#drawTimer);
    this.#drawTimer = 0;
    if (!this.#chart || !this.#option) {
      return;
    }
    this.#drawnAt = performance.now();
    const option = withDefaults(this.#option(colors()), colors());
    this.#chart.setOption(option, anew ? { notMerge: true } : REPLACED);
    if (option.dataZoom) {
      this.#selectByDrag();
      if (this.#range !== null) {
        this.#applyRange();
      }
    }
  }
}

/** @returns {Colors} the tokens of the theme in force; `light-dark()` is resolved by asking for a real colour */
function colors() {
  const probe = document.createElement('i');
  document.body.append(probe);
  const found = Object.fromEntries(TOKENS.map((token) => {
    probe.style.color = `var(--${token})`;
    return [token, getComputedStyle(probe).color];
  }));
  probe.remove();
  return found;
}

/**
 * @param {any} option
 * @param {Colors} palette
 */
function withDefaults(option, palette) {
  const axis = (one) => ({
    ...one,
    axisLine: { lineStyle: { color: palette.line }, ...one.axisLine },
    axisTick: { show: false },
    axisLabel: { color: palette['ink-soft'], fontSize: 12, hideOverlap: true, ...one.axisLabel },
    nameTextStyle: { color: palette['ink-soft'], fontSize: 12, ...one.nameTextStyle },
    splitLine: { lineStyle: { color: palette.line }, ...one.splitLine },
  });
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    ...(option.xAxis ? { grid: { left: 8, right: 12, top: 12, bottom: 8, containLabel: true } } : {}),
    ...option,
    legend: option.legend && {
      left: 0, top: 0, icon: 'roundRect', itemWidth: 12, itemHeight: 8, itemGap: 16,
      textStyle: { color: palette.ink }, inactiveColor: palette.line, ...option.legend,
    },
    ...(option.xAxis ? { xAxis: axis(option.xAxis), yAxis: [option.yAxis].flat().map(axis) } : {}),
    ...(option.parallelAxis ? { parallelAxis: option.parallelAxis.map(axis) } : {}),
    visualMap: option.visualMap && { textStyle: { color: palette['ink-soft'], fontSize: 12 }, ...option.visualMap },
    tooltip: {
      trigger: 'axis',
      // HTML tooltips carry inline styles, which the CSP refuses.
      renderMode: 'richText',
      confine: true,
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.ink, fontSize: 12 },
      axisPointer: { lineStyle: { color: palette['ink-soft'] }, shadowStyle: { opacity: 0.15 } },
      ...option.tooltip,
    },
    // The toolbox itself stays out of sight: it is there because zooming by dragging needs it.
    ...(option.dataZoom ? { toolbox: { showTitle: false, itemSize: 0, feature: { dataZoom: { yAxisIndex: 'none' } } } } : {}),
  };
}

customElements.define('hone-chart', Chart);
