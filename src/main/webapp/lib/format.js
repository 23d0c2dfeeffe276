/** Numbers, durations and times as people read them. Each function takes null for "none" and answers a dash. */

export const NONE = '–';

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const SIGNIFICANT = new Intl.NumberFormat('en', { maximumSignificantDigits: 5 });
const SHORT = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const PERCENT = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });
const SMALL_PERCENT = new Intl.NumberFormat('en', { style: 'percent', maximumSignificantDigits: 2 });
const LOCAL = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit',
});
const LOCAL_DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const LOCAL_HOUR = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'narrow' });

/** @param {number|null|undefined} value */
export function whole(value) {
  return value == null ? NONE : WHOLE.format(value);
}

/** @param {number|null|undefined} fraction 0..1 */
export function percent(fraction) {
  if (fraction == null) {
    return NONE;
  }
  // One slow request in ten thousand is not none.
  return (fraction > 0 && fraction < 0.01 ? SMALL_PERCENT : PERCENT).format(fraction);
}

/** @param {number|string|null|undefined} value "NaN" and "Infinity" come as strings */
export function decimal(value) {
  if (value == null) {
    return NONE;
  }
  const number = Number(value);
  if (!Number.isFinite(number)) {
    return Number.isNaN(number) ? 'NaN' : number > 0 ? '∞' : '−∞';
  }
  const size = Math.abs(number);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) {
    return number.toExponential(3).replace('e+', 'e').replace('-', '−').replace('e-', 'e−');
  }
  return SIGNIFICANT.format(number).replace('-', '−');
}

/** @param {number|null|undefined} ms */
export function duration(ms) {
  if (ms == null) {
    return NONE;
  }
  if (ms < 1000) {
    return `${SHORT.format(ms)} ms`;
  }
  if (ms < 60_000) {
    return `${SHORT.format(ms / 1000)} s`;
  }
  const seconds = Math.round(ms / 1000);
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  if (days > 0) {
    return `${whole(days)} d ${hours} h`;
  }
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${seconds % 60} s`;
}

/**
 * What may take less than a millisecond, in the unit that fits.
 *
 * @param {number|null|undefined} ms
 */
export function latency(ms) {
  if (ms == null || ms >= 1) {
    return duration(ms);
  }
  return ms >= 0.001 ? `${SHORT.format(ms * 1000)} µs` : `${SHORT.format(Math.round(ms * 1e6))} ns`;
}

/** @param {number|null|undefined} count */
export function bytes(count) {
  if (count == null) {
    return NONE;
  }
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = Number(count);
  let unit = 0;
  while (Math.abs(value) >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${SHORT.format(value)} ${units[unit]}`;
}

/**
 * A metric's value with the unit its name ends in, as the whole interface names units.
 *
 * @param {string} key
 * @param {number|string|null|undefined} value
 */
export function metric(key, value) {
  const number = Number(value);
  if (value == null || !Number.isFinite(number)) {
    return decimal(value);
  }
  if (/(^|[_.])bytes$/.test(key)) {
    return bytes(number).replace('-', '−');
  }
  const unit = /(?:^|[_.])(us|ms|seconds|usd)$/.exec(key)?.[1];
  if (unit === 'usd') {
    return money(number);
  }
  return unit ? `${decimal(number)} ${{ us: 'µs', ms: 'ms', seconds: 's' }[unit]}` : decimal(number);
}

/** As prices are written: never as a power of ten, and with cents or without, but not with half of them. */
function money(usd) {
  const text = SIGNIFICANT.format(Math.abs(usd));
  return `${usd < 0 ? '−' : ''}$${/\.\d$/.test(text) ? `${text}0` : text}`;
}

/** @param {string|number|Date} at */
export function localTime(at) {
  return LOCAL.format(new Date(at));
}

/**
 * @param {string} at
 * @param {boolean} fine whether the axis shows hours rather than days
 */
export function axisTime(at, fine) {
  return (fine ? LOCAL_HOUR : LOCAL_DAY).format(new Date(at));
}

/** @param {string} at */
export function utcTime(at) {
  return `${new Date(at).toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}

/**
 * @param {string} at
 * @param {number} [now]
 */
export function relativeTime(at, now = Date.now()) {
  const seconds = (now - Date.parse(at)) / 1000;
  const size = Math.abs(seconds);
  if (size < 10) {
    return 'just now';
  }
  const [unit, length] = size < 60 ? ['second', 1] : size < 3600 ? ['minute', 60] : size < 86_400 ? ['hour', 3600]
    : size < 2_592_000 ? ['day', 86_400] : size < 31_536_000 ? ['month', 2_592_000] : ['year', 31_536_000];
  return RELATIVE.format(-Math.trunc(seconds / length), unit);
}

/** @param {string} name like `prompt_optimization` */
export function words(name) {
  const text = name.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
