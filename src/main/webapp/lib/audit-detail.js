import { nothing } from 'lit';
import { foreign } from './element.js';

/**
 * What an entry of the audit says beyond who, what and when.
 *
 * @param {Record<string, any>|null} detail
 */
export function auditDetail(detail) {
  const { from, to, ...rest } = detail ?? {};
  const parts = Object.entries(rest).map(([key, value]) => {
    const text = Array.isArray(value) ? value.join(', ') : typeof value === 'object' ? JSON.stringify(value) : value;
    return `${key.replaceAll('_', ' ')}: ${text}`;
  });
  const text = [from && to ? `${from} → ${to}` : null, ...parts].filter(Boolean).join(' · ');
  return text ? foreign(text, 240) : nothing;
}
