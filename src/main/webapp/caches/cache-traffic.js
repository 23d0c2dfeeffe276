import { html } from 'lit';
import { HoneElement } from '../lib/element.js';
import { NONE, decimal, localTime, percent } from '../lib/format.js';
import '../lib/chart.js';

/**
 * What was read since the page was opened.
 *
 * @property {import('./traffic.js').Moment[]} moments two at least
 */
class CacheTraffic extends HoneElement {
  static properties = { moments: { attribute: false } };

  render() {
    const { perSecond, hitRate } = this.moments.at(-1);
    return html`
      <figure class="traffic-chart">
        <hone-chart .label=${`Reads per second and hit rate since ${localTime(this.moments[0].at)}`} .option=${option(this.moments)}></hone-chart>
        <figcaption class="quiet" data-test="traffic-now">Last: ${rate(perSecond)} reads/s, hit rate ${percent(hitRate)}</figcaption>
      </figure>`;
  }
}

function option(moments) {
  return (colors) => ({
    xAxis: { type: 'time', splitLine: { show: false } },
    grid: { left: 8, right: 8, top: 36, bottom: 8, containLabel: true },
    legend: { data: ['Reads/s', 'Hit rate'] },
    yAxis: [
      { type: 'value', min: 0, splitNumber: 3, axisLabel: { color: colors['series-3'] } },
      { type: 'value', min: 0, max: 1, interval: 0.5, splitLine: { show: false }, axisLabel: { color: colors['series-1'], formatter: percent } },
    ],
    tooltip: {
      formatter: (rows) => [localTime(rows[0].value[0]), ...rows.map(({ seriesName, value }) => (
        seriesName === 'Hit rate' ? `Hit rate ${percent(value[1])}` : `${rate(value[1])} reads/s`))].join('\n'),
    },
    series: [
      line('Reads/s', 0, colors['series-3'], moments.map(({ at, perSecond }) => [at, perSecond])),
      line('Hit rate', 1, colors['series-1'], moments.map(({ at, hitRate }) => [at, hitRate])),
    ],
  });
}

function line(name, yAxisIndex, color, data) {
  return { id: name, name, type: 'line', yAxisIndex, color, data, showSymbol: data.length <= 40, symbolSize: 5, lineStyle: { width: 1.75 } };
}

function rate(perSecond) {
  return perSecond == null ? NONE : decimal(Number(perSecond.toPrecision(3)));
}

customElements.define('hone-cache-traffic', CacheTraffic);
